import { afterEach, expect, test } from '@jest/globals';
import { startGateway, stopAll } from '../support/gateway.ts';
import { closeSockets, openSocket } from '../support/live-socket.ts';
import { documentIdOf, persistedQueryOf, trusting } from '../support/manifest.ts';

afterEach(async () => {
  closeSockets();
  await stopAll();
});

const HOUR_MS = 3_600_000;
const OFTEN = { LIVE_FAST_MS: '100', LIVE_SLOW_MS: '100' };
const STATUS = 'subscription Status($id: ID!) { executionChanged(id: $id) { status } }';
const NAME = 'subscription Name($id: ID!) { executionChanged(id: $id) { rawStatus } }';

test('of one event, each who asks by an id is told what its own document asks', async () => {
  const { url, sandbox } = await startGateway({
    env: await trusting([STATUS, NAME], OFTEN),
    sandbox: { executions: 0 },
  });
  const account = 'demo@example.com';
  const [id = ''] = sandbox.addExecutions({ account, durationMs: HOUR_MS, endStatus: 'COMPLETED' });
  const client = await openSocket(url);
  const payloads = [
    { documentId: documentIdOf(STATUS) },
    { query: '', documentId: documentIdOf(NAME) },
    { extensions: persistedQueryOf(STATUS) },
    { query: NAME },
  ];
  for (const [nth, payload] of payloads.entries()) {
    client.say({ id: String(nth), type: 'subscribe', payload: { ...payload, variables: { id } } });
  }
  const told = async () => {
    const messages = [];
    while (messages.length < payloads.length) messages.push(await client.next());
    return messages
      .sort((one, other) => Number(one.id) - Number(other.id))
      .map(({ payload }) => (payload as { data: unknown }).data);
  };

  const expected = (status: string) =>
    [{ status }, { rawStatus: status }, { status }, { rawStatus: status }].map((executionChanged) => ({
      executionChanged,
    }));
  expect(await told()).toEqual(expected('RUNNING'));
  sandbox.advanceClock(HOUR_MS);
  expect(await told()).toEqual(expected('COMPLETED'));
});
