import { afterEach, expect, test } from '@jest/globals';
import { account, createMetrics } from '../support/budget.ts';
import { startGateway, startServer, stopAll } from '../support/gateway.ts';
import { numbers } from '../support/numbers.ts';

afterEach(stopAll);

const ACCOUNTS = numbers(1, 8);
const ROUNDS = 6;
const QUESTIONS = [
  '{ executions { nodes { id } } }',
  '{ executions { nodes { id status } } }',
  '{ executions(page: { size: 1 }) { totalCount nodes { linkedAccountId } } }',
];

/** An upstream that answers each account with one run, which is called after it. */
function startNaming(): Promise<string> {
  return startServer(({ headers, url = '' }, response) => {
    const limit = Number(new URL(url, 'http://upstream').searchParams.get('limit'));
    const name = String(headers['linked_account_id']);
    const row = {
      _id: name,
      name,
      status: 'COMPLETED',
      linked_account_id: name,
      createdAt: '2024-05-01T12:00:00.000Z',
    };
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ docs: [row], totalDocs: 1, limit, page: 1, totalPages: 1 }));
  });
}

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
