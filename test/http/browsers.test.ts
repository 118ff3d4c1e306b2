import { afterEach, describe, expect, test } from '@jest/globals';
import { DEMO, startGateway, stopAll } from '../support/gateway.ts';
import { UUID, read } from '../support/http.ts';

afterEach(stopAll);

const PRODUCTION = { NODE_ENV: 'production' };

describe('request ids', () => {
  const QUERY = '{ executions(page: { size: 1 }) { totalCount } }';

  test('a sound one is answered, logged and forwarded upstream', async () => {
    const { query, sandbox, logs } = await startGateway();

    const answer = await query(QUERY, {}, { ...DEMO, 'x-request-id': 'checkout-4711.a_b' });

    expect(answer.headers.get('x-request-id')).toBe('checkout-4711.a_b');
    expect(sandbox.requests()[0]?.headers['x-request-id']).toBe('checkout-4711.a_b');
    expect(JSON.parse(logs.at(-1) ?? '')).toMatchObject({ msg: 'request', requestId: 'checkout-4711.a_b' });
  });

  test.each([
    ['none', {}],
    ['an empty one', { 'x-request-id': '' }],
    ['one with spaces', { 'x-request-id': 'a b' }],
    ['one that would write into a log', { 'x-request-id': '{"level":60}' }],
    ['one that is too long', { 'x-request-id': 'x'.repeat(65) }],
  ])('%s is replaced by one of its own', async (_case, headers: Record<string, string>) => {
    const { query, sandbox } = await startGateway();

    const answer = await query(QUERY, {}, { ...DEMO, ...headers });

    const requestId = answer.headers.get('x-request-id');
    expect(requestId).toMatch(UUID);
    expect(sandbox.requests()[0]?.headers['x-request-id']).toBe(requestId);
  });

  test('are different for every request', async () => {
    const { query } = await startGateway();

    const answers = await Promise.all([query('{ __typename }'), query('{ __typename }')]);

    expect(new Set(answers.map(({ headers }) => headers.get('x-request-id'))).size).toBe(2);
  });
});

