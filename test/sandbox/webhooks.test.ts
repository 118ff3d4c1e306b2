import { createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

import { afterEach, expect, test } from '@jest/globals';

import { startServer, stopAll } from '../support/gateway.ts';
import { list, sandboxWith } from '../support/sandbox.ts';
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

test('a run that completes or fails is told once, signed with the key', async () => {
  const clock = createSandboxClock();
  const hook = await receiver();
  const sandbox = await sandboxWith({ clock, webhookUrl: hook.url, executions: 0 });
  const add = (endStatus: string): string =>
    sandbox.addExecutions({
      account: 'demo@example.com',
      endStatus,
      durationMs: 1000,
      workflowId: '64f7258e35b72267edc02589',
    })[0] ?? '';
  const expected = [add('COMPLETED'), add('ERRORED')];
  add('TIMED_OUT');
  sandbox.advanceClock(1000);
  const deliveries = [...(await hook.received(2))];
  await list(sandbox, '');
  const bodies = deliveries.map(({ text }) => JSON.parse(text) as Record<string, unknown>);
  const byEvent = bodies.sort((one, other) => String(one['event']).localeCompare(String(other['event'])));
  expect(byEvent).toEqual(
    ['COMPLETED', 'ERRORED'].map((status, index) => ({
      linked_account_id: 'demo@example.com',
      instance_id: expected[index],
      workflow_id: '64f7258e35b72267edc02589',
      config_id: byEvent[index]?.['config_id'],
      event: status === 'COMPLETED' ? 'Workflow Completed' : 'Workflow Errored',
      workflow_name: 'Post message to a channel',
      status,
    })),
  );
  expect(deliveries.map(({ signature }) => signature)).toEqual(
    deliveries.map(({ text }) => createHmac('sha256', 'tk_demo').update(text).digest('hex')),
  );
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
