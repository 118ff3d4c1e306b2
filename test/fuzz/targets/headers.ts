import type { Random } from '../../support/random.ts';
import { mutateBytes, mutateText } from '../mutation.ts';
import { CALLER, rawPost } from '../requests.ts';
import type { Target } from '../target.ts';

const BODY = JSON.stringify({ query: '{ viewer { signIn } }' });
const NAMES = [
  'host',
  'Host',
  'content-type',
  'accept',
  'origin',
  'sec-fetch-site',
  'x-request-id',
  'x-api-key',
  'linked_account_id',
  'linked-account-id',
  'authorization',
  'cookie',
  'expect',
  'te',
  'upgrade',
  'connection',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-http-method-override',
  'apollo-require-preflight',
  'access-control-request-method',
  'content-encoding',
  'range',
];
const VALUES = [
  'a',
  '%',
  ':',
  '[::1',
  '//',
  'http://x@y:99999',
  '*/*',
  'application/json; charset=utf-16',
  'application/graphql-response+json',
  'text/plain',
  'multipart/form-data; boundary=a',
  'null',
  'https://studio.apollographql.com.evil.example',
  'cross-site',
  '100-continue',
  'websocket',
  'close',
  'gzip',
  'a'.repeat(9000),
  '\xff\xfe',
  'x, y, z',
  '',
];
const LINES = [
  'GET / HTTP/1.1',
  'GET /graphql?query=%7B__typename%7D HTTP/1.1',
  'GET /graphql?query=%zz HTTP/1.1',
  'GET http://[/graphql HTTP/1.1',
  'GET //graphql HTTP/1.1',
  'GET /../../etc/passwd HTTP/1.1',
  'OPTIONS /graphql HTTP/1.1',
  'OPTIONS * HTTP/1.1',
  'PUT /graphql HTTP/1.1',
  'TRACE /graphql HTTP/1.1',
  'POST /graphql HTTP/1.0',
  'POST /graphql HTTP/9.9',
  'POST /metrics HTTP/1.1',
  'HEAD /health/ready HTTP/1.1',
  'DELETE /graphql?%00 HTTP/1.1',
];
const WORDS = [
  '\r\n',
  '\n',
  ':',
  ' ',
  '\t',
  '\0',
  'HTTP/1.1',
  'GET',
  'content-length: 0',
  'transfer-encoding: chunked',
];

/** Requests: odd methods, addresses and headers, and what is no longer HTTP. */
export const headers: Target = {
  name: 'headers',
  draw: (random) => ({ request: drawRequest(random), isRaw: true }),
};

function drawRequest(random: Random): Buffer {
  const kind = random.below(6);
  const more = Array.from(
    { length: random.below(4) },
    () => [random.pick(NAMES), random.pick(VALUES)] as const,
  );
  if (kind === 0) return sent(mutateBytes(random, rawPost(BODY)));
  if (kind === 1)
    return sent(Buffer.from(mutateText(random, rawPost(BODY).toString('latin1'), WORDS), 'latin1'));
  if (kind === 2) {
    const lines = [
      random.pick(LINES),
      'host: gateway.example',
      'connection: close',
      ...more.map((line) => line.join(': ')),
    ];
    return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  }
  return sent(rawPost(BODY, { ...CALLER, ...Object.fromEntries(more) }));
}

/** With an end, so that nothing waits for a body that does not come. */
function sent(request: Buffer): Buffer {
  return Buffer.concat([request, Buffer.from('\r\n\r\n')]);
}
