import { afterEach, describe, expect, test } from '@jest/globals';
import { ConfigError } from '../../src/config.ts';
import { createMetrics } from '../support/budget.ts';
import { DEMO, DEMO_SESSION, startStill, stopAll, type Gateway } from '../support/gateway.ts';
import { JSON_TYPE } from '../support/http.ts';
import {
  documentIdOf,
  manifestOf,
  persistedQueryOf,
  sha256Of,
  trusting,
  writeManifest,
} from '../support/manifest.ts';
import { createProduct } from '../support/product.ts';

afterEach(stopAll);

const TOTAL = 'query Total { executions { totalCount } }';
const ROWS = 'query Rows($size: Int!) { executions(page: { size: $size }) { nodes { id status } } }';
const STOP = 'mutation Stop($id: ID!) { stopExecution(id: $id) { message } }';
const OTHER = 'query Other { executions { nodes { id } } }';

interface Reply {
  readonly status: number;
  readonly data?: { readonly executions?: { readonly totalCount?: number; readonly nodes?: unknown[] } };
  readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
}

type Headers = Readonly<Record<string, string>>;

async function post({ endpoint }: Gateway, body: object, headers: Headers = DEMO): Promise<Reply> {
  const init = { method: 'POST', headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify(body) };
  return read(await fetch(endpoint, init));
}

async function get({ endpoint }: Gateway, query: Headers | string, headers: Headers = DEMO): Promise<Reply> {
  return read(await fetch(`${endpoint}?${new URLSearchParams(query).toString()}`, { headers }));
}

async function read(response: Response): Promise<Reply> {
  return { ...((await response.json()) as object), status: response.status };
}

const codeOf = ({ errors }: Reply) => errors?.map(({ extensions }) => extensions.code);

const NOT_FOUND = ['PERSISTED_QUERY_NOT_FOUND'];
const NOT_SUPPORTED = ['PERSISTED_QUERY_NOT_SUPPORTED'];
const UNKNOWN = ['PERSISTED_QUERY_ID_REQUIRED'];

/** Every way to name a document that is known by its text. */
const BY_POST: readonly (readonly [name: string, body: (text: string) => object])[] = [
  ['documentId', (text) => ({ documentId: documentIdOf(text) })],
  ['documentId without its prefix', (text) => ({ documentId: sha256Of(text) })],
  ['extensions.persistedQuery', (text) => ({ extensions: persistedQueryOf(text) })],
  ['documentId, and its text', (text) => ({ query: text, documentId: documentIdOf(text) })],
  [
    'extensions.persistedQuery, and its text',
    (text) => ({ query: text, extensions: persistedQueryOf(text) }),
  ],
  ['its text', (text) => ({ query: text })],
];

