import { afterEach, expect, test } from '@jest/globals';
import { DEMO, startGateway, stopAll } from '../support/gateway.ts';
import { closeStreams, openEvents } from '../support/live-streams.ts';

afterEach(async () => {
  closeStreams();
  await stopAll();
});

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

test.each([
  'upstreamBudgetChanged @skip(if: $isOff) { available }',
  '... on Subscription @include(if: $isOff) { upstreamBudgetChanged { available } }',
  '...Budget } fragment Budget on Subscription { ...Budget upstreamBudgetChanged @skip(if: false) { available }',
])('a subscription whose field depends on a condition is refused: %s', async (selection) => {
  const { url, query } = await startGateway();
  const asked = { query: `subscription ($isOff: Boolean! = false) { ${selection} }` };
  const refused = {
    message: 'A subscription can neither skip nor include its field',
    extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
  };
  const events = await openEvents(url, asked);
  expect(await events.next()).toMatchObject({ data: { errors: [refused] } });
  expect(await query(asked.query, {}, DEMO)).toMatchObject({ status: 400, errors: [refused] });
});
