import { afterEach, describe, expect, test } from '@jest/globals';
import { EMBEDDED_FIELDS } from '../../src/domain/model.ts';
import { rerun } from '../support/reruns.ts';
import { FAILED } from '../support/sandbox.ts';
import { DEMO, startStill, stopAll } from '../support/gateway.ts';

afterEach(stopAll);

const WORKFLOW = '64f7258e35b72267edc02589';
const OTHER_WORKFLOW = '64f08e0ed934950dac000001';
const ROW = 'id name status createdAt workflow { id name icon } application { id name icon }';
const EVERYTHING = `${ROW} workflow { description version application { id slug } } application { slug tags }`;
const WEEK = 'filter: { startDate: "2023-10-25", endDate: "2023-10-31" }';

describe('what is requested is no less than the calls made', () => {
  test.each<[string, string, number, number]>([
    ['ten rows with what is embedded', `{ executions { nodes { ${ROW} } totalCount } }`, 1, 1],
    ['a hundred of them', `{ executions(page: { size: 100 }) { nodes { ${ROW} } } }`, 1, 1],
    ['ten rows with everything', `{ executions { nodes { ${EVERYTHING} } } }`, 4, 3],
    ['a hundred of them', `{ executions(first: 100) { edges { node { ${EVERYTHING} } } } }`, 4, 3],
    ['one row with everything', `{ executions(first: 1) { nodes { ${EVERYTHING} } } }`, 3, 3],
    ['rows with applications alone', '{ executions { nodes { application { slug } } } }', 2, 2],
    ['two statuses', '{ executions(filter: { status: [ERRORED, TIMED_OUT] }) { totalCount } }', 2, 2],
    ['the same status twice', '{ executions(filter: { status: [ERRORED, ERRORED] }) { totalCount } }', 1, 1],
    ['one status, not in a list', '{ executions(filter: { status: ERRORED }) { totalCount } }', 1, 1],
    ['the end of the list', '{ executions(last: 5) { nodes { id } } }', 2, 2],
    ['many rows of the end', '{ executions(last: 60) { nodes { id } } }', 3, 2],
    [
      'a far page of two statuses',
      '{ executions(filter: { status: [ERRORED, COMPLETED] }, page: { number: 10, size: 100 }) { nodes { id } } }',
      11,
      11,
    ],
    ['rows with their nodes', '{ executions(page: { size: 6 }) { nodes { nodes { id } } } }', 7, 7],
    [
      'nodes by every name that they have',
      `{ executions(first: 6) {
        nodes { nodes { id } completionPercentage more: nodes { name } } edges { node { nodes { id } } }
      } }`,
      7,
      7,
    ],
    ['one execution', `{ execution(id: "${FAILED}") { ${ROW} completionPercentage nodes { id } } }`, 1, 1],
    ['one execution with everything', `{ execution(id: "${FAILED}") { ${EVERYTHING} } }`, 3, 3],
    [
      'workflows with their applications',
      '{ workflows { nodes { name description application { id } } } }',
      1,
      1,
    ],
    ['workflows with more of those', '{ workflows { nodes { application { name } } } }', 2, 2],
    ['one workflow', `{ workflow(id: "${WORKFLOW}") { name description } }`, 1, 1],
    [
      'several workflows',
      `{ a: workflow(id: "${WORKFLOW}") { name } b: workflow(id: "${WORKFLOW}") { name } c: workflow(id: "${OTHER_WORKFLOW}") { name } }`,
      3,
      1,
    ],
    [
      'several workflows that are not there',
      `{ ${aliases(23, (nth) => `workflow(id: "none-${nth}") { name }`)} }`,
      25,
      25,
    ],
    ['one application', '{ application(slug: "slack") { name tags } }', 1, 1],
    [
      'several applications',
      '{ a: application(slug: "slack") { name } b: application(slug: "x") { id } }',
      1,
      1,
    ],
    ['all applications', '{ applications { name slug } again: applications { tags } }', 1, 1],
    ['a count', '{ executionCounts { total } }', 1, 1],
    ['counts by status', '{ executionCounts { partial byStatus { count } } }', 0, 7],
    ['counts by status and all', '{ executionCounts { total byStatus { count } } }', 1, 7],
    [
      'counts by status, behind the total in a fragment',
      '{ executionCounts { total ...States ... { ...States } } } fragment States on ExecutionCounts { byStatus { count } }',
      1,
      7,
    ],
    [
      'a count whose states are left out',
      '{ executionCounts { total byStatus @include(if: false) { count } ... @skip(if: true) { byStatus { count } } } }',
      1,
      1,
    ],
    [
      'counts of two statuses',
      '{ executionCounts(filter: { status: [ERRORED, STOPPED] }) { total byStatus { count } } }',
      2,
      2,
    ],
    [
      'counts of two statuses by status',
      '{ executionCounts(filter: { status: [ERRORED, STOPPED] }) { byStatus { count } } }',
      0,
      2,
    ],
    ['whether counts that nobody asks for are whole', '{ executionCounts { partial } }', 0, 0],
    ['buckets', `{ executionCounts(${WEEK}) { buckets { partial } } }`, 0, 7],
    [
      'a dashboard with all of it',
      `{ executions { nodes { ${EVERYTHING} } }
         executionCounts(${WEEK}) { total byStatus { count } buckets { nodes { total } } } }`,
      5,
      17,
    ],
    ['why one run failed', `{ execution(id: "${FAILED}") { failure { message } } }`, 1, 1],
    [
      'why runs failed, in a list',
      '{ executions(filter: { status: [ERRORED] }) { nodes { failureKnown failure { message } } } }',
      1,
      11,
    ],
    [
      'why runs failed beside all else that there is',
      `{ executions(page: { size: 24 }, filter: { status: [ERRORED] }) { nodes { failureKnown nodes { id } } } }`,
      25,
      25,
    ],
    ['what goes wrong most', '{ executionFailures { examined groups { sample { nodes { id } } } } }', 2, 25],
    [
      'a tab of failed runs with counts and a chart',
      `{ executions(filter: { status: [ERRORED, TIMED_OUT] }) { totalCount nodes { ${EVERYTHING} } }
         executionCounts(${WEEK}) { total partial byStatus { count } buckets { partial nodes { total } } } }`,
      6,
      18,
    ],
    [
      'counts beside all else that there is',
      `{ executions(first: 21) { nodes { nodes { id } } }
         executionCounts(${WEEK}) { partial byStatus { count } buckets { partial nodes { total } } } }`,
      22,
      25,
    ],
    ['nothing that upstream knows', '{ __typename viewer { signIn } __schema { types { name } } }', 0, 0],
    ['a rerun', `mutation { rerunExecution(id: "${FAILED}") { execution { status nodes { id } } } }`, 2, 2],
    [
      'links between runs',
      '{ executions(page: { size: 50 }) { nodes { rerunOf { id } reruns { id } } } }',
      1,
      1,
    ],
    [
      'what runs repeat',
      '{ executions { nodes { rerunOf { status } reruns { status nodes { id } } } } }',
      21,
      1,
    ],
    ['one step in a list', '{ executions { nodes { node(id: "n1") { output } nodes { id } } } }', 11, 11],
    [
      'many reruns by ids',
      `mutation { rerunExecutions(input: { ids: ["${FAILED}"], dryRun: true }) { matched } }`,
      0,
      0,
    ],
    [
      'many stops by filter',
      'mutation { stopExecutions(input: { filter: {}, dryRun: true }) { matched } }',
      6,
      1,
    ],
    [
      'many reruns by filter',
      'mutation { rerunExecutions(input: { filter: {}, dryRun: true }) { matched } }',
      8,
      3,
    ],
    ['a stop', `mutation { stopExecution(id: "${FAILED}") { message } }`, 2, 2],
  ])('%s: %s', async (_what, text, requested, actual) => {
    const { query, sandbox } = await startStill({ sandbox: { executions: 5000 } });
    const { extensions } = await query(text);
    expect(extensions.cost).toEqual({
      requested,
      actual,
      limit: 25,
      budget: expect.objectContaining({ queued: 0 }),
    });
    expect([extensions.upstream.calls, sandbox.requests().length]).toEqual([actual, actual]);
  });

  test('what a job sends is not the operation’s', async () => {
    const { query, sandbox } = await startStill();
    const { extensions } = await query(
      `mutation { rerunExecutions(input: { ids: ["${FAILED}"] }) { matched } }`,
    );
    expect(extensions.cost).toEqual({
      requested: 0,
      actual: 0,
      limit: 25,
      budget: expect.objectContaining({ queued: 0 }),
    });
    await sandbox.until(() => sandbox.requests().some(({ method }) => method === 'POST'));
  });
});