describe('where only trusted documents run,', () => {
  test.each(BY_POST)('one runs that is asked for by %s', async (_name, bodyOf) => {
    const gateway = await startStill({ env: await trusting([TOTAL, ROWS]) });
    const total = await post(gateway, bodyOf(TOTAL));
    expect([total.status, total.data?.executions?.totalCount]).toEqual([200, expect.any(Number)]);
    const rows = await post(gateway, { ...bodyOf(ROWS), variables: { size: 3 } });
    expect([rows.status, rows.data?.executions?.nodes]).toEqual([200, expect.any(Array)]);
    expect(rows.data?.executions?.nodes).toHaveLength(3);
  });

  test('one runs that is asked for by GET, by each kind of id', async () => {
    const gateway = await startStill({ env: await trusting([ROWS]) });
    const variables = JSON.stringify({ size: 2 });
    for (const id of [
      { documentId: documentIdOf(ROWS) },
      { extensions: JSON.stringify(persistedQueryOf(ROWS)) },
    ]) {
      const reply = await get(gateway, { ...id, variables });
      expect(reply.data?.executions?.nodes).toHaveLength(2);
    }
  });

  test('others are refused before Refold is asked, whatever they say of themselves', async () => {
    const gateway = await startStill({ env: await trusting([TOTAL]) });
    const refusals = [
      [{ query: OTHER }, 400, UNKNOWN],
      [{ query: OTHER, documentId: documentIdOf(OTHER) }, 400, UNKNOWN],
      [{ query: OTHER, extensions: persistedQueryOf(OTHER) }, 400, UNKNOWN],
      [{ documentId: documentIdOf(OTHER) }, 400, NOT_FOUND],
      [{ extensions: persistedQueryOf(OTHER) }, 200, NOT_FOUND],
      [{ query: '{ __schema { types { name } } }' }, 400, UNKNOWN],
      [{ query: 'no GraphQL' }, 400, UNKNOWN],
      [{ query: `${TOTAL} { a`, operationName: 'Total' }, 400, UNKNOWN],
      [{ query: `${TOTAL} query Too { viewer { signIn } }`, operationName: 'Total' }, 400, UNKNOWN],
      [{ query: 'query Total { executions { totalCount: __typename } }' }, 400, UNKNOWN],
      [{ query: 'query Total { executions { totalCount x: __typename } }' }, 400, UNKNOWN],
      [{ query: 'query Total { executions { totalCount __typename @skip(if: false) } }' }, 400, UNKNOWN],
      [{ query: 'query Total { executions { totalCount ...__typename } }' }, 400, UNKNOWN],
    ] as const;
    for (const [body, status, code] of refusals) {
      const reply = await post(gateway, body);
      expect([body, reply.status, codeOf(reply)]).toEqual([body, status, code]);
      expect(reply.data).toBeUndefined();
    }
    expect(gateway.sandbox.requests()).toEqual([]);
  });

  test('a text is the document that it is but for its spelling, its order and plain __typename fields', async () => {
    const manifest = `query Runs($size: Int = 2, $name: String = "a b") {
      executions(page: { size: $size }, filter: { workflowName: $name }) @include(if: true) {
        nodes { id ...Row }
      }
    }
    fragment Row on Execution { workflow { id } ...State }
    fragment State on Execution { status }`;
    const gateway = await startStill({ env: await trusting([manifest]) });
    const same = [
      `fragment State on Execution { status __typename }
       query Runs($name: String = """a b""" $size: Int = 2) { executions(filter: { workflowName: $name }, page: {size: $size}) @include(if: true) {
         __typename nodes { __typename, ...Row, id } } __typename }
       fragment Row on Execution { workflow { __typename id __typename }, ...State } # the same`,
    ];
    for (const query of same) expect(codeOf(await post(gateway, { query }))).toBeUndefined();
    const others = [
      manifest.replace('size: $size', 'size: 3'),
      manifest.replace('"a b"', '"a  b"'),
      manifest.replace('"a b"', 'a'),
      manifest.replace('if: true', 'if: false'),
      manifest.replace('{ id ...Row }', '{ id rawStatus ...Row }'),
      manifest.replace('{ id ...Row }', '{ id }'),
      manifest.replace('nodes {', 'nodes: edges {'),
      manifest.replace('fragment State on Execution { status }', 'fragment State on Execution { rawStatus }'),
    ];
    for (const query of others) expect(codeOf(await post(gateway, { query }))).toEqual(UNKNOWN);
  });

  test('changes of one document stay in their order', async () => {
    const changes = `mutation Both($id: ID!) { one: stopExecution(id: $id) { message } ...Two }
      fragment Two on Mutation { two: stopExecution(id: $id) { message } three: stopExecution(id: $id) { message } }`;
    const gateway = await startStill({ env: await trusting([changes]) });
    const variables = { id: '65410cf6cdf931a12d7ab009' };
    const typed = changes.replaceAll('{ message }', '{ __typename message }');
    expect(codeOf(await post(gateway, { query: typed, variables }))).not.toEqual(UNKNOWN);
    for (const query of [
      changes.replace(
        'one: stopExecution(id: $id) { message } ...Two',
        '...Two one: stopExecution(id: $id) { message }',
      ),
      changes.replace('two:', 'four:').replace('three:', 'two:').replace('four:', 'three:'),
    ]) {
      expect(codeOf(await post(gateway, { query, variables }))).toEqual(UNKNOWN);
    }
  });

  test('a change by an id is none for GET', async () => {
    const gateway = await startStill({ env: await trusting([STOP]) });
    const reply = await get(gateway, { documentId: documentIdOf(STOP), variables: '{"id":"1"}' });
    expect([reply.status, codeOf(reply)]).toEqual([405, ['BAD_REQUEST']]);
    expect(gateway.sandbox.requests()).toEqual([]);
  });

  test('what is wrong with an id is said, and nothing is looked up by it', async () => {
    const gateway = await startStill({ env: await trusting([TOTAL, ROWS], { APQ: 'true' }) });
    const total = documentIdOf(TOTAL);
    const hash = sha256Of(TOTAL);
    const persisted = (persistedQuery: unknown) => ({ extensions: { persistedQuery } });
    const mistakes: readonly (readonly [object, number, string[]])[] = [
      [{ documentId: total, extensions: persistedQueryOf(TOTAL) }, 400, ['BAD_USER_INPUT']],
      [{ query: ROWS, documentId: total }, 400, ['BAD_USER_INPUT']],
      [{ query: ROWS, extensions: persistedQueryOf(TOTAL) }, 400, ['BAD_USER_INPUT']],
      [{ query: TOTAL, documentId: 'another' }, 400, ['BAD_USER_INPUT']],
      [{ documentId: 7 }, 400, ['BAD_REQUEST']],
      [{ documentId: [total] }, 400, ['BAD_REQUEST']],
      [{ documentId: { toString: total } }, 400, ['BAD_REQUEST']],
      [persisted(7), 400, ['BAD_USER_INPUT']],
      [persisted({ version: 2, sha256Hash: hash }), 400, ['BAD_USER_INPUT']],
      [persisted({ version: 1 }), 400, ['BAD_USER_INPUT']],
      [persisted({ version: 1, sha256Hash: { hash } }), 400, ['BAD_USER_INPUT']],
      [{ documentId: '' }, 400, NOT_FOUND],
      [{ documentId: '__proto__' }, 400, NOT_FOUND],
      [{ documentId: 'constructor' }, 400, NOT_FOUND],
      [{ documentId: 'sha256:' }, 400, NOT_FOUND],
      [{ documentId: total.toUpperCase() }, 400, NOT_FOUND],
      [{ documentId: `sha256:${hash.toUpperCase()}` }, 400, NOT_FOUND],
      [{ documentId: `sha256:sha256:${hash}` }, 400, NOT_FOUND],
      [{ documentId: ` ${total}` }, 400, NOT_FOUND],
      [{ documentId: 'x'.repeat(90_000) }, 400, NOT_FOUND],
      [{ documentId: `md5:${hash}` }, 400, NOT_FOUND],
    ];
    for (const [body, status, code] of mistakes) {
      const reply = await post(gateway, body);
      expect([body, reply.status, codeOf(reply)]).toEqual([body, status, code]);
      expect(JSON.stringify(reply)).not.toContain('xxx');
    }
    const twice = await get(gateway, `documentId=${total}&documentId=${total}`);
    expect([twice.status, codeOf(twice)]).toEqual([400, ['BAD_REQUEST']]);
    expect(gateway.sandbox.requests()).toEqual([]);
    expect(gateway.logs.join('')).not.toMatch(/unexpected error|xxx/);
  });

  test('the log says so, and which one it is', async () => {
    const gateway = await startStill({ env: await trusting([TOTAL]) });
    await post(gateway, { query: OTHER });
    await post(gateway, { documentId: documentIdOf(TOTAL) });
    expect(await createMetrics(gateway.url).metric('documents_total{outcome="refused"}')).toBe(1);
    const lines = gateway.logs.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.filter(({ document }) => document !== undefined)).toEqual([
      expect.objectContaining({ document: 'refused', documentId: documentIdOf(OTHER), codes: UNKNOWN }),
      expect.objectContaining({ document: 'trusted', documentId: documentIdOf(TOTAL), operation: 'Total' }),
    ]);
  });
});

