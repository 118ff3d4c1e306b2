import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DEMO, startStill, stopAll, type Gateway } from '../support/gateway.ts';
import { expectRefusal, nested } from '../support/hostile.ts';
import { JSON_TYPE, post } from '../support/http.ts';

let gateway: Gateway;
beforeAll(async () => {
  // The limits of variables hold by themselves, whatever the body may have.
  gateway = await startStill({ env: { MAX_BODY_BYTES: '2000000' } });
});
afterAll(stopAll);

const FILTERED = 'query ($f: ExecutionFilter) { executions(filter: $f) { totalCount } }';
const BULK = 'mutation ($i: BulkInput!) { stopExecutions(input: $i) { matched } }';
const BY_ID = 'query ($i: ID!) { execution(id: $i) { id } }';
const ROWS = 'query ($i: Int) { executions(first: $i) { totalCount } }';

/** A body whose variables are written out, since `JSON.stringify` cannot write all of them. */
function bodyOf(query: string, variables: unknown): string {
  const text = typeof variables === 'string' ? variables : JSON.stringify(variables);
  return `{"query":${JSON.stringify(query)},"variables":${text}}`;
}

const namesOf = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, nth) => [`x${String(nth)}`, 1]));
const idsOf = (count: number) => Array.from({ length: count }, (_, nth) => `run-${String(nth)}`);

/** Nothing of them is coerced: the error tells of a count, and not of a value that does not fit. */
describe('refused before they are coerced:', () => {
  const listOf = (place: string) => {
    const variable = place.split('.')[0] ?? '';
    return `Variable "$${variable}" is too large at "${place}": a list has more than 1000 values`;
  };
  const tooDeep = /^Variable "\$f" is too large at "f[^"]*": lists and objects lie more than 10 deep$/;
  const tooMany = 'The variables have more than 2500 values in all';
  test.each<[string, string, unknown, string | RegExp]>([
    ['125,000 wrong values', FILTERED, { f: { status: Array(125_000).fill('X') } }, listOf('f.status')],
    ['1,001 wrong values', FILTERED, { f: { status: Array(1001).fill('X') } }, listOf('f.status')],
    [
      '20,000 wrong names',
      FILTERED,
      { f: namesOf(20_000) },
      'Variable "$f" is too large at "f": an object has more than 50 fields',
    ],
    ['20,000 variables', FILTERED, namesOf(20_000), tooMany],
    ['three lists of 1,000', FILTERED, { a: idsOf(1000), b: idsOf(1000), c: idsOf(1000) }, tooMany],
    ['12,000 ids', BULK, { i: { ids: idsOf(12_000) } }, listOf('i.ids')],
    ['a list for an id', BY_ID, { i: Array(20_000).fill(1) }, listOf('i')],
    ['lists 100,000 deep', FILTERED, `{"f":${nested(100_000, '[', '', ']')}}`, tooDeep],
    ['objects 50,000 deep', FILTERED, `{"f":${nested(50_000, '{"a":', '1', '}')}}`, tooDeep],
    [
      'objects with long names, 11 deep',
      FILTERED,
      `{"f":${nested(11, `{"${'n'.repeat(5000)}":`, '1', '}')}}`,
      /^Variable "\$f" is too large at "f/,
    ],
    ['a list that no operation declares', '{ __typename }', { f: Array(1001).fill(0) }, listOf('f')],
  ])('%s', async (_what, query, variables, message) => {
    const error = await expectRefusal(gateway, bodyOf(query, variables));
    expect(error.code).toBe('BAD_USER_INPUT');
    expect(error.message).toMatch(message);
  });
});

