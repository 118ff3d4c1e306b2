import { afterEach, describe, expect, test } from '@jest/globals';
import { startStill, stopAll } from '../support/gateway.ts';
import { aliased, many, nested } from '../support/hostile.ts';

afterEach(stopAll);

interface Case {
  readonly setting: string;
  /** The highest that is tried, and a document with so many of what it counts. */
  readonly most: number;
  readonly of: (count: number) => string;
  readonly code?: string;
}

const VALIDATION = 'GRAPHQL_VALIDATION_FAILED';

/** Fragments of one field each, and one query that spreads them in places of their own. */
function fragments(count: number): string {
  const spreads = many(count, (nth) => `a${String(nth)}: viewer { ...F${String(nth)} }`);
  return `{ ${spreads} } ${many(count, (nth) => `fragment F${String(nth)} on Viewer { signIn }`)}`;
}

const INCLUDE = '@include(if: true)';

/** What the plugins of `@escape.tech/graphql-armor` limit, and what they do not. Each counts through fragments. */
const CASES: readonly Case[] = [
  {
    setting: 'MAX_DOCUMENT_LENGTH',
    most: 30,
    of: (count) => '{ __typename }'.padEnd(count, '#'),
    code: 'GRAPHQL_PARSE_FAILED',
  },
  {
    setting: 'MAX_TOKENS',
    most: 8,
    of: (count) => `{ ${'__typename '.repeat(count - 2)} }`,
    code: 'GRAPHQL_PARSE_FAILED',
  },
  {
    setting: 'MAX_OPERATIONS',
    most: 3,
    of: (count) => many(count, (nth) => `query Q${String(nth)} { __typename }`),
  },
  { setting: 'MAX_FRAGMENTS', most: 3, of: fragments },
  {
    setting: 'MAX_VARIABLES',
    most: 3,
    of: (count) =>
      `query (${many(count, (nth) => `$v${String(nth)}: Boolean = true`)}) { ${many(count, (nth) => `a${String(nth)}: __typename @include(if: $v${String(nth)})`)} }`,
  },
  {
    setting: 'MAX_DEPTH',
    most: 4,
    of: (count) =>
      `{ ...A } fragment A on Query ${nested(1, '{ __schema ', nested(count - 2, '{ queryType ', '{ name }', '}').replace(/queryType \{ queryType/g, 'queryType { ofType'), '}')}`,
  },
  {
    setting: 'MAX_SELECTIONS',
    most: 6,
    of: (count) => `{ ...A ...A } fragment A on Query { ${aliased((count - 2) / 2, '__typename')} }`,
  },
  {
    setting: 'MAX_ALIASES',
    most: 6,
    of: (count) =>
      `{ ${aliased(count - 3, '__typename')} ...A } fragment A on Query { ${aliased(3, '__typename')} }`,
  },
  {
    setting: 'MAX_REPEATED_FIELDS',
    most: 6,
    of: (count) =>
      `{ ${'__typename '.repeat(count - 3)} ... { ...A } } fragment A on Query { ${'__typename '.repeat(3)} }`,
  },
  {
    setting: 'MAX_DIRECTIVES',
    most: 6,
    of: (count) =>
      `{ ${many(count - 3, (nth) => `a${String(nth)}: __typename ${INCLUDE}`)} ...A } fragment A on Query { ${many(3, (nth) => `b${String(nth)}: __typename ${INCLUDE}`)} }`,
  },
];

describe('each limit is a setting, and holds for what is just beyond it:', () => {
  test.each(CASES)('$setting', async ({ setting, most, of, code = VALIDATION }) => {
    const { query } = await startStill({ env: { [setting]: String(most) } });
    const within = await query(of(most));
    expect([within.status, within.errors.map(({ message }) => message)]).toEqual([
      setting === 'MAX_OPERATIONS' ? 400 : 200,
      setting === 'MAX_OPERATIONS'
        ? ['Must provide operation name if query contains multiple operations.']
        : [],
    ]);
    const step = setting === 'MAX_SELECTIONS' ? 2 : 1;
    const beyond = await query(of(most + step));
    expect([beyond.status, beyond.errors.map(({ extensions }) => extensions.code)]).toEqual([400, [code]]);
  });
});

describe('for values:', () => {
  const IDS = 'mutation ($i: BulkInput!) { stopExecutions(input: $i) { matched } }';
  const idsOf = (count: number) => Array.from({ length: count }, (_, nth) => `run-${String(nth)}`);

  test.each([
    ['MAX_LIST_SIZE', '6', { ids: idsOf(6), dryRun: true }, { ids: idsOf(7), dryRun: true }],
    ['MAX_INPUT_VALUES', '9', { ids: idsOf(6), dryRun: true }, { ids: idsOf(7), dryRun: true }],
    [
      'MAX_INPUT_DEPTH',
      '2',
      { ids: idsOf(1), dryRun: true },
      { filter: { status: ['ERRORED'] }, dryRun: true },
    ],
  ])('%s', async (setting, most, within, beyond) => {
    const { query } = await startStill({ env: { [setting]: most, MAX_BULK_SIZE: '6' } });
    expect((await query(IDS, { i: within })).errors).toEqual([]);
    const { status, errors } = await query(IDS, { i: beyond });
    expect([status, errors.map(({ extensions }) => extensions.code)]).toEqual([400, ['BAD_USER_INPUT']]);
  });

  test('MAX_DIRECTIVES_IN_PLACE', async () => {
    const { query } = await startStill({ env: { MAX_DIRECTIVES_IN_PLACE: '2' } });
    expect((await query(`{ __typename ${INCLUDE} @skip(if: false) }`)).errors).toEqual([]);
    const { errors } = await query(`{ __typename ${INCLUDE} @skip(if: false) @skip(if: false) }`);
    expect(errors.map(({ message }) => message)).toEqual(['There are more than 2 directives in one place']);
  });

  test('MAX_BODY_BYTES', async () => {
    const { endpoint } = await startStill({ env: { MAX_BODY_BYTES: '1024' } });
    const send = (body: string) =>
      fetch(endpoint, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    const statuses = [1024, 1025].map(
      async (size) => (await send('{"query":"{ __typename }"}'.padEnd(size))).status,
    );
    expect(await Promise.all(statuses)).toEqual([200, 413]);
  });
});
