import { expect } from '@jest/globals';
import type { Fault } from '../../../sandbox/control/faults.ts';
import type { Row } from '../row.ts';
import { codesOf, type World } from '../world.ts';

const TIMED_OUT = 'UPSTREAM_TIMEOUT on its path, and its siblings';
const QUESTION = '{ applications { slug } executions { totalCount } }';
const LISTS = { route: 'GET /execution' };
const ALWAYS = { times: 100_000 };

/** Has the list of runs go wrong each time, and the applications not. */
async function timesOut(world: World, fault: Fault, struck: string) {
  const { query, sandbox } = await world.gateway();
  sandbox.addFault({ match: LISTS, ...ALWAYS, ...fault });
  const tried = () => sandbox.requests().filter(({ route }) => route === '/execution').length;
  const answer = await world.timed(async () => {
    const asking = query(QUESTION);
    await sandbox.until(() => tried() === 1);
    world.clock.advance(2000);
    await world.clock.until(([soonest = Infinity]) => soonest < 500);
    world.clock.advance(world.clock.due()[0] ?? 0);
    await sandbox.until(() => tried() === 2);
    world.clock.advance(2000);
    return asking;
  });
  expect(codesOf(answer)).toEqual({ executions: struck });
  expect(answer.data).toMatchObject({ executions: null });
  expect((answer.data as { applications: unknown[] }).applications.length).toBeGreaterThan(0);
  return { retries: tried() - 1 };
}

const row = (number: string, fault: string, how: Fault): Row => ({
  number,
  fault,
  right: TIMED_OUT,
  retries: 1,
  boundMs: 5000,
  run: (world) => timesOut(world, how, 'UPSTREAM_TIMEOUT'),
});

/** Upstream takes its time. */
export const UPSTREAM_TIME: readonly Row[] = [
  row('1', 'upstream is slow', { delayMs: 60_000 }),
  row('2', 'upstream hangs before the headers', { hang: 'before-headers' }),
  row('3', 'upstream hangs after the headers', { hang: 'after-headers' }),
];
