import { afterEach, describe, expect, test } from '@jest/globals';
import { rawConversation } from '../support/raw-request.ts';
import { DEMO, startGateway, stopAll } from '../support/gateway.ts';
import { JSON_TYPE, get, post } from '../support/http.ts';

afterEach(stopAll);

const APP = 'https://app.example.com';
const STUDIO = 'https://studio.apollographql.com';
const PRODUCTION = { NODE_ENV: 'production' };
const WITH_APP = { ...PRODUCTION, CORS_ORIGINS: `https://other.example.com,${APP}` };

/** What an answer tells browsers about pages of other sites. */
function corsOf(headers: Headers) {
  return Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control-')));
}

const FOR_APP = {
  'access-control-allow-origin': APP,
  'access-control-expose-headers': 'retry-after, x-request-id',
};

describe.each([
  ['Apollo Studio, while exploring', STUDIO, {}, true],
  ['Apollo Studio, in production', STUDIO, PRODUCTION, false],
  ['Apollo Studio, exploring in production', STUDIO, { ...PRODUCTION, EXPLORATION: 'true' }, true],
  ['Apollo Studio, in production with origins', STUDIO, WITH_APP, false],
  ['any other, while exploring', APP, {}, false],
  ['any other, in production', APP, PRODUCTION, false],
  ['a configured one', APP, WITH_APP, true],
  ['one that begins like it', `${APP}.evil.example`, WITH_APP, false],
  ['one that ends like it', 'https://evil-app.example.com', WITH_APP, false],
  ['one below it', 'https://evil.app.example.com', WITH_APP, false],
  ['it on another port', `${APP}:8443`, WITH_APP, false],
  ['it without TLS', 'http://app.example.com', WITH_APP, false],
  ['it in capitals', 'https://APP.example.com', WITH_APP, false],
  ['it with a path', `${APP}/`, WITH_APP, false],
  ['it beside another', `${APP}, https://evil.example`, WITH_APP, false],
  ['an opaque origin', 'null', WITH_APP, false],
  ['a wildcard', '*', WITH_APP, false],
])('pages of %s', (_case, origin, env: Record<string, string>, allowed) => {
  test('get the permission that they are due', async () => {
    const { endpoint, sandbox } = await startGateway({ env });

    const preflight = await fetch(endpoint, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'x-api-key',
      },
    });
    const posted = await post(endpoint, '{"query":"{ __typename }"}', { ...JSON_TYPE, origin });
    const got = await get(endpoint, '{ __typename }', { origin, 'sec-fetch-site': 'cross-site' });

    const answers = [preflight, posted, got];
    const origins = answers.map(({ headers }) => headers.get('access-control-allow-origin'));
    const expected = allowed ? origin : null;
    expect(origins).toEqual([expected, expected, expected]);
    expect(answers.map(({ status }) => status)).toEqual(allowed ? [204, 200, 200] : [403, 200, 403]);
    expect(answers.map(({ headers }) => headers.get('access-control-allow-credentials'))).toEqual([
      null,
      null,
      null,
    ]);
    expect(answers.every(({ headers }) => /\bOrigin$/.test(headers.get('vary') ?? ''))).toBe(true);
    expect(sandbox.requests()).toEqual([]);
  });
});

describe('a browser that asks first', () => {
  const ask = async (headers: Record<string, string>) => {
    const { endpoint } = await startGateway({ env: WITH_APP });
    const answer = await fetch(endpoint, { method: 'OPTIONS', headers });
    return { status: answer.status, cors: corsOf(answer.headers), allow: answer.headers.get('allow') };
  };

  test('is told exactly what a page of an allowed site may send', async () => {
    const asked = {
      'access-control-request-method': 'PUT',
      'access-control-request-headers': 'cookie, x-evil',
    };
    expect(await ask({ origin: APP, ...asked })).toEqual({
      status: 204,
      allow: null,
      cors: {
        ...FOR_APP,
        'access-control-allow-methods': 'GET, POST',
        'access-control-allow-headers':
          'authorization, content-type, x-api-key, linked_account_id, linked-account-id, x-request-id, traceparent, tracestate, ' +
          'baggage, apollo-require-preflight, x-apollo-operation-name, apollographql-library-name, apollographql-library-version, ' +
          'apollographql-client-name, apollographql-client-version, graphql-client-name, graphql-client-version',
        'access-control-max-age': '600',
      },
    });
  });

  test('is told nothing for the page of any other', async () => {
    const asked = { 'access-control-request-method': 'POST' };
    const refused = { status: 403, cors: {}, allow: null };
    expect(await ask({ origin: 'https://evil.example', ...asked })).toEqual(refused);
    expect(await ask(asked)).toEqual(refused);
  });

  test('is not who asks for the methods', async () => {
    expect(await ask({})).toEqual({ status: 204, cors: {}, allow: 'GET, OPTIONS, POST' });
  });
});

