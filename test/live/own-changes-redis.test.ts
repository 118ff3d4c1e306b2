import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { addFailed, begin, STOP_ALL } from '../support/bulk.ts';
import { DEMO, startGateway, startUpstream, stopAll } from '../support/gateway.ts';
import { closeSockets, openSocket, type LiveSocket } from '../support/live-socket.ts';
import { createRedisServer, type RedisServer } from '../support/redis-server.ts';

const CHANGES = 'subscription { executionsChanged { changes { kind execution { id status isRerun } } } }';
const RERUN = 'mutation ($id: ID!) { rerunExecution(id: $id) { execution { id } } }';
const STOP = 'mutation ($id: ID!) { stopExecution(id: $id) { execution { id } } }';
/** So far apart that nobody is told of anything in time, but for being told that something was changed. */
const RARELY = { LIVE_FAST_MS: '60000', LIVE_SLOW_MS: '60000' };

interface Rerun {
  readonly rerunExecution: { readonly execution: { readonly id: string } };
}

interface Frame {
  readonly data: { readonly executionsChanged: { readonly changes: readonly Change[] } };
}

interface Change {
  readonly kind: string;
  readonly execution: { readonly id: string; readonly status: string };
}

/** It stops, or has stopped already. */
const STOPPED = expect.stringMatching(/^STOPP(ING|ED)$/);

let redis: RedisServer;

beforeEach(async () => {
  redis = await createRedisServer();
  await redis.start();
});

afterEach(async () => {
  closeSockets();
  await stopAll();
  await redis.kill();
});

/** Two replicas, and somebody who watches at one of them: whoever saw the change would tell the viewers of others. */
async function startWatched() {
  const upstream = await startUpstream({ executions: 5 });
  const ids = addFailed({ sandbox: upstream }, 3);
  const [running = ''] = upstream.addExecutions({
    account: DEMO.linked_account_id,
    endStatus: 'COMPLETED',
    durationMs: 3_600_000,
  });
  const env = { ...RARELY, REDIS_URL: redis.url };
  const [watched, other] = [await startGateway({ upstream, env }), await startGateway({ upstream, env })];
  const viewer = await openSocket(watched.url);
  viewer.subscribe('1', CHANGES);
  await viewer.next();
  return { watched, other, viewer, ids, running };
}

/** What a viewer is told next of this run. */
async function told(viewer: LiveSocket, id: string) {
  for (;;) {
    const { payload } = (await viewer.next()) as { payload: Frame };
    const change = payload.data.executionsChanged.changes.find(({ execution }) => execution.id === id);
    if (change !== undefined) return change;
  }
}

test('a run that is run again or stopped is told at once', async () => {
  const { watched, viewer, ids, running } = await startWatched();
  const { data } = await watched.query<Rerun>(RERUN, { id: ids[0] });
  expect(await told(viewer, data.rerunExecution.execution.id)).toMatchObject({ kind: 'CREATED' });
  await watched.query(STOP, { id: running });
  expect(await told(viewer, running)).toMatchObject({ execution: { status: STOPPED } });
});

test('so is what a job does, and what is changed at another replica', async () => {
  const { other, viewer, ids, running } = await startWatched();
  await begin(other, { ids: [running] }, STOP_ALL);
  expect(await told(viewer, running)).toMatchObject({ execution: { status: STOPPED } });
  const { data } = await other.query<Rerun>(RERUN, { id: ids[0] });
  expect(await told(viewer, data.rerunExecution.execution.id)).toMatchObject({ kind: 'CREATED' });
});