describe('each way of signing in has a mode of its own,', () => {
  test('also where two of them are the same to Refold, and answers are remembered', async () => {
    const product = await createProduct();
    const env = {
      ...product.env,
      ...(await trusting([TOTAL])),
      TRUSTED_DOCUMENTS_API_KEY: 'off',
      TRUSTED_DOCUMENTS_ANONYMOUS: 'off',
      CACHE_LIST_MS: '600000',
    };
    const gateway = await startStill({ env });
    const token = await product.signIn('demo@example.com');
    for (let time = 0; time < 3; time++) {
      expect(codeOf(await post(gateway, { query: OTHER }, DEMO))).toBeUndefined();
      expect(codeOf(await post(gateway, { query: OTHER }, token))).toEqual(UNKNOWN);
      expect(codeOf(await post(gateway, { query: OTHER }, DEMO_SESSION))).toEqual(UNKNOWN);
    }
    expect(codeOf(await post(gateway, { query: '{ __typename }' }, {}))).toBeUndefined();
    expect(codeOf(await post(gateway, { query: TOTAL }, token))).toBeUndefined();
    expect(codeOf(await post(gateway, { documentId: documentIdOf(TOTAL) }, DEMO))).toEqual(NOT_SUPPORTED);
  });

  test('and where one is set, the others are as before', async () => {
    const files = await manifestOf(TOTAL);
    const env = { TRUSTED_DOCUMENTS_SESSION_TOKEN: 'only', TRUSTED_DOCUMENTS_FILES: files };
    const gateway = await startStill({ env });
    expect(codeOf(await post(gateway, { query: OTHER }, DEMO))).toBeUndefined();
    expect(codeOf(await post(gateway, { query: OTHER }, {}))).toEqual(['UNAUTHENTICATED']);
    expect(codeOf(await post(gateway, { query: OTHER }, DEMO_SESSION))).toEqual(UNKNOWN);
  });
});