describe('an operation’s cost is estimated as it would be executed', () => {
  const STEPS = 'fragment Steps on Execution { nodes { id } }';
  const ROWS = `fragment Row on Execution { id ...Steps ...Steps } ${STEPS}`;

  test.each<[string, string, Record<string, unknown>, number]>([
    ['aliases each', '{ a: executions { totalCount } b: executions { totalCount } }', {}, 2],
    ['a name once, however often', '{ executions { totalCount } ... { executions { totalCount } } }', {}, 1],
    [
      'what is under one name together',
      '{ executions(first: 5) { nodes { id } } executions(first: 5) { nodes { nodes { id } } } }',
      {},
      6,
    ],
    ['fragments', `{ executions(first: 5) { nodes { ...Row } edges { node { ...Steps } } } } ${ROWS}`, {}, 6],
    ['variables', 'query ($n: Int) { executions(first: $n) { nodes { nodes { id } } } }', { n: 7 }, 8],
    ['their defaults', 'query ($n: Int = 3) { executions(first: $n) { nodes { nodes { id } } } }', {}, 4],
    ['those left out', 'query ($n: Int) { executions(first: $n) { nodes { nodes { id } } } }', {}, 11],
    ['null', '{ executions(page: null, first: null) { nodes { nodes { id } } } }', {}, 11],
    [
      'a page whose size is left out',
      '{ executions(page: { number: 2 }) { nodes { completionPercentage } } }',
      {},
      11,
    ],
    [
      'an input object',
      'query ($page: PageInput, $filter: ExecutionFilter) { executions(page: $page, filter: $filter) { nodes { nodes { id } } } }',
      { page: { size: 3 }, filter: { status: ['ERRORED', 'STOPPED'] } },
      5,
    ],
    [
      'not what is skipped',
      '{ executions { totalCount } b: executions @skip(if: true) { totalCount } }',
      {},
      1,
    ],
    [
      'nor what is not included',
      `query ($steps: Boolean!) { executions(first: 5) { nodes { id ...Steps @include(if: $steps) } } } ${STEPS}`,
      { steps: false },
      1,
    ],
    ['the end of a list', '{ executions(last: 3) { nodes { nodes { id } } } }', {}, 5],
    [
      'the rows in front of a cursor',
      '{ executions(last: 3, before: "MTkuVEtnUEZJdjg2djZU") { nodes { nodes { id } } } }',
      {},
      4,
    ],
    ['batches of steps', `{ execution(id: "${FAILED}") { nodes { batches { totalCount } } } }`, {}, 5],
    ['many rows next to a cursor', '{ executions(first: 50, after: "x") { totalCount } }', {}, 2],
    ['half a page next to a cursor', '{ executions(first: 49, after: "x") { totalCount } }', {}, 1],
    [
      'many rows of two statuses next to a cursor',
      '{ executions(last: 100, before: "x", filter: { status: [ERRORED, STOPPED] }) { totalCount } }',
      {},
      4,
    ],
    ['many workflows next to a cursor', '{ workflows(first: 100, after: "x") { totalCount } }', {}, 2],
    ['a size that will be refused', '{ executions(first: -5) { nodes { nodes { id } } } }', {}, 2],
  ])('%s: %s', async (_what, text, variables, requested) => {
    const { query } = await startStill({ sandbox: { executions: 20 } });
    const { extensions } = await query(text, variables);
    expect(extensions.cost?.requested).toBe(requested);
  });

  test('which is the one that is named', async () => {
    const { endpoint } = await startStill();
    const query = 'query One { executions { totalCount } } query Two { executions(last: 2) { totalCount } }';
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: { ...DEMO, 'content-type': 'application/json' },
      body: JSON.stringify({ query, operationName: 'Two' }),
    });
    expect(await response.json()).toMatchObject({ extensions: { cost: { requested: 2 } } });
  });

  test.each([{ n: 'five' }, { n: {} }, { n: 1.5 }])(
    'unless its variables do not fit: %j',
    async (variables) => {
      const { query, sandbox } = await startStill();
      const text = 'query ($n: Int!) { executions(first: $n) { nodes { nodes { id } } } }';
      const { errors, status } = await query(text, variables);
      expect([status, errors[0]?.extensions.code]).toEqual([400, 'BAD_USER_INPUT']);
      expect(sandbox.requests()).toEqual([]);
    },
  );
});

