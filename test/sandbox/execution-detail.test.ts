import { expect, test } from '@jest/globals';

import type { Sandbox } from '../../sandbox/server.ts';
import { ask, FAILED, list, OTHER_KEY, sandboxWith, type ListBody, type Row } from '../support/sandbox.ts';
import { createSandboxClock } from '../support/fake-clock.ts';

interface Node {
  readonly node_id: string;
  readonly node_type: string;
  readonly node_status: string;
  readonly is_batch: boolean;
  readonly attempts_made: number;
  readonly execution_time?: number;
  readonly input_data: unknown;
  readonly latest_output: unknown;
  readonly parsed_request_curl?: string;
}
interface Detail extends Row {
  readonly completion_percentage: number;
  readonly nodes: readonly Node[];
}
interface Batch {
  readonly batch_index: number;
  readonly status: string;
  readonly output: unknown;
}

async function details(sandbox: Sandbox, query: string): Promise<Detail[]> {
  const { docs } = await list(sandbox, query);
  const replies = docs.map((row) => ask<Detail>(sandbox, `/execution/${row._id}`));
  return (await Promise.all(replies)).map((reply) => reply.body);
}

test('a detail is the row of the list with its nodes', async () => {
  const sandbox = await sandboxWith({ clock: createSandboxClock() });
  const { docs } = await list(sandbox, 'limit=250');
  const found = await details(sandbox, 'limit=250');
  const nodes = expect.any(Array);
  expect(found).toEqual(docs.map((row) => ({ ...row, completion_percentage: expect.any(Number), nodes })));
  expect(found.map((detail) => detail.nodes[0]?.node_type)).toEqual(found.map(() => 'start'));
});

test('a completed run has all nodes of its workflow, and 100 %', async () => {
  const sandbox = await sandboxWith();
  const found = await details(sandbox, 'status=COMPLETED&limit=100');
  const { body } = await ask<ListBody<{ _id: string; nodes: { node_id: string }[] }>>(
    sandbox,
    '/workflow?limit=100',
  );
  const nodesOf = new Map(
    body.docs.map((workflow) => [workflow._id, workflow.nodes.map((node) => node.node_id)]),
  );
  expect(found.map((detail) => [...new Set(detail.nodes.map((node) => node.node_id))])).toEqual(
    found.map((detail) => nodesOf.get((detail['associated_workflow'] as Row)._id)),
  );
  expect(new Set(found.map((detail) => detail.completion_percentage))).toEqual(new Set([100]));
  const statuses = new Set(found.flatMap((detail) => detail.nodes.map((node) => node.node_status)));
  expect([...statuses]).toEqual(
    expect.arrayContaining(['Success', 'Errored', 'Skipped', 'Partially Successful']),
  );
  const repeated = found.find(
    (detail) => new Set(detail.nodes.map((node) => node.node_id)).size < detail.nodes.length,
  );
  const again =
    repeated?.nodes.findIndex((node, index) => node.node_id === repeated.nodes[index - 1]?.node_id) ?? 0;
  expect(repeated?.nodes.slice(again - 1, again + 1).map((node) => node.node_status)).toEqual([
    'Errored',
    'Success',
  ]);
});

test('a failed run ends at the node that failed, with its error', async () => {
  const sandbox = await sandboxWith();
  const found = await details(sandbox, 'status=ERRORED&limit=100');
  expect(found.length).toBeGreaterThan(5);
  const last = found.map((detail) => detail.nodes.at(-1));
  expect(new Set(last.map((node) => node?.node_status))).toEqual(new Set(['Errored', 'Failed', 'Rejected']));
  const outputs = last.map((node) => JSON.stringify(node?.latest_output));
  expect(outputs.filter((output) => !output.includes('channel_not_found') && output !== 'null')).toEqual([]);
  expect(new Set(last.map((node) => typeof node?.latest_output)).size).toBeGreaterThan(1);
  expect(found.every((detail) => detail.completion_percentage < 100)).toBe(true);
});