describe('where they are off,', () => {
  test('ids are not supported, and a text beside documentId runs as if that were not there', async () => {
    const gateway = await startStill();
    const byId = await post(gateway, { documentId: documentIdOf(TOTAL) });
    expect([byId.status, codeOf(byId)]).toEqual([400, NOT_SUPPORTED]);
    const byHash = await post(gateway, { extensions: persistedQueryOf(TOTAL) });
    expect([byHash.status, codeOf(byHash)]).toEqual([200, NOT_SUPPORTED]);
    for (const documentId of ['anything', 5, documentIdOf(OTHER)]) {
      expect(codeOf(await post(gateway, { query: TOTAL, documentId }))).toBeUndefined();
    }
    const both = { query: TOTAL, documentId: 5, extensions: persistedQueryOf(TOTAL) };
    expect(codeOf(await post(gateway, both))).toEqual(NOT_SUPPORTED);
    expect(codeOf(await post(gateway, { documentId: 5 }))).toEqual(['BAD_REQUEST']);
    expect(gateway.logs.filter((line) => line.includes('"document"'))).toEqual([]);
  });
});

describe('where they are logged,', () => {
  test('all documents run, by text and by id, and the log tells which are unknown', async () => {
    const gateway = await startStill({ env: await trusting([TOTAL], { TRUSTED_DOCUMENTS: 'log' }) });
    for (let time = 0; time < 2; time++)
      expect(codeOf(await post(gateway, { query: OTHER }))).toBeUndefined();
    expect(codeOf(await post(gateway, { documentId: documentIdOf(TOTAL) }))).toBeUndefined();
    expect(codeOf(await post(gateway, { documentId: documentIdOf(OTHER) }))).toEqual(NOT_FOUND);
    const { metric } = createMetrics(gateway.url);
    expect(await metric('documents_total{outcome="unknown"}')).toBe(2);
    expect(await metric('documents_total{outcome="trusted"}')).toBe(1);
    expect(await metric('documents_total{outcome="not_found"}')).toBe(1);
    expect(await metric('documents_total{outcome="refused"}')).toBe(0);
    const told = gateway.logs
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ document }) => document !== undefined)
      .map(({ document, documentId, operation }) => ({ document, documentId, operation }));
    const unknown = { document: 'unknown', documentId: documentIdOf(OTHER), operation: 'Other' };
    expect(told.slice(0, 3)).toEqual([
      unknown,
      unknown,
      { document: 'trusted', documentId: documentIdOf(TOTAL), operation: 'Total' },
    ]);
    expect(told[3]).toMatchObject({ document: 'not_found', documentId: documentIdOf(OTHER) });
  });

  test('a list is not needed for it', async () => {
    const gateway = await startStill({ env: { TRUSTED_DOCUMENTS: 'log' } });
    expect(codeOf(await post(gateway, { query: OTHER }))).toBeUndefined();
    expect(gateway.logs.join('')).toContain(documentIdOf(OTHER));
  });
});

