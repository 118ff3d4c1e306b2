import type { Random } from '../../support/random.ts';
import { CANARIES } from '../canaries.ts';
import { READERS } from '../corpus.ts';
import { awkwardValue, mutateBytes, mutateJson, mutateText } from '../mutation.ts';
import { post } from '../requests.ts';
import type { Sent } from '../stand-in.ts';
import type { Target } from '../target.ts';

const STATUSES = [
  201, 204, 206, 301, 302, 304, 400, 402, 403, 404, 405, 409, 410, 413, 418, 422, 429, 500, 502, 503, 504,
  599,
];
const TYPES = [
  'application/json',
  'text/html',
  'application/octet-stream',
  'application/json; charset=latin1',
  '',
];
const JSON_WORDS = ['{', '}', '[', ']', ':', ',', '"', 'null', 'NaN', '1e999', '\\ud800', '\uFEFF', '<html>'];

/** Answers of upstream: right ones with changes, broken JSON, odd statuses and headers. */
export const upstreamBodies: Target = {
  name: 'upstream bodies',
  draw: (random, { standIn }, number) => {
    const account = `account-${String(number)}@example.com`;
    standIn.distort(account, (good) => distorted(random, good));
    return {
      request: post(random.pick(READERS), {}, { 'x-api-key': CANARIES.apiKey, linked_account_id: account }),
      judge: () => {
        standIn.straighten(account);
        return null;
      },
    };
  },
};

function distorted(random: Random, good: Sent): Sent {
  const kind = random.below(10);
  if (kind === 0) return { ...good, status: random.pick(STATUSES), headers: drawHeaders(random, good) };
  if (kind === 1) return broken(good, mutateBytes(random, good.body));
  if (kind === 2) return broken(good, Buffer.from(mutateText(random, good.body.toString(), JSON_WORDS)));
  const value: unknown =
    kind === 3
      ? awkwardValue(random)
      : mutateJson(random, withoutCanaries(good.body), random.pick([0.003, 0.02, 0.1]));
  return { ...good, headers: drawHeaders(random, good), body: Buffer.from(JSON.stringify(value)) };
}

/** A cut can make a canary the value of a name: what can be read still has none. */
function broken(good: Sent, body: Buffer): Sent {
  return {
    ...good,
    body: Buffer.from(body.toString('latin1').replaceAll(CANARIES.upstreamBody, 'gone'), 'latin1'),
  };
}

function withoutCanaries(body: Buffer): unknown {
  return JSON.parse(body.toString().replaceAll(CANARIES.upstreamBody, 'gone')) as unknown;
}

function drawHeaders(random: Random, { headers }: Sent): Sent['headers'] {
  if (random.chance(0.8)) return headers;
  const more = random.pick([
    {
      'retry-after': random.pick([
        '-1',
        '0',
        '1e9',
        'soon',
        'Thu, 01 Jan 1970 00:00:00 GMT',
        '99999999999999999999',
      ]),
    },
    { location: 'http://127.0.0.1:9/' },
    { 'set-cookie': 'a=b' },
    { 'x-a': 'a'.repeat(3000) },
  ]);
  return { ...headers, 'content-type': random.pick(TYPES), ...more };
}