test('outputs are of many kinds: secrets, large ones, null, and sometimes the request as curl', async () => {
  const sandbox = await sandboxWith();
  const nodes = (await details(sandbox, 'status=COMPLETED&limit=200')).flatMap((detail) => detail.nodes);
  const outputs = nodes.map((node) => JSON.stringify(node.latest_output));
  expect(outputs.some((output) => output.includes('"access_token"') && output.includes('"password"'))).toBe(
    true,
  );
  expect(outputs.some((output) => output.length > 16_384)).toBe(true);
  expect(outputs).toContain('null');
  const curls = nodes.filter((node) => node.parsed_request_curl?.startsWith('curl -X POST ') === true);
  expect(curls.length).toBeGreaterThan(0);
  expect(curls.length).toBeLessThan(nodes.length / 2);
});

test('an execution that is unknown or another account’s is 404 everywhere', async () => {
  const sandbox = await sandboxWith();
  const foreign = (await list(sandbox, 'status=ERRORED&limit=1', OTHER_KEY)).docs[0]?._id ?? '';
  const settled = (await list(sandbox, 'page=30&limit=1')).docs[0]?._id ?? '';
  const anotherTime = `00000000${settled.slice(8)}`;
  const unknown = ['nothing', '65410cf6cdf931a12d7ab00a', '%2e%2e', anotherTime, foreign];
  const asked = unknown.flatMap((id) => [
    ask(sandbox, `/execution/${id}`),
    ask(sandbox, `/execution/${id}/nodes/1/batches`),
    ask(sandbox, `/execution/${id}/stop`, { method: 'POST' }),
    ask(sandbox, `/execution/${id}/rerun`, { method: 'POST' }),
  ]);
  const statuses = (await Promise.all(asked)).map((reply) => reply.status);
  expect(statuses).toHaveLength(20);
  expect(new Set(statuses)).toEqual(new Set([404]));
  expect((await ask(sandbox, `/execution/${foreign}`, { headers: OTHER_KEY })).status).toBe(200);
});

test('a batch node has batches, in pages and by status', async () => {
  const sandbox = await sandboxWith();
  const found = await details(sandbox, 'status=COMPLETED&limit=200');
  const withBatchNodes = found.filter((detail) => detail.nodes.some((node) => node.is_batch));
  const path = (detail: Detail): string =>
    `/execution/${detail._id}/nodes/${detail.nodes.find((node) => node.is_batch)?.node_id ?? ''}/batches`;
  const replies = withBatchNodes.map((detail) => ask<ListBody<Batch>>(sandbox, `${path(detail)}?limit=100`));
  const answered = await Promise.all(replies);
  // Which runs are by the newer engine, old rows do not tell.
  const withBatches = withBatchNodes.filter((_, index) => answered[index]?.status === 200);
  const bodies = answered.filter((reply) => reply.status === 200).map((reply) => reply.body);
  expect(new Set(answered.map((reply) => reply.status))).toEqual(new Set([200, 501]));
  const most = Math.max(...bodies.map((body) => body.totalDocs));
  const index = bodies.findIndex((body) => body.totalDocs === most);
  const [detail, all] = [withBatches[index], bodies[index]];
  expect(detail).toBeDefined();
  expect(all?.docs.map((batch) => batch.batch_index)).toEqual(
    Array.from({ length: most }, (_, number) => number),
  );
  const base = detail === undefined ? '' : path(detail);
  expect((await ask<ListBody<Batch>>(sandbox, `${base}?page=2&limit=5`)).body).toEqual({
    ...all,
    docs: all?.docs.slice(5, 10),
    limit: 5,
    page: 2,
    totalPages: Math.ceil(most / 5),
    pagingCounter: 6,
    hasPrevPage: true,
    prevPage: 1,
    hasNextPage: most > 10,
    nextPage: most > 10 ? 3 : null,
  });
  const errored = (await ask<ListBody<Batch>>(sandbox, `${base}?limit=100&status=ERRORED`)).body;
  expect(errored.docs).toEqual(all?.docs.filter((batch) => batch.status === 'ERRORED'));
  expect(errored.docs.length).toBeGreaterThan(0);
  expect(errored.docs.length).toBeLessThan(most);
  expect((await ask(sandbox, `${base}?status=FINE`)).status).toBe(400);
});