describe('where they are preferred,', () => {
  const MANY = `query Many { ${Array.from({ length: 120 }, (_none, nth) => `a${String(nth)}: __typename`).join(' ')} }`;

  test('they are beyond the limits of documents, and their answers may be larger', async () => {
    const limits = { MAX_RESPONSE_NODES: '50', TRUSTED_MAX_RESPONSE_NODES: '250' };
    const env = await trusting([MANY, ROWS], { TRUSTED_DOCUMENTS: 'prefer', ...limits });
    const gateway = await startStill({ env });
    const variables = { size: 50 };
    expect(codeOf(await post(gateway, { documentId: documentIdOf(MANY) }))).toBeUndefined();
    expect(codeOf(await post(gateway, { documentId: documentIdOf(ROWS), variables }))).toBeUndefined();
    expect(codeOf(await post(gateway, { query: ROWS, variables }))).toBeUndefined();

    const many = MANY.replace('Many', 'Others');
    const rows = ROWS.replace('Rows', 'Others');
    expect(codeOf(await post(gateway, { query: many }))).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    expect(codeOf(await post(gateway, { query: rows, variables }))).toEqual(['COST_LIMIT_EXCEEDED']);
    expect(codeOf(await post(gateway, { query: rows, variables: { size: 1 } }))).toBeUndefined();
    const most = { documentId: documentIdOf(ROWS), variables: { size: 100 } };
    expect(codeOf(await post(gateway, most))).toEqual(['COST_LIMIT_EXCEEDED']);
  });
});

