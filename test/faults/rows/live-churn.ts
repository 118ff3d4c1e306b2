import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import type { Sandbox } from '../../../sandbox/server.ts';
import { account, createMetrics } from '../../support/budget.ts';
import { eventually } from '../../support/eventually.ts';
import { createFakeClock, createSandboxClock } from '../../support/fake-clock.ts';
import { killAll, startMain } from '../../support/gateway-process.ts';
import { leaveAll, watchList } from '../../support/list-viewers.ts';
import { closeSockets, connectSocket, openSocket } from '../../support/live-socket.ts';
import { closeStreams, openEvents, openParts } from '../../support/live-streams.ts';
import { passTicks } from '../../support/live-time.ts';
import { numbers } from '../../support/numbers.ts';
import type { Random } from '../../support/random.ts';
import { list } from '../../support/sandbox.ts';
import { postWebhook, runEvent, WEBHOOKS_ON } from '../../support/webhooks.ts';
import type { Row } from '../row.ts';
import type { World } from '../world.ts';
import { SOON } from './live-replicas.ts';

const KEYS = numbers(1, 4).map(account);
const SIGN_INS = [
  ...KEYS,
  ...['demo', 'other', '3', '4'].map((name) => ({ authorization: `Bearer session-${name}` })),
];
const LIST = 'subscription ($filter: ExecutionFilter) { executionsChanged(filter: $filter) { cursor } }';
const RUN = 'subscription ($id: ID!) { executionChanged(id: $id) { id status nodes { id } } }';
const BUDGET = 'subscription { upstreamBudgetChanged { available } }';
const FILTERS = [{}, { status: ['RUNNING'] }, { status: ['ERRORED', 'STOPPED'] }, { source: 'SCHEDULE' }];
/** So many are there at once at the most. */
const MOST = 40;

/** Where viewers come to, and go from. */
interface Place {
  readonly url: string;
  readonly sandbox: Sandbox;
  /** Lets some time pass. */
  pass(random: Random): Promise<void> | void;
}

/** Somebody has come; the answer lets him go. */
type Coming = (place: Place, random: Random, ids: readonly string[]) => Promise<() => void>;

const watchesList: Coming = ({ url }, random) => {
  const viewer = watchList(url, { headers: random.pick(SIGN_INS), filter: random.pick(FILTERS) });
  return Promise.resolve(() => {
    viewer.leave();
  });
};

/** Several operations over one WebSocket, some of which are over when it is closed, in order or not. */
const watchesRuns: Coming = async ({ url }, random, ids) => {
  const client = await openSocket(url, random.pick(SIGN_INS));
  const watched = random.some(ids, 0.3);
  for (const [nth, id] of watched.entries()) client.subscribe(String(nth), RUN, { id });
  client.subscribe('budget', BUDGET);
  client.subscribe('nonsense', random.chance(0.5) ? 'subscription { nothing }' : '{');
  return () => {
    for (const nth of watched.keys()) if (random.chance(0.5)) client.complete(String(nth));
    if (random.chance(0.5)) client.socket.close();
    else client.socket.terminate();
  };
};

const saysNothing: Coming = async ({ url }, random) => {
  const client = await connectSocket(url);
  if (random.chance(0.5)) client.say({ type: 'connection_init' });
  return () => {
    client.socket.terminate();
  };
};

const streams: Coming = async ({ url }, random, ids) => {
  const [query, variables] = random.chance(0.5)
    ? [LIST, { filter: random.pick(FILTERS) }]
    : [RUN, { id: random.pick(ids) }];
  const open = random.pick([openEvents, openParts]);
  const stream = await open(url, { query, variables, signIn: random.pick(SIGN_INS) });
  // It breaks off when somebody leaves, if it has not ended by then.
  const read = async () => {
    while ((await stream.next()) !== null);
  };
  read().catch(() => undefined);
  return () => {
    stream.leave();
  };
};

const COMINGS = [watchesList, watchesList, watchesRuns, saysNothing, streams];

/** Something happens to runs, and upstream tells of it now and then. */
async function change({ url, sandbox }: Place, random: Random): Promise<string> {
  const name = random.pick(KEYS)['linked_account_id'] ?? '';
  const [id = ''] = sandbox.addExecutions({ account: name, durationMs: 1000 * (1 + random.below(20)) });
  sandbox.advanceClock(1000);
  if (random.chance(0.5)) await postWebhook(url, runEvent({ linked_account_id: name, instance_id: id }));
  return id;
}

/** Viewers come and go by chance until it is over; then all go. */
async function comeAndGo(place: Place, random: Random, isOver: (step: number) => boolean): Promise<void> {
  const { docs } = await list(place.sandbox, 'limit=5');
  const ids = docs.map(({ _id }) => _id);
  const here: (() => void)[] = [];
  for (let step = 0; !isOver(step); step++) {
    if (random.chance(0.3)) ids.splice(random.below(ids.length), 1, await change(place, random));
    if (here.length < MOST && random.chance(0.55)) here.push(await random.pick(COMINGS)(place, random, ids));
    else here.splice(random.below(here.length), 1)[0]?.();
    await place.pass(random);
  }
  for (const leave of here) leave();
}

