import { expect } from '@jest/globals';
import type { Fault } from '../../../sandbox/control/faults.ts';
import { eventually } from '../../support/eventually.ts';
import type { Row } from '../row.ts';
import { QUESTION, startUpstreamWith } from '../upstreams.ts';
import { codesOf, type World } from '../world.ts';

const TIMED_OUT = 'UPSTREAM_TIMEOUT on its path, and its siblings';
const LISTS = { route: 'GET /execution' };
const ALWAYS = { times: 100_000 };

/** Has the list of runs go wrong each time, and the applications not. */
async function timesOut(world: World, fault: Fault) {
  const { query, sandbox } = await world.gateway();
  sandbox.addFault({ match: LISTS, ...ALWAYS, ...fault });
  const tried = () => sandbox.requests().filter(({ route }) => route === '/execution').length;
  const answer = await world.timed(async () => {
    const asking = query(QUESTION);
    await sandbox.until(() => tried() === 1);
    await passFirstTry(world);
    await sandbox.until(() => tried() === 2);
    world.clock.advance(2000);
    return asking;
  });
  expect(codesOf(answer)).toEqual({ executions: 'UPSTREAM_TIMEOUT' });
  expect(answer.data).toMatchObject({ executions: null });
  expect((answer.data as { applications: unknown[] }).applications.length).toBeGreaterThan(0);
  return { retries: tried() - 1 };
}

/** Lets the first try time out, and the retry begin. */
async function passFirstTry({ clock }: World): Promise<void> {
  clock.advance(2000);
  await clock.until(([soonest = Infinity]) => soonest < 500);
  clock.advance(clock.due()[0] ?? 0);
}

async function drips(world: World) {
  const upstream = await startUpstreamWith(world, (response, body) => {
    response.writeHead(200, { 'content-length': body.length });
    let sent = 0;
    const drip = setInterval(() => response.write(body.charAt(sent++)), 100);
    response.once('close', () => {
      clearInterval(drip);
    });
  });
  const { query } = await world.gateway({ upstreamUrl: upstream.url });
  const answer = await world.timed(async () => {
    const asking = query(QUESTION);
    await eventually('the first try', () => upstream.tries() === 1);
    await passFirstTry(world);
    await eventually('the second try', () => upstream.tries() === 2);
    world.clock.advance(2000);
    return asking;
  });
  expect(codesOf(answer)).toEqual({ executions: 'UPSTREAM_TIMEOUT' });
  expect(answer.data).toEqual({ applications: [{ slug: 'slack' }], executions: null });
  return { retries: upstream.tries() - 1 };
}

async function hangsOnce(world: World) {
  const { query, sandbox } = await world.gateway();
  sandbox.addFault({ match: LISTS, hang: 'before-headers' });
  const answer = await world.timed(async () => {
    const asking = query(QUESTION);
    await sandbox.until(() => sandbox.requests().some(({ status }) => status === 'hang'));
    await passFirstTry(world);
    return asking;
  });
  expect(codesOf(answer)).toEqual({});
  return { retries: sandbox.requests().length - 2 };
}

const row = (number: string, fault: string, how: Fault): Row => ({
  number,
  fault,
  right: TIMED_OUT,
  retries: 1,
  boundMs: 5000,
  run: (world) => timesOut(world, how),
});

/** Upstream takes its time. */
export const UPSTREAM_TIME: readonly Row[] = [
  row('1', 'upstream is slow', { delayMs: 60_000 }),
  row('2', 'upstream hangs before the headers', { hang: 'before-headers' }),
  row('3', 'upstream hangs after the headers', { hang: 'after-headers' }),
  {
    number: '3',
    fault: 'upstream drips, a byte at a time',
    right: TIMED_OUT,
    retries: 1,
    boundMs: 5000,
    run: drips,
  },
  {
    number: '2',
    fault: 'upstream hangs once',
    right: 'nobody notices',
    retries: 1,
    boundMs: 5000,
    run: hangsOnce,
  },
];
