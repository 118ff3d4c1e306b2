import { afterEach, expect, test } from '@jest/globals';
import { account, AT_ONCE, REAL_RATE, startOnFakeClock } from '../support/budget.ts';
import { eventually } from '../support/eventually.ts';
import { stopAll, type Answer } from '../support/gateway.ts';
import { numbers } from '../support/numbers.ts';

afterEach(stopAll);

const ROWS = 24;
const STEPS = `{ executions(first: ${String(ROWS)}) { nodes { id nodes { id } } } }`;

interface Page {
  readonly executions: { readonly nodes: readonly { readonly nodes: readonly unknown[] | null }[] } | null;
}

/** How many rows of a page have their steps. */
function servedOf({ data }: Answer<Page>): number {
  return data.executions?.nodes.filter(({ nodes }) => nodes !== null).length ?? 0;
}

test('when eight people open a page of steps at once, each has all of it, or is refused at once', async () => {
  const gateway = await startOnFakeClock({ sandbox: { accounts: 8, executions: 30 }, env: REAL_RATE });
  const { clock, sandbox, query, passNext } = gateway;
  const sent = (count: number) =>
    sandbox.until(() => sandbox.requests().filter(({ status }) => status === 200).length === count);

  const open = (people: readonly number[]) => people.map((number) => query<Page>(STEPS, {}, account(number)));
  const startedAt = clock.now();
  const asking = open(numbers(1, 8));
  // Three have been promised all that they could need, and nothing is asked for the others.
  const turns = 3 * (1 + ROWS);
  let settled = 0;
  const endings = asking.map(async (answering) => {
    const answer = await answering;
    settled += 1;
    return [answer, clock.now()] as const;
  });
  await sent(AT_ONCE);
  await eventually('five refusals', () => settled === 5);
  for (let count = AT_ONCE + 1; count <= turns; count++) {
    await passNext();
    await sent(count);
  }

  const answers = await Promise.all(asking);
  const served = answers.map(servedOf);
  expect(served.toSorted((one, other) => one - other)).toEqual([0, 0, 0, 0, 0, ROWS, ROWS, ROWS]);
  expect(sandbox.requests()).toHaveLength(turns);
  const ended = await Promise.all(endings);
  const refused = ended.filter(([answer]) => servedOf(answer) === 0);
  expect(refused.map(([, at]) => at)).toEqual(refused.map(() => startedAt));
  const retryAfterMs = refused.flatMap(([{ errors }]) =>
    errors.map(({ extensions }) => {
      expect(extensions.code).toBe('RATE_LIMITED');
      return Number(extensions['retryAfterMs']);
    }),
  );
  expect(retryAfterMs).toHaveLength(5);
  expect(Math.min(...retryAfterMs)).toBeGreaterThan(1000);
  expect(Math.max(...retryAfterMs)).toBeLessThan(5000);

  // By then they are let in.
  gateway.clock.advance(Math.max(...retryAfterMs));
  const again = open([served.indexOf(0) + 1]);
  await sent(turns + AT_ONCE);
  for (let count = turns + AT_ONCE + 1; count <= turns + 1 + ROWS; count++) {
    await passNext();
    await sent(count);
  }
  expect((await Promise.all(again)).map(servedOf)).toEqual([ROWS]);
});