const GAUGES = [
  ...['websocket', 'sse', 'multipart'].map((transport) => `live_connections{transport="${transport}"}`),
  ...['live_operations', 'live_feeds', 'live_runs', 'live_unread_bytes', 'queue_length'],
];

/** Resolves once nothing of anybody is left. */
function untilNobodyIsLeft(url: string): Promise<void> {
  const { metric } = createMetrics(url);
  return eventually('all to be gone', async () => {
    for (const gauge of GAUGES) if ((await metric(gauge)) !== 0) return false;
    return true;
  });
}

function letGo(world: World): void {
  for (const leave of [leaveAll, closeSockets, closeStreams]) world.onEnd(leave);
}

const STEPS = 400;
/** More than a tick, and less than what a client has to say who it is. */
const MOST_PASSES_MS = 2500;

/** On time that moves only when told to: nothing is left that is due. */
async function fewHundredCome(world: World) {
  const clock = createFakeClock();
  const setup = { executions: 20, accounts: KEYS.length, clock: createSandboxClock() };
  const gateway = await world.gateway({ clock, env: WEBHOOKS_ON, sandbox: setup });
  const { url, sandbox } = gateway;
  letGo(world);
  const before = clock.due().length;
  const pass = (random: Random) => {
    clock.advance(random.below(MOST_PASSES_MS));
  };
  await comeAndGo({ url, sandbox, pass }, world.random, (step) => step >= STEPS);
  await passTicks(clock, sandbox, untilNobodyIsLeft(url));
  expect(clock.due()).toHaveLength(before);
  return { retries: 1 };
}

const LONG_MS = 10 * 60_000;
const LOOK_MS = 2000;
/** What is in use may have grown by so much from the first third to the last. */
const MOST_GROWTH = 1.2;

/** In a process of its own, whose memory is looked at. */
async function manyCome(world: World) {
  const sandbox = await world.sandbox({ executions: 20, accounts: KEYS.length });
  world.onEnd(killAll);
  const env = {
    ...SOON,
    ...WEBHOOKS_ON,
    LOG_LEVEL: 'info',
    UPSTREAM_URL: sandbox.url,
    CACHE_MAX_BYTES: '1000000',
    // So that what is no longer in use is collected again and again.
    NODE_OPTIONS: '--max-old-space-size=120',
  };
  const { url } = await startMain(env);
  letGo(world);
  const { metric } = createMetrics(url);
  const [resident, inUse]: [number[], number[]] = [[], []];
  const megabytes = async (series: string) => Math.round((await metric(series)) / 2 ** 20);
  const untilMs = performance.now() + LONG_MS;
  let lookAtMs = performance.now();
  const pass = async (random: Random) => {
    await sleep(random.below(40));
    if (performance.now() < lookAtMs) return;
    lookAtMs += LOOK_MS;
    resident.push(await megabytes('process_resident_memory_bytes'));
    inUse.push(await megabytes('nodejs_heap_size_used_bytes'));
  };
  await comeAndGo({ url, sandbox, pass }, world.random, () => performance.now() > untilMs);
  await untilNobodyIsLeft(url);
  const third = Math.floor(inUse.length / 3);
  // The least of many is what a collection has left.
  expect(Math.min(...inUse.slice(-third)) / Math.min(...inUse.slice(0, third))).toBeLessThan(MOST_GROWTH);
  const told = resident.filter((_, nth) => nth % 10 === 0).join(' ');
  return { retries: 1, note: `resident memory in MB, every 20 s: ${told}` };
}

/** What replicas know each other by: that stays. */
const OF_REPLICAS = /:(data-set|members)$/;

/** Over Redis: what replicas share of it goes by itself. */
async function fewComeOverRedis(world: World) {
  const redis = await world.redis();
  const sandbox = await world.sandbox({ executions: 20, accounts: KEYS.length });
  const env = { ...SOON, ...WEBHOOKS_ON, REDIS_URL: redis.url };
  const { url } = await world.gatewayOnRealTime({ upstream: sandbox, env });
  letGo(world);
  const lasting = () =>
    redis.run(async (client) => {
      const keys = await client.keys('*');
      const left = await Promise.all(keys.map((key) => client.pttl(key)));
      return keys.filter((key, nth) => left[nth] === -1 && !OF_REPLICAS.test(key));
    });
  const pass = (random: Random) => sleep(random.below(20));
  await comeAndGo({ url, sandbox, pass }, world.random, (step) => step >= STEPS / 4);
  await untilNobodyIsLeft(url);
  expect(await lasting()).toEqual([]);
  return { retries: 1 };
}

const row = (fault: string, right: string, run: Row['run']): Row => ({
  number: '37',
  fault: `viewers come and go at random${fault}`,
  right,
  retries: 1,
  boundMs: null,
  run,
});

/** Viewers come and go. */
export const LIVE_CHURN: readonly Row[] = [
  {
    ...row(', some hundreds', 'no timer, socket, feed or run of theirs is left', fewHundredCome),
    isRandom: true,
  },
  { ...row(' for ten minutes', 'nothing of them is left, and memory is flat', manyCome), isLong: true },
];

/** The same over Redis. */
export const LIVE_CHURN_REDIS: readonly Row[] = [
  row(', over Redis', 'all that Redis holds of them goes by itself', fewComeOverRedis),
];
