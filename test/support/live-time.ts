import { setImmediate } from 'node:timers/promises';
import type { Sandbox } from '../../sandbox/server.ts';
import type { FakeClock } from './fake-clock.ts';

/** How many requests a sandbox has answered. */
export function answeredBy(sandbox: Pick<Sandbox, 'stats'>): number {
  return Object.values(sandbox.stats().requests)
    .flatMap((outcomes) => Object.values(outcomes))
    .reduce((sum, count) => sum + count, 0);
}

/** Resolves once a sandbox has nothing to answer, and what was asked has been taken. */
async function untilQuiet(sandbox: Sandbox): Promise<void> {
  const isQuiet = () => sandbox.requests().every(({ status }) => status !== 'pending');
  for (let turns = 0; turns < QUIET_TURNS; turns++) {
    await setImmediate();
    if (isQuiet()) continue;
    await sandbox.until(isQuiet);
    turns = 0;
  }
}

/** What follows an answer has been done after so many turns, on a machine that is not busy. */
const QUIET_TURNS = 20;

/**
 * Lets time pass, so much at once, until what is waited for has come. Nothing runs into a time-out that is longer:
 * time stands still while upstream answers.
 */
export async function passTicks<T>(
  clock: FakeClock,
  sandbox: Sandbox,
  waiting: Promise<T>,
  ms = 2000,
): Promise<T> {
  const come = waiting.then((value) => ({ value }));
  for (;;) {
    await untilQuiet(sandbox);
    const first = await Promise.race([come, setImmediate(null)]);
    if (first !== null) return first.value;
    clock.advance(ms);
  }
}
