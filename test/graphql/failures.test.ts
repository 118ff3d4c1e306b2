import { afterEach, describe, expect, test } from '@jest/globals';
import { ask, list } from '../support/sandbox.ts';
import { startGateway, startStill, stopAll } from '../support/gateway.ts';
import type { Detail } from '../support/execution-detail.ts';
import { failedRun, startOver } from '../support/failing-upstream.ts';

afterEach(stopAll);

interface Failure {
  readonly nodeId: string | null;
  readonly nodeName: string | null;
  readonly message: string | null;
  readonly code: string | null;
  readonly occurredAt: string | null;
}

interface Known {
  readonly id: string;
  readonly status: string;
  readonly failure: Failure | null;
  readonly failureKnown: boolean;
}

const FAILURE = 'id status failureKnown failure { nodeId nodeName message code occurredAt }';
const ONE = `query ($id: ID!) { execution(id: $id) { ${FAILURE} } }`;
const LIST = `query ($filter: ExecutionFilter, $size: Int) {
  executions(filter: $filter, page: { size: $size }) { nodes { ${FAILURE} } }
}`;
const TERMINAL = { CACHE_TERMINAL_MS: '3600000' };

/** So many failed runs, the newest first, each with a message of its own. */
function manyFailed(count: number) {
  return Array.from({ length: count }, (_, index) =>
    failedRun(index + 1, { message: `No. ${String(index)}` }),
  );
}

/** The message that `manyFailed` gave a run. */
function messageAt(index: number): string {
  return `No. ${String(index)}`;
}

describe('the failure of one execution', () => {
  test.each<[string, unknown, string | null, string | null]>([
    ['a text', 'channel_not_found', 'channel_not_found', null],
    ['a message', { message: 'gone' }, 'gone', null],
    ['an error as text', { error: 'gone' }, 'gone', null],
    ['an error', { error: { message: 'gone', code: 410 } }, 'gone', '410'],
    ['errors', { errors: [{ message: 'gone' }, { message: 'other' }] }, 'gone', null],
    ['an answer', { response: { status: 404, data: { message: 'gone' } } }, 'gone', '404'],
    ['a body as text', { statusCode: 409, body: '{"error":{"message":"gone"}}' }, 'gone', '409'],
    ['HTML', '<html><title>Bad Gateway</title></html>', 'Bad Gateway', null],
    ['null', null, null, null],
    ['what no rule fits', { ok: false, id: 7 }, null, null],
    [
      'a message with secrets',
      { message: 'No: https://x.io/?token=hidden' },
      'No: https://x.io/?token=[redacted]',
      null,
    ],
    ['a header in a message', 'sent Authorization: Bearer hidden', 'sent Authorization: [redacted]', null],
    ['a long message', { message: 'x'.repeat(2000) }, `${'x'.repeat(999)}…`, null],
  ])('is read from %s', async (_what, output, message, code) => {
    const completion_time = '2024-05-01T12:00:01.000Z';
    const run = failedRun(1, output, { more: { completion_time } });
    const { query, take } = await startOver([run]);
    const { data, errors } = await query<{ execution: Known }>(ONE, { id: run.id });
    expect(errors).toEqual([]);
    expect(data.execution).toEqual({
      id: run.id,
      status: 'ERRORED',
      failureKnown: true,
      failure: { nodeId: '2', nodeName: 'Send', message, code, occurredAt: completion_time },
    });
    expect(take()).toEqual([`/execution/${run.id}`]);
  });

  const node = (node_id: string, node_status: string) => ({
    node_id,
    node_status,
    latest_output: `of ${node_id}`,
  });

  test.each<[string, ReturnType<typeof node>[] | null, string | null]>([
    ['the one that failed', [node('1', 'Success'), node('2', 'Failed'), node('3', 'Ready')], '2'],
    ['the one entered last', [node('1', 'Errored'), node('2', 'Success'), node('3', 'Timed_Out')], '3'],
    ['not one that was skipped over', [node('1', 'Rejected'), node('2', 'Errored_and_Skipped')], '1'],
    ['none, where none failed', [node('1', 'Success'), node('2', 'Waiting')], null],
    ['none, where there is none', [], null],
    ['none, where upstream tells of none', null, null],
  ])('is that of a step: %s', async (_what, nodes, nodeId) => {
    const run = failedRun(1, null, { nodes });
    const { query } = await startOver([run]);
    const { data } = await query<{ execution: Known }>(ONE, { id: run.id });
    const message = nodeId === null ? null : `of ${nodeId}`;
    expect(data.execution).toMatchObject({
      failureKnown: true,
      failure: { nodeId, message, code: null, occurredAt: null },
    });
  });

  test.each([
    ['ERRORED', true, true],
    ['TIMED_OUT', true, true],
    ['COMPLETED', false, true],
    ['STOPPED', false, true],
    ['STOPPING', false, true],
    ['TERMINATED', false, true],
    ['RUNNING', false, true],
    ['QUEUED', false, true],
    ['DREAMING', false, false],
  ])('of a run that is %s: %j', async (status, hasFailed, failureKnown) => {
    const run = failedRun(1, 'gone', { status });
    const { query } = await startOver([run]);
    for (const [text, variables] of [[ONE, { id: run.id }] as const, [LIST, {}] as const]) {
      const { data } = await query<Record<string, Known & { nodes?: Known[] }>>(text, variables);
      const found = data['execution'] ?? data['executions']?.nodes?.[0];
      expect([found?.failure?.message ?? null, found?.failureKnown]).toEqual([
        hasFailed ? 'gone' : null,
        failureKnown,
      ]);
    }
  });

  test('is that of the sandbox’s own runs, whose outputs have every shape', async () => {
    const { query, sandbox } = await startStill();
    const { docs } = await list(sandbox, 'limit=60&status=ERRORED');
    const messages: (string | null)[] = [];
    for (const { _id: id, ...row } of docs) {
      const { body } = await ask<Detail>(sandbox, `/execution/${id}`);
      const failed = body.nodes.findLast(({ node_status }) =>
        ['Errored', 'Failed', 'Rejected'].includes(String(node_status)),
      );
      const output = JSON.stringify(failed?.['latest_output']);
      const isTold = output.includes('channel_not_found') && !output.includes('<html>');
      const message = isTold ? 'channel_not_found' : null;
      messages.push(message);
      const { data } = await query<{ execution: Known }>(ONE, { id });
      expect(data.execution).toMatchObject({
        failureKnown: true,
        failure: {
          nodeId: failed?.['node_id'],
          nodeName: failed?.['node_name'],
          message,
          occurredAt: row['completion_time'] ?? null,
        },
      });
    }
    expect(new Set(messages)).toEqual(new Set(['channel_not_found', null]));
    expect(messages.length).toBeGreaterThan(20);
  });
});

