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

/** Two replicas, and somebody who watches at each. */
async function startWatched() {
  const upstream = await startUpstream({ executions: 5 });
  const ids = addFailed({ sandbox: upstream }, 3);
  const [running = ''] = upstream.addExecutions({
    account: DEMO.linked_account_id,
    endStatus: 'COMPLETED',
    durationMs: 3_600_000,
  });
  const env = { ...RARELY, REDIS_URL: redis.url };
  const startOne = async () => {
    const replica = await startGateway({ upstream, env });
    const viewer = await openSocket(replica.url);
    viewer.subscribe('1', CHANGES);
    await viewer.next();
    return { replica, viewer };
  };
  const [one, other] = [await startOne(), await startOne()];
  return { one: one.replica, viewers: [one.viewer, other.viewer], ids, running };
}

/** What a viewer is told next. */
async function told(viewer: LiveSocket) {
  const { payload } = await viewer.next();
  return (payload as { data: { executionsChanged: { changes: readonly unknown[] } } }).data.executionsChanged
    .changes;
}

test('a run that is run again or stopped is told at once, at every replica', async () => {
  const { one, viewers, ids, running } = await startWatched();
  const { data } = await one.query<{ rerunExecution: { execution: { id: string } } }>(RERUN, { id: ids[0] });
  const { id } = data.rerunExecution.execution;
  for (const viewer of viewers) {
    expect(await told(viewer)).toMatchObject([{ kind: 'CREATED', execution: { id } }]);
  }
  await one.query(STOP, { id: running });
  for (const viewer of viewers) {
    expect(await told(viewer)).toMatchObject([{ execution: { id: running, status: STOPPED } }]);
  }
});

test('so is what a job does', async () => {
  const { one, viewers, running } = await startWatched();
  await begin(one, { ids: [running] }, STOP_ALL);
  for (const viewer of viewers) {
    expect(await told(viewer)).toMatchObject([{ execution: { id: running, status: STOPPED } }]);
  }
});
