import { afterEach, expect, test } from '@jest/globals';
import { account, createMetrics } from '../support/budget.ts';
import { DEMO, startGateway, startStill, stopAll, type Gateway } from '../support/gateway.ts';
import { JSON_TYPE } from '../support/http.ts';
import { documentIdOf, persistedQueryOf, trusting } from '../support/manifest.ts';
import { numbers } from '../support/numbers.ts';

afterEach(stopAll);

const APQ = { APQ: 'true' };
const TOTAL = 'query Total { executions { totalCount } }';
const LONG = 'x'.repeat(2000);

type Headers = Readonly<Record<string, string>>;

async function codesOf(response: Response): Promise<readonly string[]> {
  const { errors = [] } = (await response.json()) as { errors?: { extensions: { code: string } }[] };
  return errors.map(({ extensions }) => extensions.code);
}

async function post({ endpoint }: Gateway, body: object, headers: Headers = DEMO) {
  const init = { method: 'POST', headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify(body) };
  return codesOf(await fetch(endpoint, init));
}

async function get({ endpoint }: Gateway, query: Headers, headers: Headers = DEMO) {
  return codesOf(await fetch(`${endpoint}?${new URLSearchParams(query).toString()}`, { headers }));
}

const NOT_FOUND = ['PERSISTED_QUERY_NOT_FOUND'];

/** A document of some size that asks nothing of Refold. */
const documentOf = (name: string) => `query Q${name} { __typename } # ${LONG}`;

const register = (gateway: Gateway, text: string, headers?: Headers) =>
  post(gateway, { query: text, extensions: persistedQueryOf(text) }, headers);
const isKnown = async (gateway: Gateway, text: string, headers?: Headers) =>
  (await post(gateway, { extensions: persistedQueryOf(text) }, headers)).length === 0;

test('a document is registered by POST or GET, and then asked for by its hash, by either', async () => {
  const gateway = await startStill({ env: APQ });
  const extensions = JSON.stringify(persistedQueryOf(TOTAL));
  expect(await post(gateway, { extensions: persistedQueryOf(TOTAL) })).toEqual(NOT_FOUND);
  expect(await get(gateway, { extensions })).toEqual(NOT_FOUND);
  expect(await get(gateway, { query: TOTAL, extensions })).toEqual([]);
  expect(await get(gateway, { extensions })).toEqual([]);
  expect(await post(gateway, { extensions: persistedQueryOf(TOTAL) })).toEqual([]);
  expect(await post(gateway, { documentId: documentIdOf(TOTAL) })).toEqual([]);

  const other = TOTAL.replace('Total', 'Other');
  expect(await post(gateway, { query: other, documentId: documentIdOf(other) })).toEqual([]);
  expect(await get(gateway, { documentId: documentIdOf(other) })).toEqual([]);
  const { metric } = createMetrics(gateway.url);
  expect(await metric('documents_total{outcome="registered"}')).toBe(4);
});

test('what has another hash, does not fit the schema or is beyond the limits is not registered', async () => {
  const gateway = await startStill({ env: APQ });
  const refused = [
    ['query { nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    ['query {', 'GRAPHQL_PARSE_FAILED'],
    [
      `{ ${numbers(1, 101)
        .map((nth) => `a${String(nth)}: __typename`)
        .join(' ')} }`,
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      `{ ${numbers(1, 26)
        .map((nth) => `a${String(nth)}: executions(page: { number: ${String(nth)} }) { totalCount }`)
        .join(' ')} }`,
      'COST_LIMIT_EXCEEDED',
    ],
  ] as const;
  for (const [text, code] of refused) {
    expect(await register(gateway, text)).toEqual([code]);
    expect(await isKnown(gateway, text)).toBe(false);
  }
  expect(await post(gateway, { query: TOTAL, extensions: persistedQueryOf(refused[0][0]) })).toEqual([
    'BAD_USER_INPUT',
  ]);
  expect(await isKnown(gateway, TOTAL)).toBe(false);
  expect(await isKnown(gateway, refused[0][0])).toBe(false);
});

test('a list goes before, and under `only` nothing is registered or asked for so', async () => {
  const known = TOTAL.replace('Total', 'Known');
  const env = await trusting([known], { ...APQ, TRUSTED_DOCUMENTS_API_KEY: 'prefer' });
  const gateway = await startStill({ env });
  expect(await register(gateway, TOTAL)).toEqual([]);
  expect(await isKnown(gateway, TOTAL)).toBe(true);
  expect(await isKnown(gateway, known)).toBe(true);
  const session = { authorization: 'Bearer session-demo' };
  expect(await isKnown(gateway, known, session)).toBe(true);
  expect(await isKnown(gateway, TOTAL, session)).toBe(false);
  expect(await register(gateway, TOTAL, session)).toEqual(['PERSISTED_QUERY_ID_REQUIRED']);
});

test('whoever registers one document after the other pushes out none of somebody else', async () => {
  const gateway = await startGateway({ env: { ...APQ, APQ_MAX_BYTES: '131072' }, sandbox: { accounts: 3 } });
  const [quiet, busy] = [account(1), account(2)];
  expect(await register(gateway, documentOf('Quiet'), quiet)).toEqual([]);
  for (const nth of numbers(1, 100)) {
    expect(await register(gateway, documentOf(String(nth)), busy)).toEqual([]);
  }
  expect(await isKnown(gateway, documentOf('Quiet'), busy)).toBe(true);
  expect(await isKnown(gateway, documentOf('1'), busy)).toBe(false);
  expect(await isKnown(gateway, documentOf('100'), busy)).toBe(true);
  const left = await Promise.all(
    numbers(1, 100).map((nth) => isKnown(gateway, documentOf(String(nth)), quiet)),
  );
  // A document takes about 4,600 bytes.
  expect(left.filter(Boolean).length).toBeLessThan(30);
});

test('an answer that is remembered is given to who asks by the same id, and to nobody who asks by another one', async () => {
  const rows = 'query Rows { executions { nodes { id } } }';
  const env = { ...APQ, CACHE_LIST_MS: '600000' };
  const gateway = await startStill({ env });
  for (const text of [TOTAL, rows]) await register(gateway, text);
  const ask = async (text: string) => {
    const response = await fetch(gateway.endpoint, {
      method: 'POST',
      headers: { ...JSON_TYPE, ...DEMO },
      body: JSON.stringify({ documentId: documentIdOf(text) }),
    });
    return (await response.json()) as { data: { executions: object } };
  };
  const { metric } = createMetrics(gateway.url);
  for (let time = 0; time < 3; time++) {
    expect(Object.keys((await ask(TOTAL)).data.executions)).toEqual(['totalCount']);
    expect(Object.keys((await ask(rows)).data.executions)).toEqual(['nodes']);
  }
  expect(await metric('answers_reused_total')).toBe(4);
});