describe('an operation that could need more than 25 calls', () => {
  test.each<[string, string, number]>([
    ['too many rows', '{ executions(page: { size: 30 }) { nodes { nodes { id } } } }', 31],
    ['too many lists', `{ ${aliases(26, 'executions { totalCount }')} }`, 26],
    ['too many workflows', `{ ${aliases(60, (nth) => `workflow(id: "none-${nth}") { name }`)} }`, 62],
    [
      'too many statuses',
      `{ ${aliases(13, 'executions(filter: { status: [ERRORED, STOPPED] }) { totalCount }')} }`,
      26,
    ],
    [
      'too many changes',
      `mutation { ${aliases(13, `rerunExecution(id: "${FAILED}") { executionId }`)} }`,
      26,
    ],
    ['a size beyond the largest', '{ executions(first: 2000000000) { nodes { nodes { id } } } }', 101],
  ])('is refused before anything is sent: %s', async (_what, text, requested) => {
    const { query, sandbox } = await startStill();
    const { data, errors, status, extensions } = await query<unknown>(text);
    expect(errors).toEqual([
      {
        message: `This operation could need ${String(requested)} upstream calls; at most 25 are allowed: ask for fewer rows or fewer fields`,
        extensions: { code: 'COST_LIMIT_EXCEEDED', requested, limit: 25 },
      },
    ]);
    expect([status, data]).toEqual([400, undefined]);
    expect(extensions.cost).toEqual({
      requested,
      actual: 0,
      limit: 25,
      budget: expect.objectContaining({ queued: 0 }),
    });
    expect(sandbox.requests()).toEqual([]);
  });

  test('is not one that could need 25', async () => {
    const { query, sandbox } = await startStill();
    const { errors, extensions } = await query('{ executions(first: 24) { nodes { nodes { id } } } }');
    expect([errors, extensions.cost?.requested, sandbox.requests().length]).toEqual([[], 25, 25]);
  });

  test('has its code in the log', async () => {
    const { query, logs } = await startStill();
    await query('{ executions(page: { size: 30 }) { nodes { nodes { id } } } }');
    expect(logs.join('')).toContain('"codes":["COST_LIMIT_EXCEEDED"]');
    expect(logs.join('')).not.toContain('unexpected error');
  });
});