describe('a page of an allowed site may read a refusal', () => {
  const QUERY = JSON.stringify({ query: '{ viewer { signIn } }' });
  const BIG = JSON.stringify({ query: '{ __typename }', variables: { padding: 'x'.repeat(300 * 1024) } });
  test.each<[string, number, string, Omit<RequestInit, 'headers'> & { headers?: Record<string, string> }]>([
    ['for want of sign-in', 401, '/graphql', { method: 'POST', headers: JSON_TYPE, body: QUERY }],
    ['of a body that is too large', 413, '/graphql', { method: 'POST', headers: JSON_TYPE, body: BIG }],
    ['of a body that is no JSON', 400, '/graphql', { method: 'POST', headers: JSON_TYPE, body: '{' }],
    [
      'of a document that is none',
      400,
      '/graphql',
      { method: 'POST', headers: JSON_TYPE, body: '{"query":"{"}' },
    ],
    [
      'of a type of content',
      415,
      '/graphql',
      { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{' },
    ],
    ['of a method', 405, '/graphql', { method: 'DELETE' }],
    ['of a mutation by GET', 405, '/graphql?query=mutation%7B__typename%7D', {}],
    ['of what it would accept', 406, '/graphql?query=%7B__typename%7D', { headers: { accept: 'image/png' } }],
    ['of an address that is none', 400, '/%zz', {}],
    ['of an address where nothing is', 404, '/nowhere', {}],
  ])('%s', async (_case, status, path, init) => {
    const { url } = await startGateway({ env: WITH_APP });

    const ask = (origin: string) => fetch(url + path, { ...init, headers: { ...init.headers, origin } });
    const [allowed, other] = [await ask(APP), await ask('https://evil.example')];

    expect([allowed.status, corsOf(allowed.headers)]).toEqual([status, FOR_APP]);
    expect(corsOf(other.headers)).toEqual({});
  });

  test('of a host that is none', async () => {
    const { url } = await startGateway({ env: WITH_APP });
    const { status, headers } = await rawConversation(
      url,
      `GET /graphql HTTP/1.1\r\nHost: [\r\nOrigin: ${APP}\r\nConnection: close\r\n\r\n`,
    );
    expect([status, corsOf(headers)]).toEqual([400, FOR_APP]);
  });
});

describe('GET', () => {
  const EXECUTIONS = '{ executions(page: { size: 1 }) { nodes { id } } }';

  test.each(['cross-site', 'same-site'])('of a page of an allowed site is answered: %s', async (site) => {
    const { endpoint, sandbox } = await startGateway({ env: WITH_APP });

    const answer = await get(endpoint, EXECUTIONS, { ...DEMO, origin: APP, 'sec-fetch-site': site });

    expect([answer.status, corsOf(answer.headers)]).toEqual([200, FOR_APP]);
    expect(JSON.parse(answer.text)).toMatchObject({ data: { executions: { nodes: [{}] } } });
    expect(sandbox.requests()).toHaveLength(1);
  });

  test('of a mutation is refused there too', async () => {
    const { endpoint, sandbox } = await startGateway({ env: WITH_APP });
    const mutation = 'mutation { stopExecution(id: "65410cf6cdf931a12d7ab009") { message } }';
    const answer = await get(endpoint, mutation, { ...DEMO, origin: APP, 'sec-fetch-site': 'cross-site' });
    expect(answer.status).toBe(405);
    expect(sandbox.requests()).toEqual([]);
  });

  test('without an origin, as pages load images and scripts, is refused from any other site', async () => {
    const { endpoint, sandbox } = await startGateway({ env: WITH_APP });
    const answer = await get(endpoint, EXECUTIONS, { ...DEMO, 'sec-fetch-site': 'cross-site' });
    expect(answer.status).toBe(403);
    expect(sandbox.requests()).toEqual([]);
  });
});
