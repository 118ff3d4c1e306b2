import { afterEach, expect, test } from '@jest/globals';
import { DEMO, startGateway, stopAll } from '../support/gateway.ts';

afterEach(stopAll);

const BUDGET = 'subscription { upstreamBudgetChanged { available } }';

test('a subscription over a plain POST is refused, and told how to ask', async () => {
  const { query, sandbox } = await startGateway();
  const answer = await query(BUDGET, {}, DEMO);
  expect(answer.status).toBe(400);
  expect(answer.errors).toEqual([
    expect.objectContaining({
      message: expect.stringMatching(/WebSocket.*text\/event-stream.*multipart\/mixed;subscriptionSpec=1\.0/),
      extensions: { code: 'BAD_REQUEST' },
    }),
  ]);
  expect(answer.data).toBeUndefined();
  expect(sandbox.stats().requests).toEqual({});
});