describe('while it runs', () => {
  test.each([
    [10, 11, 11, []],
    [36, 2, 1, [{ code: 'COST_LIMIT_EXCEEDED', requested: 37, limit: 25 }]],
  ])('%d reruns are looked up all, or none', async (times, requested, actual, refusals) => {
    const gateway = await startStill();
    for (let time = 1; time <= times; time++) await rerun(gateway, FAILED);
    const since = gateway.sandbox.requests().length;
    const { data, errors, extensions } = await gateway.query<{
      execution: { id: string; links: unknown[]; reruns: unknown[] | null };
    }>(
      `{ execution(id: "${FAILED}") { id links: reruns { id } reruns { status } again: reruns { status } } }`,
    );
    expect(errors.map((error) => error.extensions)).toEqual([...refusals, ...refusals]);
    const { id, links, reruns } = data.execution;
    expect([id, links.length, reruns?.length ?? 'none']).toEqual([
      FAILED,
      times,
      refusals.length === 0 ? times : 'none',
    ]);
    expect(extensions.cost).toMatchObject({ requested, actual, limit: 25 });
    expect(gateway.sandbox.requests()).toHaveLength(since + actual);
  });

  test('an operation makes 25 calls and no more, and keeps what it has', async () => {
    const { query, sandbox } = await startStill();
    const nodes = Array.from({ length: 30 }, (_, nth) => ({ node_id: String(nth), is_batch: true }));
    sandbox.addFault({ match: { route: '/execution/{execution_id}' }, body: { nodes } });
    const { data, errors, extensions } = await query<Record<string, unknown>>(
      `{ executions { totalCount } execution(id: "${FAILED}") { nodes { batches { totalCount } } } }`,
    );
    expect(data['executions']).toEqual({ totalCount: expect.any(Number) });
    expect([extensions.cost?.requested, extensions.upstream.calls, sandbox.requests().length]).toEqual([
      6, 25, 25,
    ]);
    const codes = errors.map(({ extensions: { code } }) => code);
    expect(codes.filter((code) => code === 'COST_LIMIT_EXCEEDED')).toHaveLength(7);
  });

  test('what shares a call, or is remembered, is none', async () => {
    const { query, sandbox } = await startStill({ env: { CACHE_LIST_MS: '60000' } });
    const text = `{ executionCounts { ${aliases(60, 'total')} } }`;
    for (const round of [1, 2]) {
      const { errors, extensions } = await query(text);
      expect([round, errors, extensions.cost?.requested, sandbox.requests().length]).toEqual([
        round,
        [],
        1,
        1,
      ]);
    }
  });

  test('a change is never refused, and what could not be looked up after it is null', async () => {
    const { query, sandbox } = await startStill();
    const nodes = Array.from({ length: 30 }, (_, nth) => ({ node_id: String(nth), is_batch: true }));
    sandbox.addFault({ match: { route: 'GET /execution/{execution_id}' }, body: { nodes } });
    const { data, errors, extensions } = await query<Record<string, unknown>>(`mutation {
      a: rerunExecution(id: "${FAILED}") { execution { nodes { batches { totalCount } } } }
      b: rerunExecution(id: "${FAILED}") { executionId execution { id } }
    }`);
    expect(extensions.cost?.requested).toBe(8);
    expect(errors.map(({ extensions: { code } }) => code)).toContain('COST_LIMIT_EXCEEDED');
    expect(data['b']).toEqual({ executionId: expect.any(String), execution: null });
    expect(sandbox.requests().filter(({ method }) => method === 'POST')).toHaveLength(2);
    expect(extensions.upstream.calls).toBe(26);
  });
});

