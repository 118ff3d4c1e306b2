import { expect, test } from '@jest/globals';

import {
  ask,
  FAILED,
  ids,
  KEY,
  list,
  OTHER_KEY,
  sandboxWith,
  SESSION,
  type Row,
} from '../support/sandbox.ts';
import { createSandboxClock, START_MS } from '../support/fake-clock.ts';
import type { Sandbox } from '../../sandbox/server.ts';

const ACCOUNT = 'demo@example.com';
const POST = { method: 'POST' } as const;

async function statusOf(sandbox: Sandbox, id: string): Promise<unknown> {
  return (await ask<Row>(sandbox, `/execution/${id}`)).body['status'];
}

test('the runs below the document’s end one after the other within a minute', async () => {
  const clock = createSandboxClock();
  const sandbox = await sandboxWith({ clock });
  const top = async (): Promise<unknown[]> =>
    (await list(sandbox, 'limit=4')).docs.map((row) => row['status']);
  expect(await top()).toEqual(['ERRORED', 'RUNNING', 'RUNNING', 'RUNNING']);
  clock.advance(10_000);
  expect(await top()).toEqual(['ERRORED', 'RUNNING', 'RUNNING', 'COMPLETED']);
  clock.advance(15_000);
  expect(await top()).toEqual(['ERRORED', 'RUNNING', 'ERRORED', 'COMPLETED']);
  clock.advance(35_000);
  expect(await top()).toEqual(['ERRORED', 'COMPLETED', 'ERRORED', 'COMPLETED']);
});

test('a running execution makes progress, node by node', async () => {
  const clock = createSandboxClock();
  const sandbox = await sandboxWith({ clock });
  const [id = ''] = sandbox.addExecutions({ account: ACCOUNT, durationMs: 10_000, endStatus: 'COMPLETED' });
  const seen = async (): Promise<unknown> => {
    const { body } = await ask<Row & { nodes: { node_status: string }[] }>(sandbox, `/execution/${id}`);
    return [
      body['status'],
      body['completion_percentage'],
      body.nodes.map((node) => node.node_status).join(' '),
    ];
  };
  const before = await seen();
  clock.advance(5000);
  const half = await seen();
  clock.advance(4999);
  const almost = await seen();
  clock.advance(1);
  const done = await seen();
  expect(before).toEqual(['RUNNING', 0, expect.stringMatching(/^Waiting( Ready)+$/)]);
  expect(half).toEqual(['RUNNING', 50, expect.stringMatching(/^(Success )+Waiting( Ready)*$/)]);
  expect(almost).toEqual(['RUNNING', 99, expect.stringMatching(/^(Success )+Waiting( Ready)*$/)]);
  expect(done).toEqual(['COMPLETED', 100, expect.stringMatching(/^(Success ?)+$/)]);
  const { body } = await ask<Row>(sandbox, `/execution/${id}`);
  expect(body).toMatchObject({
    completion_time: '2023-10-31T14:19:44.788Z',
    instance_execution_time: 10_000,
  });
});

test('a stop makes it STOPPING and a second later STOPPED', async () => {
  const clock = createSandboxClock();
  const sandbox = await sandboxWith({ clock });
  const [id = ''] = sandbox.addExecutions({ account: ACCOUNT });
  const reply = await ask(sandbox, `/execution/${id}/stop`, POST);
  expect([reply.status, reply.body]).toEqual([200, { message: 'Stopping instance' }]);
  expect(await statusOf(sandbox, id)).toBe('STOPPING');
  expect(ids(await list(sandbox, 'status=STOPPING'))).toEqual([id]);
  clock.advance(999);
  expect((await ask(sandbox, `/execution/${id}/stop`, POST)).status).toBe(200);
  clock.advance(1);
  expect(await statusOf(sandbox, id)).toBe('STOPPED');
  expect(ids(await list(sandbox, 'status=STOPPED&limit=1'))).toEqual([id]);
  clock.advance(3_600_000);
  expect(await statusOf(sandbox, id)).toBe('STOPPED');
});

test('what has ended cannot be stopped', async () => {
  const sandbox = await sandboxWith();
  const ended = ids(await list(sandbox, 'status=COMPLETED&limit=2'));
  const asked = [...ended, FAILED].map((id) => ask(sandbox, `/execution/${id}/stop`, POST));
  expect((await Promise.all(asked)).map((reply) => reply.status)).toEqual([400, 400, 400]);
});

test('a rerun is a new execution each time, of the same workflow, and leaves the original alone', async () => {
  const clock = createSandboxClock();
  const sandbox = await sandboxWith({ clock });
  const path = `/execution/${FAILED}/rerun`;
  const first = await ask<{ id: string }>(sandbox, path, POST);
  const second = await ask<{ id: string }>(sandbox, path, { ...POST, headers: SESSION });
  expect(first.body).toEqual({ status: 'success', id: expect.stringMatching(/^[0-9a-f]{24}$/) });
  expect(second.body.id).not.toBe(first.body.id);
  const { docs, totalDocs } = await list(sandbox, 'limit=3');
  expect(totalDocs).toBe(252);
  expect(docs.map((row) => row._id)).toEqual([second.body.id, first.body.id, FAILED]);
  expect(docs[1]).toMatchObject({
    createdAt: '2023-10-31T14:19:34.788Z',
    name: 'Retry for workflow 64f7258e35b72267edc02589',
    status: 'RUNNING',
    associated_workflow: { _id: '64f7258e35b72267edc02589' },
  });
  expect(docs[2]?.['status']).toBe('ERRORED');
  clock.advance(15_000);
  expect(['COMPLETED', 'ERRORED']).toContain(await statusOf(sandbox, first.body.id));
});

