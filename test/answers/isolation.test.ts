import { afterEach, expect, test } from '@jest/globals';
import { account, createMetrics } from '../support/budget.ts';
import { startGateway, startStill, stopAll } from '../support/gateway.ts';
import { startNaming } from '../support/naming-upstream.ts';
import { numbers } from '../support/numbers.ts';

afterEach(stopAll);

const ACCOUNTS = numbers(1, 8);
const ROUNDS = 6;
const QUESTIONS = [
  '{ executions { nodes { id } } }',
  '{ executions { nodes { id status } } }',
  '{ executions(page: { size: 1 }) { totalCount nodes { linkedAccountId } } }',
];

test('eight accounts that ask the same, one among the other, are each given their own answers again', async () => {
  const env = { CACHE_LIST_MS: '600000' };
  const { url, query } = await startGateway({ upstreamUrl: await startNaming(), env });
  for (let round = 0; round < ROUNDS; round++) {
    const asked = ACCOUNTS.flatMap((number) =>
      QUESTIONS.map((text, nth) => ({ number, text, at: (nth + number + round) % 3 })),
    );
    // In another order each time, all of them at once.
    const order = asked.toSorted((one, other) => one.at - other.at);
    const answers = await Promise.all(order.map(({ number, text }) => query(text, {}, account(number))));
    for (const [nth, { data }] of answers.entries()) {
      const { number = 0, text = '' } = order[nth] ?? {};
      const { linked_account_id: name } = account(number);
      const [row] = (data as { executions: { nodes: Record<string, unknown>[] } }).executions.nodes;
      expect([text, row?.['id'] ?? row?.['linkedAccountId']]).toEqual([text, name]);
    }
  }
  const { metric } = createMetrics(url);
  expect(await metric('answers_reused_total')).toBeGreaterThan(ACCOUNTS.length * QUESTIONS.length);
  expect(await metric('answer_entries')).toBe(ACCOUNTS.length * QUESTIONS.length);
});

test('eight accounts that ask the same at one time, several times each, are each given their own answers', async () => {
  const gate = Promise.withResolvers<null>();
  const { url, query } = await startGateway({ upstreamUrl: await startNaming(gate.promise) });
  const { metric, metricIs } = createMetrics(url);
  const asked = QUESTIONS.flatMap((text) => ACCOUNTS.map((number) => ({ number, text })));
  const ask = ({ number, text }: (typeof asked)[number]) => query(text, {}, account(number));
  const firsts = asked.map(ask);
  await metricIs('cache_reads_total{outcome="miss"}', asked.length);
  const others = [asked.toReversed(), asked].flat();
  const answers = others.map(ask);
  await metricIs('cache_reads_total{outcome="miss"}', asked.length * 3);
  gate.resolve(null);
  for (const [nth, { data }] of (await Promise.all([...firsts, ...answers])).entries()) {
    const { number = 0, text = '' } = [...asked, ...others][nth] ?? {};
    const { linked_account_id: name } = account(number);
    const [row] = (data as { executions: { nodes: Record<string, unknown>[] } }).executions.nodes;
    expect([text, row?.['id'] ?? row?.['linkedAccountId']]).toEqual([text, name]);
  }
  expect(await metric('answers_shared_total')).toBe(others.length);
});

interface Rows {
  readonly executions: { readonly nodes: readonly { readonly id: string; readonly status: string }[] };
}

test('of eight accounts that ask the same, the one that changes something sees it at once, and the others nothing', async () => {
  const { url, query } = await startStill({
    env: { CACHE_LIST_MS: '600000' },
    sandbox: { accounts: ACCOUNTS.length },
  });
  const { metric } = createMetrics(url);
  const rowsOf = async (number: number) => {
    const answer = await query<Rows>('{ executions { nodes { id status } } }', {}, account(number));
    return answer.data.executions.nodes;
  };
  const askAll = () => Promise.all(ACCOUNTS.map(rowsOf));
  const before = await askAll();
  expect(new Set(before.map(([row]) => row?.id)).size).toBe(ACCOUNTS.length);
  for (const changing of [3, 8]) {
    for (let round = 0; round < ROUNDS; round++) expect(await askAll()).toEqual(before);
    const reused = await metric('answers_reused_total');
    const rows = before[changing - 1] ?? [];
    const id = rows.find(({ status }) => status === 'ERRORED')?.id;
    const others = ACCOUNTS.filter((number) => number !== changing);

    // The change is made among the questions of all others, and only what is asked behind it must show it.
    const [changed] = await Promise.all([
      query<{ rerunExecution: { executionId: string } }>(
        'mutation ($id: ID!) { rerunExecution(id: $id) { executionId } }',
        { id },
        account(changing),
      ),
      ...others.map(rowsOf),
    ]);
    const now = await askAll();

    expect(now[changing - 1]?.[0]?.id).toBe(changed.data.rerunExecution.executionId);
    expect(now[changing - 1]?.slice(1)).toEqual(rows.slice(0, -1));
    for (const number of others) expect(now[number - 1]).toEqual(before[number - 1]);
    expect(await metric('answers_reused_total')).toBe(reused + 2 * others.length);
    before.splice(0, before.length, ...now);
  }
});