describe('exploration', () => {
  const INTROSPECTION = '{ __schema { queryType { name } } }';
  const TYPO = '{ viewr { signIn } }';
  const WRONG_ENUM = 'query ($filter: ExecutionFilter) { executions(filter: $filter) { totalCount } }';
  const WRONG_VALUES = { filter: { status: ['COMPLETE'], sourc: 'EVENT' } };

  test('is on in development: introspection, the explorer, and hints', async () => {
    const { query, endpoint } = await startGateway({ env: { NODE_ENV: 'development' } });

    expect((await query(INTROSPECTION, {}, {})).data).toEqual({ __schema: { queryType: { name: 'Query' } } });
    expect((await query(TYPO)).errors[0]?.message).toContain('Did you mean "viewer"?');
    expect((await query(WRONG_ENUM, WRONG_VALUES)).errors[0]?.message).toContain('Did you mean');

    const page = await read(await fetch(endpoint, { headers: { accept: 'text/html' } }));
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html');
    expect(page.text).toContain('embeddable-sandbox');
    expect(page.text).toContain('query RunHistory');
    expect(page.text).toContain('demo@example.com');
  });

  test.each([
    [
      'Apollo Sandbox',
      '',
      3,
      ["style-src 'nonce-NONCE'", 'frame-src https://sandbox.embed.apollographql.com'],
      /unsafe|\*/,
    ],
    [
      'GraphiQL',
      '?explorer=graphiql',
      6,
      ["style-src 'nonce-NONCE'", "style-src-attr 'unsafe-inline'", "worker-src 'self'"],
      /(?<!style-src-attr )'unsafe|\*|https?:/,
    ],
  ])(
    'lets the page of %s run what bears its nonce, another one each time, and ask nobody but the gateway',
    async (_name, search, tagCount, parts, never) => {
      const { endpoint } = await startGateway();
      const open = async () => {
        const { text, headers } = await read(
          await fetch(endpoint + search, { headers: { accept: 'text/html' } }),
        );
        const tags = text.match(/<(script|style|link rel="stylesheet")[^>]*>/g) ?? [];
        const nonces = tags.map((tag) => /nonce="?([\da-f]{64})\b/.exec(tag)?.[1]);
        return { nonces, policy: headers.get('content-security-policy')?.split('; ') ?? [] };
      };
      const [one, other] = [await open(), await open()];

      expect(one.nonces).toHaveLength(tagCount);
      const [nonce = ''] = one.nonces;
      expect(new Set(one.nonces)).toEqual(new Set([nonce]));
      expect(other.nonces).not.toContain(nonce);
      expect(one.policy).toEqual(
        expect.arrayContaining([
          "default-src 'none'",
          `script-src 'nonce-${nonce}'`,
          "connect-src 'self'",
          "frame-ancestors 'none'",
          ...parts.map((part) => part.replace('NONCE', nonce)),
        ]),
      );
      expect(one.policy.join()).not.toMatch(never);
    },
  );

  test('has the files of its pages, and no others', async () => {
    const { url, endpoint } = await startGateway();
    const pages = ['', '?explorer=graphiql'].map(async (search) => {
      const page = await fetch(endpoint + search, { headers: { accept: 'text/html' } });
      return (await page.text()).matchAll(/(?:src|href)="(\/graphql\/explorer\/[^"]+)"/g);
    });
    const files = new Set((await Promise.all(pages)).flatMap((found) => [...found].map(([, file]) => file)));
    const workers = ['editor', 'graphql', 'json'].map((name) => `/graphql/explorer/${name}.worker.js`);
    expect(files.size).toBe(6);

    for (const file of [...files, ...workers]) {
      const { status, headers, text } = await read(await fetch(`${url}${String(file)}`));
      expect({ file, status }).toEqual({ file, status: 200 });
      expect(headers.get('content-type')).toMatch(/^text\/(css|javascript); charset=utf-8$/);
      expect(text.length).toBeGreaterThan(500);
    }
    for (const file of ['package.json', 'explorer', '..%2Fpackage.json', '%2e%2e%2fpackage.json']) {
      expect((await fetch(`${url}/graphql/explorer/${file}`)).status).toBe(404);
    }
  });

  const SERVER_KEY = {
    REFOLD_API_KEY: 'tk_demo',
    JWT_JWKS_URL: 'https://id.example.com/jwks.json',
    JWT_ISSUER: 'https://id.example.com/',
    JWT_AUDIENCE: 'run-history',
  };
  test.each([
    ['tk_demo', {}],
    ['tk_demo', { AUTH_SESSION_TOKEN: 'false' }],
    ['Bearer session-demo', { AUTH_API_KEY: 'false' }],
    ['token of your product', { AUTH_API_KEY: 'false', AUTH_SESSION_TOKEN: 'false', ...SERVER_KEY }],
  ])('shows how to sign in, in a way that is on: %s', async (way, env: Record<string, string>) => {
    const { endpoint } = await startGateway({ env });
    const ways = ['tk_demo', 'Bearer session-demo', 'token of your product'];
    for (const address of [endpoint, `${endpoint}?explorer=graphiql`]) {
      const { text } = await read(await fetch(address, { headers: { accept: 'text/html' } }));
      expect(ways.filter((one) => text.includes(one))).toEqual([way]);
    }
  });

  test('opens from a link on another site', async () => {
    const { endpoint } = await startGateway();
    const headers = { accept: 'text/html', 'sec-fetch-site': 'cross-site' };
    expect((await fetch(endpoint, { headers })).status).toBe(200);
  });

  test('is off in production', async () => {
    const { query, endpoint } = await startGateway({ env: PRODUCTION });

    const introspected = await query(INTROSPECTION);
    expect(introspected.status).toBe(400);
    expect(introspected.data).toBeUndefined();
    expect(introspected.errors[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');

    const page = await read(await fetch(endpoint, { headers: { accept: 'text/html' } }));
    expect(page.status).toBe(406);
    expect(page.headers.get('content-type')).toContain('application/json');
    expect(page.text).not.toContain('apollographql');
    expect((await fetch(`${endpoint}/explorer/explorer.css`)).status).toBe(404);
  });

  test.each([
    ['a field', TYPO, {}, ['Cannot query field "viewr" on type "Query".']],
    [
      'an argument',
      '{ executions(pages: {}) { totalCount } }',
      {},
      ['Unknown argument "pages" on field "Query.executions".'],
    ],
    [
      'a value in the document',
      '{ executions(filter: { status: COMPLETE }) { totalCount } }',
      {},
      ['Value "COMPLETE" does not exist in "ExecutionStatus" enum.'],
    ],
    [
      'a value in the variables',
      WRONG_ENUM,
      { filter: { status: ['COMPLETE'] } },
      [
        'Variable "$filter" got invalid value "COMPLETE" at "filter.status[0]"; Value "COMPLETE" does not exist in "ExecutionStatus" enum.',
      ],
    ],
    [
      'a name in the variables',
      WRONG_ENUM,
      { filter: { sourc: 'EVENT' } },
      [
        'Variable "$filter" got invalid value { sourc: "EVENT" }; Field "sourc" is not defined by type "ExecutionFilter".',
      ],
    ],
  ])('gives no hint at the schema in production: %s', async (_case, text, variables, messages) => {
    const { query } = await startGateway({ env: PRODUCTION });

    const answer = await query(text, variables);

    expect(answer.status).toBe(400);
    expect(answer.errors.map(({ message }) => message)).toEqual(messages);
  });
});