test('only what failed or was stopped can be rerun', async () => {
  const sandbox = await sandboxWith();
  const statuses = ['ERRORED', 'TIMED_OUT', 'STOPPED', 'COMPLETED', 'RUNNING'];
  const rows = await Promise.all(statuses.map((status) => list(sandbox, `limit=1&status=${status}`)));
  const asked = rows.map((body) => ask(sandbox, `/execution/${ids(body)[0] ?? ''}/rerun`, POST));
  expect((await Promise.all(asked)).map((reply) => reply.status)).toEqual([200, 200, 200, 400, 400]);
});

test('added executions come at the top, newest first, with what was asked for', async () => {
  const clock = createSandboxClock();
  const sandbox = await sandboxWith({ clock });
  const before = await list(sandbox, 'limit=5');
  const added = sandbox.addExecutions({
    account: ACCOUNT,
    count: 3,
    status: 'PARTIAL_SUCCESS',
    workflowId: '64f7258e35b72267edc02589',
    source: 'API Call',
    type: 'SYNC',
  });
  const after = await list(sandbox, 'limit=8');
  expect(ids(after)).toEqual([...[...added].reverse(), ...ids(before)]);
  expect(after.docs.slice(0, 3)).toEqual(
    after.docs.slice(0, 3).map(() =>
      expect.objectContaining({
        status: 'PARTIAL_SUCCESS',
        trigger_application_event: 'API Call',
        type_of_execution: 'SYNC',
        associated_workflow: { _id: '64f7258e35b72267edc02589', name: 'Post message to a channel', icon: '' },
      }),
    ),
  );
  expect((await list(sandbox, 'limit=1', OTHER_KEY)).totalDocs).toBe(250);
  clock.advance(3_600_000);
  expect(await statusOf(sandbox, added[0] ?? '')).toBe('PARTIAL_SUCCESS');
});

test('executions that are added without a workflow go on with the cycle of ten', async () => {
  const sandbox = await sandboxWith();
  sandbox.addExecutions({ account: ACCOUNT, count: 95 });
  const { docs } = await list(sandbox, 'limit=200');
  const workflows = docs.map((row) => (row['associated_workflow'] as Row)._id);
  const distinct = workflows
    .slice(0, 191)
    .map((_, index) => new Set(workflows.slice(index, index + 10)).size);
  expect(new Set(distinct)).toEqual(new Set([10]));
});

test('a clock that is behind cannot put a new execution below an older one', async () => {
  const clock = createSandboxClock();
  const sandbox = await sandboxWith({ clock });
  clock.advance(-3_600_000);
  const added = sandbox.addExecutions({ account: ACCOUNT, count: 2 });
  const { docs } = await list(sandbox, 'limit=3');
  expect(docs.map((row) => row._id)).toEqual([added[1], added[0], FAILED]);
  expect(docs[0]?.createdAt).toBe('2023-10-31T14:19:34.788Z');
});

test('adding to an account or workflow that there is not is refused', async () => {
  const sandbox = await sandboxWith();
  expect(() => sandbox.addExecutions({ account: 'nobody@example.com' })).toThrow(/^account: /);
  expect(() => sandbox.addExecutions({ account: ACCOUNT, workflowId: 'x' })).toThrow(/^workflowId: /);
  expect(() => sandbox.addExecutions({ account: ACCOUNT, count: 0 })).toThrow(/^count: /);
  expect((await ask(sandbox, '/execution', { headers: KEY })).status).toBe(200);
});

test('executions keep arriving, spread over time, and end', async () => {
  const clock = createSandboxClock();
  const sandbox = await sandboxWith({ clock, arrivals: 60 });
  expect((await list(sandbox, 'limit=1')).totalDocs).toBe(250);
  clock.advance(3_600_000);
  const later = await list(sandbox, 'limit=100');
  const arrived = later.totalDocs - 250;
  expect(arrived).toBeGreaterThan(50);
  expect(arrived).toBeLessThan(70);
  const times = later.docs.slice(0, arrived).map((row) => Date.parse(row.createdAt));
  expect(Math.max(...times)).toBeLessThanOrEqual(clock.now());
  expect(Math.min(...times)).toBeGreaterThan(START_MS);
  expect(times).toEqual([...times].sort((one, other) => other - one));
  const gapsMs = times.slice(1).map((timeMs, index) => (times[index] ?? 0) - timeMs);
  expect(Math.max(...gapsMs)).toBeLessThanOrEqual(90_000);
  clock.advance(15_000);
  const { docs } = await list(
    sandbox,
    `limit=${String(arrived)}&page=1&end_date=${new Date(clock.now() - 15_000).toISOString()}`,
  );
  expect(new Set(docs.slice(0, arrived).map((row) => row['status']))).toEqual(
    new Set(['COMPLETED', 'ERRORED']),
  );
  expect((await list(sandbox, 'limit=1', OTHER_KEY)).totalDocs).toBeGreaterThan(300);
});
