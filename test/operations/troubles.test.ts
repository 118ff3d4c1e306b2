import { afterEach, expect, test } from '@jest/globals';
import { REAL_RATE, startOnFakeClock } from '../support/budget.ts';
import { expectToldOf, troubleOf } from '../support/documented-trouble.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { startGate } from '../support/gate.ts';
import { DEMO, startGateway, stopAll } from '../support/gateway.ts';
import { openForAll, startForOutage } from '../support/outage.ts';
import { bearer, inSeconds } from '../support/product.ts';
import { REFUSED_URL } from '../support/refused-url.ts';
import { startWithServerKey, tokenWith, VIEWER } from '../support/sign-in.ts';
import { postWebhook, runEvent, signatureOf, WEBHOOKS_ON } from '../support/webhooks.ts';

afterEach(stopAll);

const LIST = '{ executions(page: { size: 2 }) { nodes { id } } }';
test('1. Refold is down', async () => {
  const gateway = await startForOutage();
  await openForAll(gateway);

  const answer = await gateway.ask(3);

  await expectToldOf(troubleOf(1), gateway, [answer]);
});

test('2. Somebody else uses the key', async () => {
  const gateway = await startGateway({ sandbox: { rate: 0.001, burst: 1 } });
  const other = await fetch(`${gateway.sandbox.url}/api/v2/public/execution`, { headers: DEMO });
  expect(other.status).toBe(200);

  const answer = await gateway.query(LIST);

  await expectToldOf(troubleOf(2), gateway, [answer]);
  expect(answer.errors[0]?.extensions['retryAfterMs']).toBeGreaterThan(0);
});

test('3. The rate is too small', async () => {
  const gateway = await startOnFakeClock({ env: { ...REAL_RATE, UPSTREAM_QUEUE_SIZE: '1' } });
  const asking = [1, 2, 3].map((number) => gateway.ask(number));
  await gateway.queued(1);

  const refused = await gateway.ask(4);
  await gateway.takeAllTurns();

  await expectToldOf(troubleOf(3), gateway, [refused, ...(await Promise.all(asking))]);
  expect(gateway.logs.join('')).not.toContain('upstream failed');
});

test('4. Redis is away', async () => {
  const gateway = await startGateway({ env: { REDIS_URL: REFUSED_URL.replace('http', 'redis') } });

  const answer = await gateway.query(LIST);

  await expectToldOf(troubleOf(4), gateway, [answer]);
  expect(answer.data).toMatchObject({ executions: { nodes: [{}, {}] } });
});

test('5. The keys of sign-in cannot be fetched', async () => {
  const { keyServer, ...gateway } = await startWithServerKey();
  keyServer.trouble = 'fails';

  const answer = await gateway.query(VIEWER, {}, bearer(await tokenWith()));

  await expectToldOf(troubleOf(5), gateway, [answer]);
  expect(answer.errors[0]?.message).toBe('The keys to verify tokens with cannot be fetched');
});

test('6. Good tokens are refused', async () => {
  const clock = createFakeClock();
  const gateway = await startWithServerKey({ clock });
  const ask = async (claims: Record<string, unknown> = {}) =>
    gateway.query(VIEWER, {}, bearer(await tokenWith(claims)));
  expect((await ask()).errors).toEqual([]);
  const HOUR_MS = 3_600_000;

  clock.setBy(HOUR_MS);
  const whenFast = await ask();
  clock.setBy(-2 * HOUR_MS);
  const whenSlow = await ask({ nbf: inSeconds(0) });
  clock.setBy(HOUR_MS);
  const forOthers = await ask({ aud: 'else' });
  const forNobody = await ask({ linked_account_id: undefined });
  const ofOthers = await gateway.query(LIST, {}, bearer(await tokenWith({ iss: 'https://id.example.com' })));

  const answers = [whenFast, whenSlow, forOthers, forNobody, ofOthers];
  await expectToldOf(troubleOf(6), gateway, answers);
  expect(answers.map(({ errors }) => errors[0]?.message)).toEqual([
    'The token has expired',
    "The token's claim nbf is not acceptable",
    "The token's claim aud is not acceptable",
    "The token's claim linked_account_id does not name a linked account",
    'Upstream refused the credentials',
  ]);
  expect((await ask()).errors).toEqual([]);
});

test('9. There is too much to do, or too little memory', async () => {
  const gate = await startGate();
  const load = { isBusy: false, waitedMs: 0, memoryShare: 0.91 };
  const gateway = await startGateway({ upstreamUrl: gate.url, loadProbe: () => load });
  // One at a time goes on, since what it holds is given back by its end.
  const asking = gateway.query(LIST);
  await gate.until(() => gate.held.length === 1);

  const refused = await gateway.query(LIST);
  gate.held[0]?.answer();
  await asking;

  await expectToldOf(troubleOf(9), gateway, [refused]);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
});

test('10. Webhooks are refused', async () => {
  const gateway = await startGateway({ env: WEBHOOKS_ON });
  const body = runEvent();

  const { status } = await postWebhook(gateway.url, body, [
    ['x-cobalt-signature', signatureOf(body, 'tk_old')],
  ]);

  expect(status).toBe(401);
  await expectToldOf(troubleOf(10), gateway, [await gateway.query(LIST)]);
});