/** The first that does not fit is told, with the variable and the path, and the operation does not run. */
describe('refused once one of them does not fit:', () => {
  test.each<[string, string, unknown, string | RegExp]>([
    [
      '1,000 wrong values',
      FILTERED,
      { f: { status: Array(1000).fill('X') } },
      'Variable "$f" got invalid value "X" at "f.status[0]"; Value "X" does not exist in "ExecutionStatus" enum.',
    ],
    [
      'one wrong value among many',
      FILTERED,
      { f: { status: [...Array<string>(900).fill('ERRORED'), 'X'] } },
      /^Variable "\$f" got invalid value "X" at "f.status\[900\]"/,
    ],
    ['50 wrong names', FILTERED, { f: namesOf(50) }, /^Variable "\$f" got invalid value \{ x0: 1, x1: 1, /],
    [
      'two variables',
      'query ($a: Int, $b: Int) { executions(first: $a, last: $b) { totalCount } }',
      { a: 'x', b: 'y' },
      'Variable "$a" got invalid value "x"; Int cannot represent non-integer value: "x"',
    ],
    ['one that is missing', BY_ID, {}, 'Variable "$i" of required type "ID!" was not provided.'],
    [
      'null for one that is required',
      BY_ID,
      { i: null },
      'Variable "$i" of non-null type "ID!" must not be null.',
    ],
    ['an object for an id', BY_ID, { i: { toString: 1 } }, /^Variable "\$i" got invalid value/],
    ['a list of ids for an id', BY_ID, { i: ['a'] }, /^Variable "\$i" got invalid value \["a"\]/],
    [
      'text of 90,000 characters',
      ROWS,
      { i: 'x'.repeat(90_000) },
      /^Variable "\$i" got invalid value "x{400,}$/,
    ],
    ['a number beyond all', ROWS, '{"i":1e400}', /^Variable "\$i" got invalid value Infinity/],
    ['a number with a fraction', ROWS, { i: 1.5 }, /^Variable "\$i" got invalid value 1.5/],
    ['a number that is text', ROWS, { i: '10' }, /^Variable "\$i" got invalid value "10"/],
  ])('%s', async (_what, query, variables, message) => {
    const error = await expectRefusal(gateway, bodyOf(query, variables));
    expect(error.code).toBe('BAD_USER_INPUT');
    expect(error.message).toMatch(message);
    expect(error.message.length).toBeLessThanOrEqual(500);
  });
});

describe('the argument is refused, for values that fit their type:', () => {
  test.each([
    ['text of 90,000 characters', 'x'.repeat(90_000)],
    ['null bytes', '\0'.repeat(1000)],
    ['what looks like a path', '../../f-sdk'],
  ])('%s', async (_what, id) => {
    const since = gateway.sandbox.requests().length;
    const { data, errors } = await gateway.query<unknown>(BY_ID, { i: id });
    expect([data, errors.map(({ extensions }) => extensions.code)]).toEqual([
      { execution: null },
      ['BAD_USER_INPUT'],
    ]);
    expect(gateway.sandbox.requests()).toHaveLength(since);
  });
});

test('variables that would pollute prototypes do not, by POST nor by GET', async () => {
  const body = bodyOf(FILTERED, '{"f":null,"__proto__":{"isAdmin":true}}');
  const posted = await post(gateway.endpoint, body, { ...JSON_TYPE, ...DEMO });
  expect(posted.status).toBe(400);
  const search = new URLSearchParams({ query: FILTERED, variables: '{"f":{"__proto__":{"isAdmin":true}}}' });
  const got = await fetch(`${gateway.endpoint}?${search.toString()}`, { headers: DEMO });
  expect([got.status, await got.text()]).toEqual([400, expect.stringContaining('BAD_USER_INPUT')]);
  expect(Object.prototype).not.toHaveProperty('isAdmin');
});

test('a bulk change of as many as are allowed passes, in a variable and in the document', async () => {
  const ids = idsOf(500);
  const answers = [
    await gateway.query<unknown>('mutation ($i: BulkInput!) { stopExecutions(input: $i) { matched } }', {
      i: { ids, dryRun: true },
    }),
    await gateway.query<unknown>(
      `mutation { stopExecutions(input: { ids: ${JSON.stringify(ids)}, dryRun: true }) { matched } }`,
    ),
  ];
  for (const { data, errors } of answers) {
    expect([errors, data]).toEqual([[], { stopExecutions: { matched: 500 } }]);
  }
});
