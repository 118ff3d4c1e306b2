import { createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { setImmediate } from 'node:timers/promises';

import { afterEach, expect, jest, test } from '@jest/globals';

import { startServer, stopAll } from '../support/gateway.ts';
import type { Sandbox, SandboxOptions } from '../../sandbox/server.ts';
import { ask, control, list, sandboxWith } from '../support/sandbox.ts';
import { createWatchers } from '../support/eventually.ts';
import { createSandboxClock } from '../support/fake-clock.ts';

interface Delivery {
  readonly text: string;
  readonly signature: string | undefined;
}

afterEach(stopAll);

async function readText(request: IncomingMessage): Promise<string> {
  request.setEncoding('utf8');
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

/** A receiver that answers the given statuses in turn, then 200; `received(n)` waits for n deliveries. */
async function receiver(statuses: readonly number[] = []) {
  const deliveries: Delivery[] = [];
  const watchers = createWatchers();
  const url = await startServer((request, response) => {
    void readText(request).then((text) => {
      const status = statuses[deliveries.length] ?? 200;
      const signature = request.headers['x-cobalt-signature'];
      deliveries.push({ text, signature: typeof signature === 'string' ? signature : undefined });
      response.writeHead(status, { location: '/hook' }).end();
      watchers.notify();
    });
  });
  const received = async (count: number): Promise<readonly Delivery[]> => {
    await watchers.until(`${String(count)} deliveries`, () => deliveries.length >= count);
    return deliveries;
  };
  return { url: `${url}/hook`, received };
}

/** A sandbox whose webhooks go to that receiver, over runs that end when told to. */
function sandboxFor(hook: { readonly url: string }, options: SandboxOptions = {}) {
  return sandboxWith({ clock: createSandboxClock(), webhookUrl: hook.url, executions: 0, ...options });
}

const WORKFLOW = '64f7258e35b72267edc02589';

/** Adds a run that ends like that in a second, and answers its id. */
function addRun(sandbox: Sandbox, endStatus: string): string {
  const added = { account: 'demo@example.com', endStatus, durationMs: 1000, workflowId: WORKFLOW };
  return sandbox.addExecutions(added)[0] ?? '';
}

const bodiesOf = (deliveries: readonly Delivery[]) =>
  deliveries.map(({ text }) => JSON.parse(text) as Record<string, unknown>);

test.each([
  ['COMPLETED', 'Workflow Completed', 'workflow-completed'],
  ['ERRORED', 'Workflow Errored', 'workflow-errored'],
  ['TIMED_OUT', 'Workflow Timed Out', 'workflow-timed-out'],
  ['STOPPED', 'Workflow Stopped', 'workflow-stopped'],
])('a run that ends as %s is told once, signed with the key', async (status, event, oldEvent) => {
  const hook = await receiver();
  const sandbox = await sandboxFor(hook, { webhookReasons: false });
  const first = addRun(sandbox, status);
  sandbox.advanceClock(1000);
  await hook.received(1);
  sandbox.setOptions({ webhookSpelling: 'old' });
  const second = addRun(sandbox, status);
  sandbox.advanceClock(1000);
  const deliveries = [...(await hook.received(2))];
  const bodies = bodiesOf(deliveries);
  expect(bodies).toEqual(
    [
      [first, event],
      [second, oldEvent],
    ].map(([instance_id, event], index) => ({
      linked_account_id: 'demo@example.com',
      instance_id,
      workflow_id: WORKFLOW,
      config_id: bodies[index]?.['config_id'],
      event,
      workflow_name: 'Post message to a channel',
      status,
    })),
  );
  expect(deliveries.map(({ signature }) => signature)).toEqual(
    deliveries.map(({ text }) => createHmac('sha256', 'tk_demo').update(text).digest('hex')),
  );
});

test('a run that failed is told with its failed step, as its detail has it', async () => {
  const hook = await receiver();
  const sandbox = await sandboxFor(hook);
  const id = addRun(sandbox, 'ERRORED');
  sandbox.advanceClock(1000);
  const [told] = bodiesOf(await hook.received(1));
  const { body } = await ask<{ nodes: Record<string, unknown>[] }>(sandbox, `/execution/${id}`);
  const { node_id, node_name, attempts_made, latest_output: error } = body.nodes.at(-1) ?? {};
  expect(told).toMatchObject({ failed_node: { node_id, node_name, attempts_made }, error });
});

test('a run that is asked to stop is told without anybody asking again', async () => {
  const hook = await receiver();
  const sandbox = await sandboxWith({ webhookUrl: hook.url, executions: 0 });
  const [id = ''] = sandbox.addExecutions({ account: 'demo@example.com', durationMs: 1e9 });
  await ask(sandbox, `/execution/${id}/stop`, { method: 'POST' });
  expect(bodiesOf(await hook.received(1))).toMatchObject([{ instance_id: id, event: 'Workflow Stopped' }]);
});

test('runs that arrive at an account that is used are told without anybody asking again', async () => {
  const hook = await receiver();
  const sandbox = await sandboxFor(hook, { arrivals: 60 });
  await list(sandbox, '');
  sandbox.advanceClock(600_000);
  const deliveries = await hook.received(5);
  expect(new Set(deliveries.map(({ text }) => text)).size).toBe(deliveries.length);
});

test('copies come as often as wanted, each late by a time of its own', async () => {
  const hook = await receiver();
  const sandbox = await sandboxFor(hook, { webhookCopies: 2, webhookLateMs: 200 });
  const added = Array.from({ length: 10 }, () => addRun(sandbox, 'COMPLETED'));
  sandbox.advanceClock(1000);
  const told = bodiesOf(await hook.received(20)).map(({ instance_id }) => String(instance_id));
  expect(told.toSorted()).toEqual([...added, ...added].sort());
  expect(told.filter((id, index) => told.indexOf(id) === index)).not.toEqual(added);
});

test.each([
  ['Created', { connected: true, reauth_required: false }],
  ['Deleted', { connected: false, reauth_required: false }],
  ['Expired', { connected: true, reauth_required: true }],
])('a connection that is %s is told, and is so from then on', async (event, expected) => {
  const hook = await receiver();
  const sandbox = await sandboxFor(hook);
  await control(sandbox, 'POST', '/connections', { account: 'demo@example.com', slug: 'slack', event });
  expect(bodiesOf(await hook.received(1))).toEqual([
    {
      linked_account_id: 'demo@example.com',
      org_id: '64f0a1b2c3d4e5f607182930',
      environment: 'test',
      event: `Connection ${event}`,
      slug: 'slack',
      createdAt: '2023-10-31T14:19:34.788Z',
    },
  ]);
  expect((await ask(sandbox, '/application/slack')).body).toMatchObject(expected);
});

test.each([
  [{ account: 'demo@example.com', slug: 'slack' }, 'event: is required'],
  [{ account: 'nobody', slug: 'slack', event: 'Created' }, 'account: there is no account nobody'],
  [{ account: 'demo@example.com', slug: 'x', event: 'Created' }, 'slug: there is no application x'],
  [
    { account: 'demo@example.com', slug: 'slack', event: 'Lost' },
    'event: must be one of Created, Deleted, Expired',
  ],
])('a connection that cannot change is refused: %j', async (body, message) => {
  const sandbox = await sandboxWith();
  expect(await control(sandbox, 'POST', '/connections', body)).toMatchObject({
    status: 400,
    body: { message },
  });
});

test('a delivery that is not accepted is repeated, the same, three times and no more', async () => {
  const hook = await receiver([500, 302, 201, 404, 500, 500, 500, 500, 500, 500, 500, 500]);
  const sandbox = await sandboxWith({ webhookUrl: hook.url, webhookBackoffMs: 1, executions: 0 });
  const texts: (string | undefined)[] = [];
  // While a later one is repeated there is time enough for an earlier one's fourth repetition.
  for (const count of [4, 8, 12]) {
    sandbox.addExecutions({ account: 'demo@example.com', status: 'COMPLETED' });
    const deliveries = await hook.received(count);
    texts.splice(0, texts.length, ...deliveries.map(({ text }) => text));
  }
  const [first, second, third] = [texts[0], texts[4], texts[8]];
  expect(new Set([first, second, third]).size).toBe(3);
  expect(texts).toEqual([
    first,
    first,
    first,
    first,
    second,
    second,
    second,
    second,
    third,
    third,
    third,
    third,
  ]);
});

test('runs end and are told without anybody asking', async () => {
  const hook = await receiver();
  const sandbox = await sandboxWith({ webhookUrl: hook.url, executions: 0 });
  const [id] = sandbox.addExecutions({ account: 'other@example.com', durationMs: 5, endStatus: 'COMPLETED' });
  const [delivery] = await hook.received(1);
  expect(JSON.parse(delivery?.text ?? '')).toMatchObject({
    instance_id: id,
    linked_account_id: 'other@example.com',
  });
});

test('the runs of the start are told, too, once their account is used', async () => {
  const hook = await receiver();
  const sandbox = await sandboxWith({ clock: createSandboxClock(), webhookUrl: hook.url });
  const { docs } = await list(sandbox, 'status=RUNNING');
  sandbox.advanceClock(60_000);
  const deliveries = await hook.received(3);
  const told = deliveries.map(({ text }) => (JSON.parse(text) as { instance_id: string }).instance_id);
  expect(told.sort()).toEqual(docs.map((row) => row._id).sort());
});

test('a reset forgets the runs that it takes away', async () => {
  const hook = await receiver();
  const sandbox = await sandboxWith({ clock: createSandboxClock(), webhookUrl: hook.url, executions: 0 });
  sandbox.addExecutions({ account: 'demo@example.com', durationMs: 1000, endStatus: 'COMPLETED' });
  sandbox.reset();
  sandbox.advanceClock(60_000);
  const [id] = sandbox.addExecutions({ account: 'other@example.com', status: 'COMPLETED' });
  const [delivery] = await hook.received(1);
  expect(JSON.parse(delivery?.text ?? '')).toMatchObject({ instance_id: id });
});

test('a receiver that breaks off its answer has been told, and the sandbox goes on', async () => {
  const hook = await receiver();
  const sandbox = await sandboxFor(hook);
  const broken = new ReadableStream({
    start: (body) => {
      body.error(new Error('The connection was lost'));
    },
  });
  const { fetch } = globalThis;
  const sent = Promise.withResolvers<unknown>();
  jest.spyOn(globalThis, 'fetch').mockImplementationOnce((...request) => {
    sent.resolve(fetch(...request));
    return Promise.resolve(new Response(broken));
  });
  addRun(sandbox, 'COMPLETED');
  sandbox.advanceClock(1000);
  await sent.promise;
  await hook.received(1);
  // A rejection that nobody handles would end the sandbox; here it fails the test.
  await setImmediate();

  addRun(sandbox, 'COMPLETED');
  sandbox.advanceClock(1000);
  expect(await hook.received(2)).toHaveLength(2);
});