/** A field so often, by different names. */
function aliases(count: number, field: string | ((nth: string) => string)): string {
  const fieldOf = typeof field === 'string' ? () => field : field;
  return Array.from({ length: count }, (_, nth) => `a${String(nth)}: ${fieldOf(String(nth))}`).join(' ');
}

describe('what comes with an execution is what costs no look-up', () => {
  test.each(['Workflow', 'Application'])('of its %s', async (type) => {
    const { query } = await startStill();
    const { data } = await query<{ __type: { fields: readonly SchemaField[] } }>(
      `{ __type(name: "${type}") { fields { name type { kind ofType { kind } } } } }`,
    );
    const leaves = data.__type.fields.filter(({ type: { kind, ofType } }) => isLeaf(ofType ?? { kind }));
    const without = { call: [] as string[], cost: [] as string[] };
    for (const { name } of leaves) {
      const { extensions } = await query(
        `{ executions(first: 1) { nodes { ${type.toLowerCase()} { ${name} } } } }`,
      );
      if (extensions.upstream.calls === 1) without.call.push(name);
      if (extensions.cost?.requested === 1) without.cost.push(name);
    }
    expect(without.call.sort()).toEqual([...EMBEDDED_FIELDS].sort());
    expect(without.cost.sort()).toEqual([...EMBEDDED_FIELDS].sort());
    expect(leaves.length).toBeGreaterThan(EMBEDDED_FIELDS.length);
  });
});

interface SchemaField {
  readonly name: string;
  readonly type: { readonly kind: string; readonly ofType: { readonly kind: string } | null };
}

function isLeaf({ kind }: { readonly kind: string }): boolean {
  return kind === 'SCALAR' || kind === 'ENUM';
}
