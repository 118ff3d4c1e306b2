import { expect } from '@jest/globals';
import { startBalancer, type Balancer } from '../../support/balancer.ts';
import { account } from '../../support/budget.ts';
import { createAudience } from '../../support/audience.ts';
import { createSandboxClock } from '../../support/fake-clock.ts';
import { freePort } from '../../support/free-port.ts';
import { killAll, startMain, type GatewayProcess } from '../../support/gateway-process.ts';
import { leaveAll, untilAllWatch, watchList } from '../../support/list-viewers.ts';
import { answeredBy } from '../../support/live-time.ts';
import { numbers } from '../../support/numbers.ts';
import { ANY_RATE, UNHURRIED } from '../../support/settings.ts';
import type { Row } from '../row.ts';
import type { World } from '../world.ts';

/** Everything is soon, so that a row is short. */
export const SOON = {
  ...ANY_RATE,
  ...UNHURRIED,
  OVERLOAD_AFTER_MS: '0',
  LIVE_FAST_MS: '200',
  LIVE_SLOW_MS: '200',
  CACHE_LIST_MS: '100',
};
const STOPS_SOON = { SHUTDOWN_DELAY_MS: '1000', SHUTDOWN_TIMEOUT_MS: '5000' };
const ACCOUNTS = numbers(1, 4).map(account);

/** One replica, and where it starts again. */
interface Replica {
  readonly port: number;
  running: GatewayProcess;
}

/** What viewers watch by, and what starts a replica again. */
interface Scene {
  readonly replicas: readonly Replica[];
  readonly balancer: Balancer;
  readonly start: (port: number) => Promise<GatewayProcess>;
}

async function startReplicas(start: Scene['start']): Promise<Replica[]> {
  const replicas: Replica[] = [];
  for (const port of [await freePort(), await freePort()])
    replicas.push({ port, running: await start(port) });
  return replicas;
}

async function restartInTurn({ replicas, balancer, start }: Scene): Promise<void> {
  for (const replica of replicas) {
    const { child, exited } = replica.running;
    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
    replica.running = await start(replica.port);
    await balancer.untilUp(2);
  }
}

async function killOne({ replicas: [replica], balancer }: Scene): Promise<void> {
  if (replica === undefined) throw new Error('There is no replica');
  replica.running.child.kill('SIGKILL');
  await replica.running.exited;
  await balancer.untilUp(1);
}

/** Runs begin and end without a pause, while this lasts and some were there. */
async function runsGoOn(
  { begin }: Pick<ReturnType<typeof createAudience>, 'begin'>,
  sandbox: Awaited<ReturnType<World['sandbox']>>,
  { random }: World,
  meanwhile: Promise<unknown>,
): Promise<void> {
  const over = meanwhile.then(() => 'over' as const);
  const isOver = () => Promise.race([over, Promise.resolve('not yet' as const)]);
  do {
    begin(1000 * (1 + random.below(8)));
    sandbox.advanceClock(1000);
    const answered = answeredBy(sandbox);
    // So long that a reading shows some of them, and not all.
    await Promise.race([over, sandbox.until(() => answeredBy(sandbox) >= answered + ACCOUNTS.length)]);
  } while ((await isOver()) !== 'over');
  sandbox.advanceClock(10_000);
}

/** Viewers watch behind a balancer, some of them resuming by cursor, while this happens to each replica. */
async function watchThrough(
  world: World,
  trouble: (scene: Scene) => Promise<void>,
  count: number,
  retryWaitMs?: () => number,
) {
  const clock = createSandboxClock();
  const sandbox = await world.sandbox({ executions: 20, accounts: ACCOUNTS.length, clock });
  world.onEnd(killAll);
  const start = (port: number) =>
    startMain({ ...SOON, ...STOPS_SOON, PORT: String(port), UPSTREAM_URL: sandbox.url, REPLICAS: '2' });
  const replicas = await startReplicas(start);
  const balancer = await startBalancer(replicas.map(({ running }) => running.url));
  world.onEnd(() => balancer.stop());
  world.onEnd(leaveAll);

  const viewers = numbers(1, count).map((number) =>
    watchList(balancer.url, {
      headers: ACCOUNTS[number % ACCOUNTS.length] ?? {},
      resuming: number % 8 < ACCOUNTS.length ? 'anew' : 'by cursor',
      ...(retryWaitMs && { retryWaitMs }),
    }),
  );
  await untilAllWatch(viewers);
  const audience = createAudience(sandbox, ACCOUNTS, viewers);
  await runsGoOn(audience, sandbox, world, trouble({ replicas, balancer, start }));
  await audience.untilAllKnow();
  // What is told twice would be told by a later reading.
  const answered = answeredBy(sandbox);
  await sandbox.until(() => answeredBy(sandbox) >= answered + 4 * ACCOUNTS.length);
  audience.expectRight();
  // Some have met the trouble, and are back.
  expect(viewers.some(({ connections }) => connections() > 1)).toBe(true);
  return { retries: 0 };
}

const FEW = 40;
const MANY = 500;

const rowsOf = (what: string, trouble: (scene: Scene) => Promise<void>): readonly Row[] => {
  const row = {
    number: '35',
    right: 'everybody ends with the true state, and who goes on by cursor is told each end once',
    retries: 0,
    boundMs: null,
  };
  return [
    {
      ...row,
      fault: `${what}, with ${String(FEW)} viewers`,
      run: (world) => watchThrough(world, trouble, FEW, () => 50 + world.random.below(200)),
    },
    {
      ...row,
      fault: `${what}, with ${String(MANY)} viewers`,
      isLong: true,
      run: (world) => watchThrough(world, trouble, MANY),
    },
  ];
};

/** Replicas are restarted or killed while somebody watches. These need a balancer. */
export const LIVE_REPLICAS: readonly Row[] = [
  ...rowsOf('two replicas are restarted in turn', restartInTurn),
  ...rowsOf('one of two replicas is killed', killOne),
];
