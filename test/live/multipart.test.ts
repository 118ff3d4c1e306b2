import { afterEach, expect, test } from '@jest/globals';
import { createFakeClock } from '../support/fake-clock.ts';
import { startGateway, stopAll } from '../support/gateway.ts';
import { closeStreams, openParts } from '../support/live-streams.ts';

afterEach(async () => {
  closeStreams();
  await stopAll();
});

const BUDGET = 'subscription { upstreamBudgetChanged { maximum } }';
const FIRST = { payload: { data: { upstreamBudgetChanged: { maximum: expect.any(Number) } } } };

test('a subscription is answered with a part for each event', async () => {
  const { url, logs } = await startGateway();
  const stream = await openParts(url, { query: BUDGET });
  expect(await stream.next()).toMatchObject(FIRST);
  expect(Object.fromEntries(stream.headers)).toMatchObject({
    'content-type': 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  expect(logs.join('')).not.toContain('unexpected');
});

test('a query, and what is refused, is answered as it is without', async () => {
  const { url, endpoint } = await startGateway();
  for (const query of ['{ __typename }', 'subscription { nothing }', '{ viewer { linkedAccountId } }']) {
    const body = JSON.stringify({ query });
    const plain = await fetch(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    const asked = await openParts(url, { query, signIn: {} });
    await asked.next();
    expect([asked.status, asked.headers.get('content-type')]).toEqual([
      plain.status,
      plain.headers.get('content-type'),
    ]);
    expect(asked.text()).toBe(await plain.text());
  }
});

test('a subscription that cannot be opened is answered as JSON', async () => {
  const { url } = await startGateway();
  const answer = await openParts(url, { query: BUDGET, signIn: {} });
  await answer.next();
  expect(answer.status).toBe(401);
  expect(JSON.parse(answer.text())).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
});

test('a beat is an empty part', async () => {
  const clock = createFakeClock();
  const { url } = await startGateway({ clock });
  const stream = await openParts(url, { query: BUDGET }, true);
  expect(await stream.next()).toMatchObject(FIRST);
  for (let second = 0; second < 11; second++) {
    // The gateway's own look at its viewers, and the subscription's at the budget.
    await clock.until((due) => due.filter((ms) => ms === 1000).length === 2);
    clock.advance(1000);
  }
  expect(await stream.next()).toEqual({});
});

test('it ends with the sign-in, and says why', async () => {
  const clock = createFakeClock();
  const { url } = await startGateway({ clock });
  const exp = Math.floor(clock.date() / 1000) + 60;
  const claims = Buffer.from(JSON.stringify({ exp })).toString('base64url');
  const stream = await openParts(url, {
    query: BUDGET,
    signIn: { authorization: `Bearer e30.${claims}.e30` },
  });
  expect(await stream.next()).toMatchObject(FIRST);
  clock.advance(exp * 1000 - clock.date());
  expect(await stream.next()).toMatchObject({
    payload: null,
    errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
  });
  expect(await stream.next()).toBeNull();
  expect(stream.text()).toMatch(/--graphql--\r\n$/);
});

test('it is moved when the gateway stops, and says so', async () => {
  const { url, app } = await startGateway();
  const stream = await openParts(url, { query: BUDGET });
  expect(await stream.next()).toMatchObject(FIRST);
  await app.stop();
  expect(await stream.next()).toMatchObject({
    payload: null,
    errors: [{ extensions: { code: 'OVERLOADED', retryAfterMs: 1000 } }],
  });
  expect(await stream.next()).toBeNull();
});