describe('failures in a list', () => {
  test('cost what is left, the newest first, and nobody is told what is not known', async () => {
    const { query, take } = await startOver(manyFailed(40));
    const { data, errors, extensions } = await query<{ executions: { nodes: Known[] } }>(LIST, { size: 40 });
    expect(errors).toEqual([]);
    expect(
      data.executions.nodes.map(({ failure, failureKnown }) => [failure?.message, failureKnown]),
    ).toEqual(
      Array.from({ length: 40 }, (_, index) => (index < 24 ? [messageAt(index), true] : [undefined, false])),
    );
    expect(extensions.cost).toEqual({
      requested: 1,
      actual: 25,
      limit: 25,
      budget: expect.objectContaining({ queued: 0 }),
    });
    expect([extensions.upstream.calls, take().length]).toEqual([25, 25]);
  });

  test('are those of the newest, in whatever order the list is', async () => {
    const { query } = await startOver(manyFailed(40));
    const { data, extensions } = await query<{ executions: { nodes: Known[] } }>(
      `{ executions(sort: ASC, page: { size: 40 }) { nodes { ${FAILURE} } } }`,
    );
    const known = data.executions.nodes.map(({ failureKnown }) => failureKnown);
    const left = 25 - (extensions.upstream.calls - known.filter(Boolean).length);
    expect(left).toBeGreaterThan(20);
    expect(known).toEqual(known.map((_isKnown, index) => index >= 40 - left));
  });

  test('are those that are remembered first, so that asking again tells of more', async () => {
    const { query, take } = await startOver(manyFailed(60), { env: TERMINAL });
    const known: number[] = [];
    for (const calls of [25, 25, 13, 1]) {
      const { data, extensions } = await query<{ executions: { nodes: Known[] } }>(LIST, { size: 60 });
      expect([extensions.cost?.actual, extensions.upstream.calls, take().length]).toEqual([
        calls,
        calls,
        calls,
      ]);
      const { nodes } = data.executions;
      known.push(nodes.filter(({ failureKnown }) => failureKnown).length);
      for (const [index, { failure, failureKnown }] of nodes.entries()) {
        expect(failure?.message ?? null).toBe(failureKnown ? messageAt(index) : null);
      }
    }
    expect(known).toEqual([24, 48, 60, 60]);
  });

  test('that are remembered are known where no call is left at all', async () => {
    const { query, runs } = await startOver(manyFailed(48), { env: TERMINAL });
    const oldest = runs.slice(24).map(({ id }) => id);
    for (const id of oldest) await query(ONE, { id });
    const { data, extensions } = await query<Record<'steps' | 'failed', { nodes: Known[] }>>(`{
      steps: executions(page: { size: 23 }) { nodes { nodes { id } } }
      failed: executions(page: { number: 2, size: 24 }) { nodes { ${FAILURE} } }
    }`);
    expect(extensions.cost).toEqual({
      requested: 25,
      actual: 25,
      limit: 25,
      budget: expect.objectContaining({ queued: 0 }),
    });
    expect(data.failed.nodes.map(({ id, failureKnown }) => [id, failureKnown])).toEqual(
      oldest.map((id) => [id, true]),
    );
  });

  test('take no call that other fields need', async () => {
    const { query, take } = await startOver(manyFailed(40));
    const { data, errors, extensions } = await query<{
      failed: { nodes: Known[] };
      steps: { nodes: { nodes: unknown[] | null }[] };
    }>(`{
      failed: executions(page: { size: 40 }) { nodes { ${FAILURE} } }
      steps: executions(page: { number: 2, size: 20 }) { nodes { nodes { id } } }
    }`);
    expect(errors).toEqual([]);
    expect(data.steps.nodes.map(({ nodes }) => nodes?.length)).toEqual(Array.from({ length: 20 }, () => 3));
    expect(extensions.cost?.requested).toBe(22);
    expect(extensions.upstream.calls).toBe(take().length);
    expect(extensions.upstream.calls).toBeLessThanOrEqual(25);
    const known = data.failed.nodes.map(({ failureKnown }) => failureKnown);
    expect(known.slice(0, 3)).toEqual([true, true, true]);
    for (const [index, { failure, failureKnown }] of data.failed.nodes.entries()) {
      expect(failure?.message ?? null).toBe(failureKnown ? messageAt(index) : null);
    }
  });

  test('share the look-up of the steps', async () => {
    const { query, take } = await startOver(manyFailed(24));
    const { data, extensions } = await query<{ executions: { nodes: Known[] } }>(
      `{ executions(page: { size: 24 }) { nodes { ${FAILURE} nodes { id } completionPercentage } } }`,
    );
    expect(data.executions.nodes.map(({ failure }) => failure?.message)).toEqual(
      Array.from({ length: 24 }, (_, index) => messageAt(index)),
    );
    expect([extensions.cost?.requested, take().length]).toEqual([25, 25]);
  });

  test('that cannot be looked up fail nothing', async () => {
    const { query, sandbox } = await startGateway({ sandbox: { executions: 50 } });
    sandbox.addFault({ match: { route: 'GET /execution/{execution_id}' }, status: 404, times: 100 });
    const { data, errors } = await query<{ executions: { nodes: Known[] } }>(LIST, {
      filter: { status: ['ERRORED'] },
      size: 5,
    });
    expect([errors, data.executions.nodes.length]).toEqual([[], 5]);
    expect(
      data.executions.nodes.every(({ failure, failureKnown }) => failure === null && !failureKnown),
    ).toBe(true);
  });

  test('are asked for once only, so that no more calls are made than may be', async () => {
    const { query, sandbox } = await startGateway({ sandbox: { executions: 400 } });
    sandbox.addFault({ match: { route: 'GET /execution/{execution_id}' }, status: 503, times: 3 });
    const { data, errors, extensions } = await query<{ executions: { nodes: Known[] } }>(LIST, {
      filter: { status: ['ERRORED'] },
      size: 30,
    });
    expect(errors).toEqual([]);
    expect([extensions.upstream.calls, sandbox.requests().length]).toEqual([25, 25]);
    expect(data.executions.nodes.filter(({ failureKnown }) => failureKnown)).toHaveLength(21);
  });
});

