import type { Random } from '../../support/random.ts';
import { RUN_ID } from '../corpus.ts';
import { awkwardValue, mutateBytes, mutateJson, mutateText } from '../mutation.ts';
import { CALLER, rawPost } from '../requests.ts';
import type { Target } from '../target.ts';

/** Operations that take a variable of each kind of input, and what is right for it. */
const TAKERS: readonly (readonly [query: string, variables: Readonly<Record<string, unknown>>])[] = [
  [
    'query ($f: ExecutionFilter, $p: PageInput) { executions(filter: $f, page: $p) { nodes { id } } }',
    {
      f: {
        status: ['ERRORED', 'STOPPED'],
        source: 'EVENT',
        startDate: '2024-01-01',
        workflowId: RUN_ID,
        applicationSlugs: ['slack'],
        createdAfter: '2024-01-01T00:00:00Z',
      },
      p: { number: 1, size: 10 },
    },
  ],
  [
    'query ($s: [ExecutionStatus!]) { executions(filter: { status: $s }) { totalCount } }',
    { s: ['ERRORED'] },
  ],
  ['query ($a: String, $n: Int) { executions(first: $n, after: $a) { nodes { id } } }', { a: null, n: 3 }],
  ['query ($id: ID!) { execution(id: $id) { id nodes { output(maxBytes: 100) } } }', { id: RUN_ID }],
  ['query ($m: Int) { execution(id: "1") { nodes { output(maxBytes: $m) } } }', { m: 5 }],
  ['query ($slug: String!) { application(slug: $slug) { id } }', { slug: 'slack' }],
  [
    'mutation ($i: BulkInput!) { rerunExecutions(input: $i) { matched userErrors { code } } }',
    { i: { ids: [RUN_ID], dryRun: true, clientMutationId: 'a' } },
  ],
  [
    'query ($u: BucketUnit!, $z: String!) { executionCounts { buckets(unit: $u, timeZone: $z) { partial } } }',
    { u: 'DAY', z: 'UTC' },
  ],
];

const JSON_WORDS = [
  '{',
  '}',
  '[',
  ']',
  ':',
  ',',
  '"',
  'null',
  '1e400',
  '"__proto__":{"a":1},',
  '\\u0000',
  '//',
];

/** Variables: wrong, huge and deep values; and requests whose JSON is broken. */
export const variables: Target = {
  name: 'variables',
  draw: (random) => ({ request: rawPost(drawBody(random), CALLER) }),
};

function drawBody(random: Random): string | Buffer {
  const [query, right] = random.pick(TAKERS);
  const kind = random.below(12);
  const body = { query, variables: drawVariables(random, right) };
  if (kind === 0) return mutateText(random, JSON.stringify(body), JSON_WORDS);
  if (kind === 1) return mutateBytes(random, Buffer.from(JSON.stringify(body)));
  if (kind === 2)
    return JSON.stringify(mutateJson(random, { ...body, operationName: null, extensions: {} }, 0.3));
  if (kind === 3) return JSON.stringify([body, body]);
  if (kind === 4) return JSON.stringify(awkwardValue(random));
  return JSON.stringify(body);
}

function drawVariables(random: Random, right: Readonly<Record<string, unknown>>): unknown {
  const kind = random.below(8);
  if (kind === 0) return awkwardValue(random);
  const names = Object.keys(right);
  const value = kind === 1 ? Array.from({ length: random.below(9000) }, () => 'WRONG') : awkwardValue(random);
  if (kind < 5) return { ...right, [random.pick(names)]: value };
  return mutateJson(random, right, 0.25);
}
