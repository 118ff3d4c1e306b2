import { afterEach, describe, expect, test } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { DEMO, startGateway, startUpstream, stopAll, type Gateway } from '../support/gateway.ts';
import { CLIENTS, disposeClients, type Subscribed, type Told } from '../support/live-clients.ts';
import { metricOf } from '../support/live-metrics.ts';
import { bearer, createProduct, inSeconds } from '../support/product.ts';

afterEach(async () => {
  disposeClients();
  await stopAll();
});

const CHANGES = `subscription ($after: String) {
  executionsChanged(filter: { status: [RUNNING] }, after: $after) {
    cursor
    changes { kind execution { id status } }
  }
}`;
const BUDGET = 'subscription { upstreamBudgetChanged { maximum } }';
const RUN = 'subscription ($id: ID!) { executionChanged(id: $id) { status } }';
const FIRST_BUDGET = { data: { upstreamBudgetChanged: { maximum: expect.any(Number) } } };

const HOUR_MS = 3_600_000;
const OFTEN = { LIVE_FAST_MS: '100', LIVE_SLOW_MS: '100' };

/** Adds a run that goes on for an hour. */
function begin({ sandbox }: Pick<Gateway, 'sandbox'>): string {
  return (
    sandbox.addExecutions({ account: 'demo@example.com', durationMs: HOUR_MS, endStatus: 'ERRORED' })[0] ?? ''
  );
}

/** What is told of a run, such as `ENDED ERRORED`. */
function toldOf({ data, codes }: Told, id: string): readonly string[] {
  const changes = data?.executionsChanged?.changes ?? [];
  return (
    codes ??
    changes
      .filter(({ execution }) => execution.id === id)
      .map(({ kind, execution }) => `${kind} ${execution.status}`)
  );
}

/** What the next frame tells that tells of the run. */
async function nextOf(subscribed: Subscribed, id: string): Promise<readonly string[]> {
  for (;;) {
    const told = toldOf(await subscribed.next(), id);
    if (told.length > 0) return told;
  }
}

describe.each(CLIENTS)('$name', ({ transport, create, isLasting, refusal, attempts = 1 }) => {
  /** What one is told that does not connect again: events have no word for why. */
  const over = (code: string): Told => (transport === 'multipart' ? { codes: [code] } : { isOver: true });

  test('is told what is there, and the end of a run; goes on behind a cursor; and leaves nothing behind', async () => {
    const gateway = await startGateway({ env: OFTEN });
    const client = create({ url: () => gateway.url, signIn: () => DEMO });
    const id = begin(gateway);
    const subscribed = client.subscribe(CHANGES);
    const first = await subscribed.next();
    expect(toldOf(first, id)).toEqual(['PRESENT RUNNING']);
    const after = first.data?.executionsChanged?.cursor;
    gateway.sandbox.advanceClock(HOUR_MS);
    expect(await nextOf(subscribed, id)).toEqual(['ENDED ERRORED']);
    expect(await metricOf(gateway, 'live_connections')).toBe(1);

    const resumed = client.subscribe(CHANGES, { after });
    expect(toldOf(await resumed.next(), id)).toEqual(['ENDED ERRORED']);
    subscribed.leave();
    resumed.leave();
    await eventually('nobody to watch', async () => (await metricOf(gateway, 'live_operations')) === 0);
    client.dispose();
    await eventually(
      'nobody to be connected',
      async () => (await metricOf(gateway, 'live_connections')) === 0,
    );
    await eventually('no feed', async () => (await metricOf(gateway, 'live_feeds')) === 0);
  });

  test('is told the code of an operation that is refused', async () => {
    const gateway = await startGateway();
    const client = create({ url: () => gateway.url, signIn: () => DEMO });
    const mistake = client.subscribe('subscription { executionChanged(id: "../workflow") { id } }');
    expect(await mistake.next()).toEqual({ codes: ['BAD_USER_INPUT'] });
    const unknown = client.subscribe(
      'subscription { executionChanged(id: "65410cf6cdf931a12d7abfff") { id } }',
    );
    expect(await unknown.next()).toEqual({ data: { executionChanged: null } });
    const invalid = client.subscribe('subscription { nothing }');
    expect(await invalid.next()).toEqual({ codes: ['GRAPHQL_VALIDATION_FAILED'] });
  });

  test('is refused for good where its sign-in is', async () => {
    const [product, stranger] = [await createProduct(), await createProduct()];
    const gateway = await startGateway({ env: product.env });
    let signedIn = 0;
    const forged = await stranger.signIn('demo@example.com');
    const client = create({
      url: () => gateway.url,
      signIn: () => {
        signedIn += 1;
        return forged;
      },
    });
    const subscribed = client.subscribe(BUDGET);
    expect(await subscribed.next()).toEqual({ codes: [refusal] });
    await eventually(
      'nobody to be connected',
      async () => (await metricOf(gateway, 'live_connections')) === 0,
    );
    expect(signedIn).toBe(attempts);
    expect(gateway.sandbox.requests()).toEqual([]);
  });

  test('is told nothing of signs of life; goes on with a new token when its own has expired, or is told so', async () => {
    const product = await createProduct();
    const clock = createFakeClock();
    const gateway = await startGateway({ env: { ...product.env, LIVE_BEAT_MS: '1000' }, clock });
    const tokens = [60, 7200].map((seconds) =>
      product.tokenOf('demo@example.com', inSeconds(seconds, clock.date())),
    );
    const [short = '', long = ''] = await Promise.all(tokens);
    let signedIn = 0;
    const client = create({
      url: () => gateway.url,
      signIn: () => bearer((signedIn += 1) === 1 ? short : long),
    });
    const subscribed = client.subscribe(BUDGET);
    expect(await subscribed.next()).toMatchObject(FIRST_BUDGET);
    // The gateway's own look at its viewers, which sends a sign of life, and the subscription's at the budget.
    await clock.until((due) => due.filter((ms) => ms === 1000).length === 2);
    clock.advance(1000);
    clock.advance(61_000);
    expect(await subscribed.next()).toMatchObject(isLasting ? FIRST_BUDGET : over('UNAUTHENTICATED'));
  });

  test('goes on at another replica when its own stops, or is told so', async () => {
    const upstream = await startUpstream();
    const [one, other] = [
      await startGateway({ upstream, env: OFTEN }),
      await startGateway({ upstream, env: OFTEN }),
    ];
    let current = one;
    const client = create({ url: () => current.url, signIn: () => DEMO });
    const id = begin(one);
    const subscribed = client.subscribe(RUN, { id });
    const statusOf = (status: string) => ({ data: { executionChanged: { status } } });
    expect(await subscribed.next()).toEqual(statusOf('RUNNING'));
    current = other;
    await one.app.stop();
    const moved = await subscribed.next();
    upstream.advanceClock(HOUR_MS);
    const then = isLasting ? await subscribed.next() : null;
    expect([moved, then]).toEqual(
      isLasting ? [statusOf('RUNNING'), statusOf('ERRORED')] : [over('OVERLOADED'), null],
    );
  });
});
