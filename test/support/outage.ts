import { expect } from '@jest/globals';
import type { Fault } from '../../sandbox/control/faults.ts';
import { account, errorsOf, startOnFakeClock } from './budget.ts';
import { DEMO, type Answer, type Setup } from './gateway.ts';
import { numbers } from './numbers.ts';

/** A gateway on a fake clock, in front of an upstream with a dozen accounts. */
export function startForOutage(setup: Omit<Setup, 'clock'> = {}) {
  return startOnFakeClock({ sandbox: { accounts: 12 }, ...setup });
}

type Gateway = Awaited<ReturnType<typeof startForOutage>>;

/** A failure that is not worth a retry within the operation. */
export const DOWN: Fault = { status: 503, retryAfter: 30 };
/** For as long as a test lasts. */
export const ALWAYS = { times: 100_000 };
/** What a fault of single executions matches. */
export const DETAIL = { route: '/execution/{execution_id}' };
/** What is refused at once. */
export const FAST = [{ code: 'UPSTREAM_UNAVAILABLE' }];
/** An id by which nothing is. */
export const idOf = (number: number) => number.toString(16).padStart(24, '0');

/** Asks for it. */
export const detail = ({ query }: Gateway, number: number, headers: Record<string, string> = DEMO) =>
  query('query ($id: ID!) { execution(id: $id) { id } }', { id: idOf(number) }, headers);

/** Whether it was answered without a word of an outage; nothing is by these ids. */
export const isServed = (answer: Answer) =>
  errorsOf(answer).every(({ code }) => code !== 'UPSTREAM_UNAVAILABLE' && code !== 'UPSTREAM_TIMEOUT');

/** Has five questions of a caller fail. */
export async function open({ ask, sandbox }: Gateway, fault: Fault = DOWN, headers = DEMO): Promise<void> {
  for (const number of numbers(1, 5)) {
    sandbox.addFault(fault);
    expect(errorsOf(await ask(number, headers))).not.toEqual([]);
  }
}

/** Has upstream fail for so many accounts, twice each. */
export async function openForAll({ ask, sandbox }: Gateway, accounts = 3): Promise<void> {
  sandbox.addFault({ ...DOWN, ...ALWAYS });
  for (const number of numbers(1, accounts)) {
    for (const page of [1, 2]) await ask(page, account(number));
  }
}
