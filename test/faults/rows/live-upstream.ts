import { expect } from '@jest/globals';
import type { Fault } from '../../../sandbox/control/faults.ts';
import { createAudience } from '../../support/audience.ts';
import { createMetrics } from '../../support/budget.ts';
import { eventually } from '../../support/eventually.ts';
import { createFakeClock, createSandboxClock } from '../../support/fake-clock.ts';
import { DEMO, DEMO_SESSION, OTHER_SESSION } from '../../support/gateway.ts';
import { leaveAll, untilAllWatch, untilViewers, watchList } from '../../support/list-viewers.ts';
import { passTicks } from '../../support/live-time.ts';
import type { Row } from '../row.ts';
import type { World } from '../world.ts';

const TICK_MS = 2000;
const ALWAYS = { times: 1_000_000 };

/** A gateway whose time and whose runs move only when told to. */
async function setScene(world: World) {
  const clock = createFakeClock();
  const env = { LIVE_FAST_MS: String(TICK_MS), LIVE_SLOW_MS: String(TICK_MS) };
  const sandbox = { executions: 10, clock: createSandboxClock() };
  const gateway = await world.gateway({ clock, env, sandbox });
  world.onEnd(leaveAll);
  const pass = <T>(waiting: Promise<T>) => passTicks(clock, gateway.sandbox, waiting, TICK_MS);
  return { ...gateway, ...createMetrics(gateway.url), clock, pass };
}

const TROUBLES: Readonly<Record<string, Fault>> = {
  'answers 500': { status: 500 },
  'answers 429': { status: 429, retryAfter: 3 },
  hangs: { hang: 'before-headers' },
  'is cut off in the middle of answers': { truncate: true },
  'answers HTML': { status: 200, contentType: 'text/html', body: '<html></html>' },
  'answers another shape': { status: 200, body: { docs: null } },
};

/** So many readings fail. */
const FAILURES = 3;

/** Upstream fails while somebody watches: nobody is told anything, and whoever comes sees from when it is. */
async function failsForAWhile(world: World, fault: Fault) {
  const { url, sandbox, clock, metric, pass } = await setScene(world);
  const viewers = [watchList(url), watchList(url, { resuming: 'by cursor' })];
  await untilAllWatch(viewers);
  const audience = createAudience(sandbox, [DEMO], viewers);
  audience.begin(1000);
  await pass(audience.untilAllKnow());
  const frames = viewers.map((viewer) => viewer.frames());
  const asOf = viewers[0]?.last()?.asOf ?? '';

  sandbox.addFault({ ...fault, ...ALWAYS });
  sandbox.advanceClock(1000);
  audience.begin(1000);
  const failed = () => metric('live_ticks_total{what="list",outcome="failed"}');
  await pass(eventually('readings to fail', async () => (await failed()) >= FAILURES));
  const late = watchList(url, { filter: {} });
  const answered = untilViewers('an answer', () => late.last() !== null || late.failure() !== null);
  await pass(answered);
  expect(viewers.map((viewer) => viewer.frames())).toEqual(frames);
  expect(late.failure()).toBeNull();
  expect(late.last()?.asOf).toBe(asOf);
  expect(Date.parse(asOf)).toBeLessThan(clock.date());

  sandbox.clearFaults();
  await pass(audience.untilAllKnow());
  sandbox.advanceClock(1000);
  await pass(audience.untilAllKnow());
  audience.expectRight();
  return { retries: 1 };
}

/** Upstream takes a session token no more that somebody watches with. */
async function tokenIsRevoked(world: World) {
  const { url, sandbox, metric, pass } = await setScene(world);
  const other = { account: 'other@example.com' };
  const lost = [
    watchList(url, { headers: OTHER_SESSION, ...other }),
    watchList(url, { headers: OTHER_SESSION, ...other, filter: { status: ['RUNNING'] } }),
  ];
  const left = [watchList(url), watchList(url, { headers: DEMO_SESSION, account: DEMO.linked_account_id })];
  await untilAllWatch([...lost, ...left]);
  expect(await metric('live_feeds')).toBe(3);
  sandbox.addFault({ match: other, status: 401, ...ALWAYS });
  await pass(untilViewers('some to end', () => lost.every(({ failure }) => failure() !== null)));
  for (const { failure } of lost) {
    expect(failure()).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
  }
  const audience = createAudience(sandbox, [DEMO], left);
  audience.begin(1000);
  await pass(audience.untilAllKnow());
  sandbox.advanceClock(1000);
  await pass(audience.untilAllKnow());
  audience.expectRight();
  expect(await metric('live_feeds')).toBe(2);
  return { retries: 0 };
}

/** The time of day is set while somebody watches. */
const jumps = (way: string, byMs: number): Row => ({
  number: '27',
  fault: `the time of day is set ${way} by ten minutes while somebody watches`,
  right: 'readings are as far apart as they were, and changes are told once',
  retries: 0,
  boundMs: null,
  run: async (world) => {
    const { url, sandbox, clock, metric, pass } = await setScene(world);
    const viewers = [watchList(url, { resuming: 'by cursor' }), watchList(url)];
    await untilAllWatch(viewers);
    const audience = createAudience(sandbox, [DEMO], viewers);
    const ticks = async () =>
      (await metric('live_ticks_total{what="list",outcome="changed"}')) +
      (await metric('live_ticks_total{what="list",outcome="unchanged"}'));
    for (const setByMs of [byMs, -byMs]) {
      clock.setBy(setByMs);
      audience.begin(1000);
      const before = await ticks();
      clock.advance(TICK_MS - 1);
      expect(await ticks()).toBe(before);
      clock.advance(1);
      await audience.untilAllKnow();
      expect(Date.parse(viewers[0]?.last()?.asOf ?? '')).toBe(clock.date());
      sandbox.advanceClock(1000);
      await pass(audience.untilAllKnow());
    }
    audience.expectRight();
    return { retries: 0 };
  },
});

/** Upstream fails while somebody watches. */
export const LIVE_UPSTREAM: readonly Row[] = [
  ...Object.entries(TROUBLES).map(([name, fault]): Row => ({
    number: '39',
    fault: `upstream ${name} while somebody watches`,
    right: 'viewers stay and are told nothing wrong; who comes is told from when it is; then it goes on',
    retries: 1,
    boundMs: null,
    run: (world) => failsForAWhile(world, fault),
  })),
  {
    number: '40',
    fault: 'a session token is revoked while somebody watches with it',
    right: 'those viewers end with UNAUTHENTICATED, and nobody else does',
    retries: 0,
    boundMs: null,
    run: tokenIsRevoked,
  },
  jumps('back', -600_000),
  jumps('forward', 600_000),
];
