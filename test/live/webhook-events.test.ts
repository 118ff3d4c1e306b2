import { afterEach, expect, test } from '@jest/globals';
import { createFakeClock, createSandboxClock } from '../support/fake-clock.ts';
import { DEMO, DEMO_SESSION, startGateway, stopAll } from '../support/gateway.ts';
import { closeSockets, openSocket } from '../support/live-socket.ts';
import { postWebhook, runEvent, WEBHOOKS_ON } from '../support/webhooks.ts';

afterEach(async () => {
  closeSockets();
  await stopAll();
});

const RUN = 'subscription ($id: ID!) { executionChanged(id: $id) { status failure { nodeName message } } }';

/** A gateway whose time stands still, so that it looks by itself at nothing, and a sandbox that tells it. */
async function startTold() {
  const gateway = await startGateway({
    clock: createFakeClock(),
    env: WEBHOOKS_ON,
    sandbox: { clock: createSandboxClock() },
  });
  gateway.sandbox.sendWebhooksTo(`${gateway.url}/webhooks/refold`);
  const [id = ''] = gateway.sandbox.addExecutions({
    account: 'demo@example.com',
    durationMs: 1000,
    endStatus: 'TIMED_OUT',
  });
  return { ...gateway, id };
}

test.each([
  ['an API key', DEMO],
  ['a session token', DEMO_SESSION],
])('a webhook wakes who watches its run, signed in with %s', async (_way, params) => {
  const { url, id, sandbox } = await startTold();
  const client = await openSocket(url, params);
  client.subscribe('1', RUN, { id });
  expect(await client.next()).toMatchObject({
    payload: { data: { executionChanged: { status: 'RUNNING', failure: null } } },
  });

  sandbox.advanceClock(1000);

  expect(await client.next()).toMatchObject({
    payload: { data: { executionChanged: { status: 'TIMED_OUT', failure: {} } } },
  });
  expect(await client.next()).toMatchObject({ type: 'complete' });
});

test('nobody is told what a webhook says, but what upstream says then', async () => {
  const { url, id, sandbox } = await startTold();
  const client = await openSocket(url);
  client.subscribe('1', RUN, { id });
  await client.next();
  const asked = sandbox.requests().length;

  await postWebhook(url, runEvent({ instance_id: id, event: 'Workflow Completed' }));
  await sandbox.until(() => sandbox.requests().length > asked);
  sandbox.advanceClock(1000);

  expect(await client.next()).toMatchObject({
    payload: { data: { executionChanged: { status: 'TIMED_OUT' } } },
  });
});