test('batches of a node that is no batch node are 501, of an unknown one 404', async () => {
  const sandbox = await sandboxWith();
  const path = `/execution/${FAILED}/nodes`;
  const reply = await ask<{ http_error_type: string }>(sandbox, `${path}/1/batches`);
  expect([reply.status, reply.body.http_error_type]).toEqual([501, 'NOT_IMPLEMENTED']);
  expect((await ask(sandbox, `${path}/nothing/batches`)).status).toBe(404);
});

const NODE_STATUSES = [
  'Success',
  'Ready',
  'Errored',
  'Waiting',
  'Stopped',
  'Rejected',
  'Errored_and_Skipped',
  'Timed_Out',
  'Skipped',
  'Failed',
  'Aborted',
  'Partially Successful',
  'Terminated',
];

test('runs have every status of a node, numbered nodes, what they were sent, and up to 45 of them', async () => {
  const sandbox = await sandboxWith({ executions: 1200, generation: 'd2' });
  const found = await details(sandbox, 'limit=1200');
  const nodes = found.flatMap((detail) => detail.nodes);
  expect(new Set(nodes.map((node) => node.node_status))).toEqual(new Set(NODE_STATUSES));
  expect(Math.max(...found.map((detail) => new Set(detail.nodes.map((node) => node.node_id)).size))).toBe(45);
  expect(found.map((detail) => detail.nodes[0]?.node_id)).toEqual(found.map(() => '1'));
  expect(nodes.filter((node) => !/^\d+$/.test(node.node_id))).toEqual([]);
  const sent = nodes.map((node) => [node.node_status === 'Ready', JSON.stringify(node.input_data) === '{}']);
  expect(sent.filter(([isReady, isEmpty]) => isReady !== isEmpty)).toEqual([]);
  expect(new Set(found.map((detail) => detail['is_child_instance']))).toEqual(new Set([true, false]));
});

test('a failed step says why in any shape, or not at all', async () => {
  const sandbox = await sandboxWith({ executions: 3000 });
  const failed = await details(sandbox, 'status=ERRORED&limit=250');
  const shapes = failed.map((detail) => {
    const output = detail.nodes.at(-1)?.latest_output;
    if (typeof output === 'string') return output.startsWith('<') ? 'html' : 'text';
    return output === null
      ? 'null'
      : Object.keys(output as object)
          .sort()
          .join(' ');
  });
  expect([...new Set(shapes)].sort()).toEqual(
    ['body statusCode', 'error', 'errors', 'html', 'message', 'null', 'response', 'text'].sort(),
  );
});

test('no batches are told of a run by the newer engine', async () => {
  const sandbox = await sandboxWith({ executions: 1000, generation: 'd2' });
  const { docs } = await list(sandbox, 'limit=1000&status=COMPLETED');
  const asked = docs.map(async (row) => {
    const { body } = await ask<Detail>(sandbox, `/execution/${row._id}`);
    const batch = body.nodes.find((node) => node.is_batch)?.node_id;
    if (batch === undefined) return null;
    const reply = await ask(sandbox, `/execution/${row._id}/nodes/${batch}/batches`);
    return [row['executed_by_thanos'], reply.status];
  });
  const told = (await Promise.all(asked)).filter((one) => one !== null);
  expect(new Set(told.map(String))).toEqual(new Set(['true,501', 'false,200']));
});
