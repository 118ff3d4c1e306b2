import { expect } from '@jest/globals';
import { aliased, expectRefusal, fragmentBomb, many, nested } from '../../support/hostile.ts';
import type { Gateway } from '../../support/gateway.ts';
import type { Row } from '../row.ts';
import type { World } from '../world.ts';

const RIGHT = '400 with one error; a neighbour is answered meanwhile, and Refold is not asked';
const PARSE = 'GRAPHQL_PARSE_FAILED';
const VALIDATION = 'GRAPHQL_VALIDATION_FAILED';
const INPUT = 'BAD_USER_INPUT';
const COST = 'COST_LIMIT_EXCEEDED';
/** So that what is measured is the request, and not the first use of the code that reads it. */
const WARM_UPS = 50;

const RUN = '65410cf6cdf931a12d7ab009';
const FILTERED = 'query ($f: ExecutionFilter) { executions(filter: $f) { totalCount } }';
const CHANGE = 'mutation ($f: BulkInput!) { stopExecutions(input: $f) { matched } }';

async function warmed(world: World): Promise<Gateway> {
  const gateway = await world.gateway();
  for (let nth = 0; world.isTimed && nth < WARM_UPS; nth++) {
    await gateway.query(`{ __typename ${aliased(nth % 5, 'executions { nothing }')} }`);
  }
  return gateway;
}

const bomb = (fault: string, code: string, body: string): Row => ({
  number: '34',
  fault,
  right: RIGHT,
  retries: 0,
  boundMs: 20,
  run: async (world) => {
    const gateway = await warmed(world);
    const refusing: ReturnType<typeof expectRefusal>[] = [];
    await world.timedAtBest(() => {
      refusing.push(expectRefusal(gateway, body));
      return gateway.query('{ __typename }');
    });
    const codes = (await Promise.all(refusing)).map((error) => error.code);
    expect(new Set(codes)).toEqual(new Set([code]));
    return { retries: 0 };
  },
});

const document = (fault: string, code: string, query: string) => bomb(fault, code, JSON.stringify({ query }));

/** @param value the value of `$f`, written out: `JSON.stringify` cannot write all of them */
const variables = (fault: string, query: string, value: string) =>
  bomb(fault, INPUT, `{"query":${JSON.stringify(query)},"variables":{"f":${value}}}`);

const listOf = (count: number, value: (nth: number) => unknown) =>
  JSON.stringify(Array.from({ length: count }, (_, nth) => value(nth)));
const objectOf = (count: number) =>
  JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, nth) => [`x${String(nth)}`, 1])));

/** Operations that cost too much, and requests that are made to be expensive to read. */
export const DOCUMENTS: readonly Row[] = [
  {
    number: '33',
    fault: 'an operation that needs 26 calls',
    right: 'refused with its cost, and Refold is not asked',
    retries: 0,
    boundMs: 5,
    run: async (world) => {
      const gateway = await warmed(world);
      const since = gateway.sandbox.requests().length;
      const text = `{ ${aliased(26, 'executions { totalCount }')} }`;
      await world.timedAtBest(async () => {
        const { status, errors } = await gateway.query(text);
        expect([status, errors.map(({ extensions }) => extensions)]).toEqual([
          400,
          [{ code: COST, requested: 26, limit: 25 }],
        ]);
      });
      return { retries: gateway.sandbox.requests().length - since };
    },
  },
  document(
    '1,600 levels of a field',
    PARSE,
    `{ execution(id: "${RUN}") ${nested(1600, '{ rerunOf ', '{ id }', '}')} }`,
  ),
  document(
    'a list literal 2,400 deep',
    PARSE,
    `{ executions(filter: { status: ${nested(2400, '[', '', ']')} }) { totalCount } }`,
  ),
  document(
    'an object literal 1,200 deep',
    PARSE,
    `{ executions(filter: ${nested(1200, '{ a: ', '1', '}')}) { totalCount } }`,
  ),
  document(
    'thousands of operations',
    PARSE,
    many(1500, (nth) => `query Q${String(nth)} { __typename }`),
  ),
  document('a comment of 90 KB', PARSE, `#${'x'.repeat(90_000)}\n{ __typename }`),
  document('a string of 90 KB', PARSE, `{ execution(id: "${'x'.repeat(90_000)}") { id } }`),
  document('1,200 aliases', VALIDATION, `{ ${aliased(1200, '__typename')} }`),
  document('500 times the same field', VALIDATION, `{ ${'__typename '.repeat(500)} }`),
  document(
    'fields that are merged 300 times',
    VALIDATION,
    `{ ${'executions { nodes { workflow { application { id } } } } '.repeat(250)} }`,
  ),
  document('10 directives in one place', VALIDATION, `{ __typename ${'@aa'.repeat(10)} }`),
  document('800 fragments that are not there', VALIDATION, `{ ${many(800, (nth) => `...U${String(nth)}`)} }`),
  document(
    'a fragment bomb of two to the 60',
    VALIDATION,
    `{ ...F0 } ${fragmentBomb(60, 'Query', '__typename')}`,
  ),
  document(
    'a circle of fragments',
    VALIDATION,
    '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }',
  ),
  document('101 unknown fields', VALIDATION, `{ ${many(101, (nth) => `z${String(nth)}`)} }`),
  document(
    '600 variables',
    VALIDATION,
    `query (${many(600, (nth) => `$v${String(nth)}: Int`)}) { __typename }`,
  ),
  document(
    '2,000 ids written out',
    VALIDATION,
    `mutation { stopExecutions(input: { ids: ${listOf(2000, String)} }) { matched } }`,
  ),
  document('an argument 800 times', VALIDATION, `{ executions(${'first: 1 '.repeat(800)}) { totalCount } }`),
  document('a name of 50 KB', VALIDATION, `{ ${'a'.repeat(50_000)} }`),
  document(
    '90 aliases of 100 rows of fields',
    COST,
    `{ executions(page: { size: 100 }) { ${aliased(90, 'nodes { id name status createdAt }')} } }`,
  ),
  document(
    'the schema, 90 times',
    COST,
    `{ ${aliased(90, '__schema { types { name fields { name type { name } } } }')} }`,
  ),
  variables('24,000 wrong values', FILTERED, `{"status":${listOf(24_000, () => 'X')}}`),
  variables('1,000 wrong values', FILTERED, `{"status":${listOf(1000, () => 'X')}}`),
  variables('9,000 wrong names', FILTERED, objectOf(9000)),
  variables('12,000 ids', CHANGE, `{"ids":${listOf(12_000, String)}}`),
  variables('lists 45,000 deep', FILTERED, nested(45_000, '[', '', ']')),
  variables('objects 16,000 deep', FILTERED, nested(16_000, '{"a":', '1', '}')),
  bomb(
    'a batch of 1,000',
    'BAD_REQUEST',
    listOf(1000, () => ({ query: '{ __typename }' })),
  ),
  document('a subscription, where there is none', VALIDATION, 'subscription { __typename }'),
];
