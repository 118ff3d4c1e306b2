import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DEMO, startStill, stopAll, type Gateway } from '../support/gateway.ts';
import { aliased } from '../support/hostile.ts';
import { get, JSON_TYPE, post, read } from '../support/http.ts';

let gateway: Gateway;
beforeEach(async () => {
  gateway = await startStill({ env: { NODE_ENV: 'production', AUTH_API_KEY: 'true' } });
});
afterEach(stopAll);

const TYPE_NAME = '{ __typename }';

/** What an answer has, as text, and as far as it can be read. */
async function ask(query: string) {
  const { status, text } = await post(gateway.endpoint, JSON.stringify({ query }), { ...JSON_TYPE, ...DEMO });
  const body = JSON.parse(text) as {
    readonly data?: unknown;
    readonly errors?: readonly { readonly message: string; readonly extensions: Record<string, unknown> }[];
  };
  return { status, text, ...body };
}

/** The checks that graphql-cop publishes, by its titles: each looks for what a server must not do. */
describe('graphql-cop finds nothing in production:', () => {
  test('alias overloading: 101 aliases of __typename', async () => {
    const { data, errors } = await ask(`query cop { ${aliased(101, '__typename')} }`);
    expect([data, errors?.length]).toEqual([undefined, 1]);
  });

  test('array-based query batching: ten queries in one body', async () => {
    const body = JSON.stringify(Array(10).fill({ query: 'query cop { __typename }', operationName: 'cop' }));
    const { status, text } = await post(gateway.endpoint, body);
    expect([status, text]).toEqual([400, expect.not.stringContaining('"data"')]);
  });

  test('directive overloading: ten directives that are not there give ten errors', async () => {
    const { errors } = await ask(`query cop { __typename ${'@aa'.repeat(10)} }`);
    expect(errors).toHaveLength(1);
  });

  test('field duplication: 500 times the same field', async () => {
    const { data, errors } = await ask(`query cop { ${'__typename \n'.repeat(500)} }`);
    expect([data, errors?.length]).toEqual([undefined, 1]);
  });

  test.each([
    ['in production', {}],
    ['where exploration is on', { EXPLORATION: 'true' }],
  ])('introspection-based circular query, %s', async (_where, env) => {
    gateway = await startStill({ env: { NODE_ENV: 'production', ...env } });
    const circle = `type { fields { ${'type { fields { '.repeat(3)}type { name }${' } }'.repeat(3)} } }`;
    const { data, errors } = await ask(`query cop { __schema { types { fields { ${circle} } } } }`);
    expect([data, errors?.length]).toEqual([undefined, 1]);
  });

  test('circular fragment', async () => {
    const { data, errors } = await ask(
      'query cop { viewer { ...A } } fragment A on Viewer { signIn ...B } fragment B on Viewer { ...A }',
    );
    expect([data, errors?.length]).toEqual([undefined, 1]);
  });

  test('introspection', async () => {
    const { data, errors } = await ask('query cop { __schema { types { name fields { name } } } }');
    expect([data, errors?.map(({ message }) => message)]).toEqual([undefined, ['Introspection is off here']]);
  });

  test('field suggestions', async () => {
    const { text } = await ask('query cop { __schema { directive } }');
    expect(text).not.toContain('Did you mean');
    expect((await ask('query cop { viewr { signIn } }')).text).not.toMatch(/Did you mean|viewer/);
  });

  test('GraphQL IDE', async () => {
    for (const path of ['/graphiql', '/playground', '/console', '/graphql']) {
      const { status, text } = await read(
        await fetch(`${gateway.url}${path}`, { headers: { accept: 'text/html' } }),
      );
      expect([path, status < 400]).toEqual([path, false]);
      expect(text).not.toMatch(/graphiql\.min\.css|GraphQL Playground|GraphiQL|graphql-playground/i);
    }
  });

  /** What this check is about is that a page of another site makes a browser ask. Only queries are answered, and not to those. */
  test('GET method query support: answered, but not to pages of other sites', async () => {
    expect((await get(gateway.endpoint, TYPE_NAME)).status).toBe(200);
    for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }]) {
      const { status, text } = await get(gateway.endpoint, TYPE_NAME, headers);
      expect([status, text]).toEqual([403, expect.not.stringContaining('"data"')]);
    }
  });

  test('mutation over GET', async () => {
    const { status, text } = await get(gateway.endpoint, 'mutation cop { __typename }', DEMO);
    expect([status, text]).toEqual([405, expect.not.stringContaining('"data"')]);
  });

  test('POST based url-encoded query', async () => {
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    const search = new URLSearchParams({ query: 'query cop { __typename }' }).toString();
    const inBody = await post(gateway.endpoint, search, type);
    expect([inBody.status, inBody.text]).toEqual([415, expect.not.stringContaining('"data"')]);
    const inAddress = await read(await fetch(`${gateway.endpoint}?${search}`, { method: 'POST' }));
    expect([inAddress.status, inAddress.text]).toEqual([400, expect.not.stringContaining('"data"')]);
  });

  test('trace mode', async () => {
    for (const query of ['query cop { __typename }', 'query cop { nothing }', 'qwerty cop { abc }']) {
      expect((await ask(query)).text).not.toMatch(/tracing|exception|stacktrace/i);
    }
  });

  test('unhandled errors', async () => {
    const { status, errors } = await ask('qwerty cop { abc }');
    expect([status, errors?.map(({ extensions }) => extensions)]).toEqual([
      400,
      [{ code: 'GRAPHQL_PARSE_FAILED' }],
    ]);
    expect(gateway.logs.join('')).not.toContain('unexpected error');
  });
});
