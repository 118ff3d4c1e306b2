import { afterEach, describe, expect, test } from '@jest/globals';
import { account, AT_ONCE, errorsOf, REAL_RATE, startOnFakeClock } from '../support/budget.ts';
import { eventually } from '../support/eventually.ts';
import { stopAll } from '../support/gateway.ts';
import { numbers } from '../support/numbers.ts';

afterEach(stopAll);

const CALLS = 3;
/** A dashboard of so many panels, a call each. */
const PANELS = `{ ${numbers(1, CALLS)
  .map(
    (number) => `p${String(number)}: executions(page: { number: ${String(number)}, size: 1 }) { totalCount }`,
  )
  .join(' ')} }`;

async function startCrowded() {
  const gateway = await startOnFakeClock({ env: REAL_RATE, sandbox: { accounts: 60 } });
  const { clock, passNext, query, sandbox } = gateway;
  let settled = 0;
  const open = (people: readonly number[]) =>
    people.map(async (number) => {
      const answer = await query(PANELS, {}, account(number));
      settled += 1;
      return { answer, at: clock.now() };
    });
  const settledAre = (count: number) => eventually(`${String(count)} answers`, () => settled === count);
  const sent = (count: number) => sandbox.until(() => sandbox.requests().length >= count);
  /** Lets pass turn after turn, until so many calls have been made. */
  const passTurnsTo = async (count: number) => {
    while (sandbox.requests().length < count) {
      const before = sandbox.requests().length;
      await passNext();
      await sent(before + 1);
    }
  };
  return { ...gateway, open, settledAre, sent, passTurnsTo };
}

describe('five times what can be served', () => {
  test('is refused at once, or served whole and in time', async () => {
    const { clock, open, passTurnsTo, sandbox, sent, settledAre } = await startCrowded();
    const startedAt = clock.now();
    const asking = open(numbers(1, 60));
    await sent(AT_ONCE);
    // In five seconds there are turns for so many, with some to spare.
    const served = 30;
    await settledAre(60 - served);
    await passTurnsTo(served * CALLS);

    const answers = await Promise.all(asking);
    const refused = answers.filter(({ answer }) => answer.errors.length > 0);
    expect(refused).toHaveLength(60 - served);
    for (const { answer, at } of refused) {
      expect(at).toBe(startedAt);
      expect(answer.extensions.upstream.calls).toBe(0);
      expect(new Set(errorsOf(answer).map(({ code }) => code))).toEqual(new Set(['RATE_LIMITED']));
    }
    expect(sandbox.requests()).toHaveLength(served * CALLS);
  });

  test('takes nothing from what was let in before', async () => {
    const { ask, metric, open, passTurnsTo, queued, settledAre } = await startCrowded();
    const waiting = () => metric('queue_length');
    const first = open(numbers(1, 20));
    await queued(20 * CALLS - AT_ONCE);
    await passTurnsTo(20);
    // Single questions of others: each of them alone would go before the second call of a dashboard.
    let refused = 0;
    const later = numbers(21, 60).map(async (number) => {
      const { errors } = await ask(number, account(number));
      refused += errors.length;
    });
    await eventually('their places', async () => (await waiting()) + refused === 20 * CALLS - 20 + 40);
    await passTurnsTo(20 * CALLS);
    await settledAre(20);

    expect((await Promise.all(first)).flatMap(({ answer }) => errorsOf(answer))).toEqual([]);
    await passTurnsTo(20 * CALLS + 40 - refused);
    await Promise.all(later);
  });
});