describe('manifests', () => {
  test('are read in each form, one by one and from a folder', async () => {
    const apollo = {
      format: 'apollo-persisted-query-manifest',
      version: 1,
      operations: [{ id: sha256Of(TOTAL), name: 'Total', type: 'query', body: TOTAL }],
    };
    const relay = { '7cd7b8bf5ff4bd6e4f6fd1b1d0e1d1aa': ROWS };
    const files = [
      await writeManifest(apollo),
      (await writeManifest(relay)).replace(/\/manifest\.json$/, ''),
    ];
    const env = { TRUSTED_DOCUMENTS: 'only', TRUSTED_DOCUMENTS_FILES: files.join(', ') };
    const gateway = await startStill({ env });
    expect(codeOf(await post(gateway, { extensions: persistedQueryOf(TOTAL) }))).toBeUndefined();
    const [id = ''] = Object.keys(relay);
    for (const documentId of [id, documentIdOf(ROWS)]) {
      const reply = await post(gateway, { documentId, variables: { size: 1 } });
      expect(codeOf(reply)).toBeUndefined();
    }
    const persistedQuery = { version: 1, sha256Hash: id };
    const reply = await post(gateway, { extensions: { persistedQuery }, variables: { size: 1 } });
    expect(codeOf(reply)).toBeUndefined();
  });

  test('have all their mistakes told at once, and the gateway does not start', async () => {
    const files = [
      '/nowhere/manifest.json',
      await writeManifest('{ "broken'),
      await writeManifest('["a list"]'),
      await writeManifest({ format: 'apollo-persisted-query-manifest', version: 2, operations: [] }),
      await writeManifest({}),
      (await writeManifest('', 'readme.txt')).replace(/\/readme\.txt$/, ''),
      await writeManifest({
        fine: TOTAL,
        [documentIdOf(OTHER)]: TOTAL,
        [sha256Of(OTHER).toUpperCase()]: OTHER,
        'sha256:short': OTHER,
        syntax: 'query {',
        misfit: '{ nothing }',
        fragment: 'fragment Row on Execution { id }',
        ['x'.repeat(600)]: ROWS,
        deep: '{ a '.repeat(50_000),
      }),
      await writeManifest({ fine: ROWS, __proto__x: TOTAL }),
      await writeManifest('{ "__proto__": "{ viewer { nothing } }" }'),
    ];
    const env = { TRUSTED_DOCUMENTS: 'only', TRUSTED_DOCUMENTS_FILES: files.join(',') };
    const error = await startStill({ env }).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(ConfigError);
    const { mistakes } = error as ConfigError;
    const short = mistakes.map((one) => one.replace(/^TRUSTED_DOCUMENTS_FILES: \S+ /, '').slice(0, 120));
    expect(short).toEqual([
      'cannot be read',
      'has no file that ends in .json',
      'is not JSON',
      expect.stringMatching(/^is no manifest/),
      expect.stringMatching(/^is no manifest/),
      'has no documents',
      expect.stringMatching(/^"sha256:\w+" is not the SHA-256 of its document$/),
      expect.stringMatching(/^"[\dA-F]+" is not the SHA-256 of its document$/),
      '"sha256:short" is not the SHA-256 of its document',
      expect.stringMatching(/^"syntax" cannot be read: Syntax Error/),
      '"misfit" does not fit the schema: Cannot query field "nothing" on type "Query".',
      '"fragment" has no operation',
      expect.stringMatching(/^"x{80}" must have 1 to 512 characters$/),
      expect.stringMatching(/^"deep" cannot be read/),
      '"fine" is there twice, with different documents',
      '"__proto__" does not fit the schema: Cannot query field "nothing" on type "Viewer".',
    ]);
    for (const mistake of mistakes) expect(mistake).toMatch(/^TRUSTED_DOCUMENTS_FILES: \//);
  });

  test('may ask for the schema only where that may be asked for', async () => {
    const SCHEMA = 'query Schema { __schema { queryType { name } } }';
    const closed = { env: await trusting([SCHEMA], { EXPLORATION: 'false' }) };
    await expect(startStill(closed)).rejects.toThrow(/introspection/i);
    const open = await startStill({ env: await trusting([SCHEMA], { EXPLORATION: 'true' }) });
    expect(codeOf(await post(open, { documentId: documentIdOf(SCHEMA) }))).toBeUndefined();
  });

  test('are missing where only their documents are to run', async () => {
    await expect(startStill({ env: { TRUSTED_DOCUMENTS: 'only' } })).rejects.toThrow(
      /TRUSTED_DOCUMENTS_FILES is missing/,
    );
    await expect(startStill({ env: { TRUSTED_DOCUMENTS_API_KEY: 'some' } })).rejects.toThrow(
      /TRUSTED_DOCUMENTS_API_KEY must be off, log, prefer or only/,
    );
  });
});