describe('a run that has ended', () => {
  const STEPS =
    '{ executions(page: { size: 1 }) { nodes { id status completionPercentage nodes { status } failure { message } } } }';

  test('does not show the steps of before its end, though they are remembered', async () => {
    const running = failedRun(1, null, {
      status: 'RUNNING',
      nodes: [{ node_id: '1', node_status: 'Waiting' }],
    });
    const gateway = await startOver([running], {
      env: { ...TERMINAL, CACHE_RUNNING_MS: '3600000', CACHE_LIST_MS: '0' },
    });
    const before = await gateway.query<unknown>(STEPS);
    expect(before.data).toMatchObject({
      executions: { nodes: [{ status: 'RUNNING', nodes: [{ status: 'WAITING' }], failure: null }] },
    });
    gateway.runs.splice(0, 1, failedRun(1, 'gone'));
    const after = await gateway.query<unknown>(STEPS);
    expect(after.data).toMatchObject({
      executions: {
        nodes: [
          {
            status: 'ERRORED',
            nodes: [{ status: 'SUCCESS' }, { status: 'ERRORED' }, { status: 'READY' }],
            failure: { message: 'gone' },
          },
        ],
      },
    });
  });

  test('does not seem to have no reason, because what is remembered is from before its end', async () => {
    const running = failedRun(1, null, {
      status: 'RUNNING',
      nodes: [{ node_id: '1', node_status: 'Waiting' }],
    });
    const gateway = await startOver([running], {
      env: { ...TERMINAL, CACHE_RUNNING_MS: '3600000', CACHE_LIST_MS: '0' },
    });
    await gateway.query(ONE, { id: running.id });
    gateway.runs.splice(0, 1, failedRun(1, 'gone'));
    const { data } = await gateway.query<{ executions: { nodes: Known[] } }>(LIST, { size: 1 });
    expect(data.executions.nodes).toMatchObject([{ failureKnown: true, failure: { message: 'gone' } }]);
  });
});
