import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { DEMO, OTHER, startGateway, startUpstream, type Gateway } from '../support/gateway.ts';
import { openSocket } from '../support/live-socket.ts';
import { openEvents, openParts } from '../support/live-streams.ts';
import { rememberingFor } from '../support/settings.ts';
import { postWebhook, runEvent, WEBHOOKS_ON } from '../support/webhooks.ts';

const LIST = '{ executions { nodes { id workflow { description } } } }';
const WATCH = 'subscription { executionsChanged { changes { kind execution { id } } } }';

/** How often Prometheus looks. */
const LOOK_MS = 1000;

/** Limits so narrow that a little of everything runs into them. */
const NARROW = {
  UPSTREAM_RATE_PER_SECOND: '40',
  UPSTREAM_BURST: '6',
  UPSTREAM_TIMEOUT_MS: '500',
  OPERATION_TIMEOUT_MS: '1000',
  MAX_OPERATIONS_IN_PROGRESS: '60',
  MAX_PIPELINED_REQUESTS: '2',
  APQ: 'true',
  LIVE_MAX_CONNECTIONS_PER_CALLER: '4',
  LIVE_FAST_MS: '300',
  LIVE_SLOW_MS: '300',
};

/** Two gateways in which everything happens that their metrics tell of. */
export interface ObservedWorld {
  readonly gateways: readonly Gateway[];
  /** Lets it happen again and again until the answer is called. */
  keepBusy(): () => Promise<void>;
}

/** Starts it in front of one sandbox; the gateways share a Redis. */
export async function startObservedWorld(redisUrl: string): Promise<ObservedWorld> {
  const sandbox = await startUpstream({ clock: { now: () => Date.now() } });
  const start = () =>
    startGateway({
      upstream: sandbox,
      redisTimeoutMs: 20_000,
      env: { REDIS_URL: redisUrl, REPLICAS: '2', ...rememberingFor(300), ...WEBHOOKS_ON, ...NARROW },
    });
  const gateways = [await start(), await start()];

  const goodAndBadTimes = async ({ url, endpoint, query }: Gateway) => {
    sandbox.addExecutions({ account: 'demo@example.com', durationMs: 200 });
    const ofOther = { route: 'GET /execution', account: 'other@example.com' };
    sandbox.addFault({ match: ofOther, status: 503 });
    sandbox.addFault({ match: ofOther, status: 429 });
    sandbox.addFault({ match: ofOther, hang: 'before-headers' });
    await Promise.all([
      query(LIST),
      query(LIST),
      query(LIST, {}, OTHER),
      query(LIST, {}, {}),
      query('{ none }'),
    ]);
    await Promise.all([query(LIST), query(LIST)]);
    await askForUnknown(endpoint);
    await postWebhook(url, runEvent());
    await postWebhook(url, runEvent(), [['x-cobalt-signature', 'wrong']]);
  };

  return {
    gateways,
    keepBusy: () => {
      let isOver = false;
      const busy = async (gateway: Gateway) => {
        await watch(gateway);
        while (!isOver) {
          await goodAndBadTimes(gateway);
          await crowd(gateway);
          await sendAhead(gateway);
          await leaveAgain(gateway);
          // Nothing is told of more than a round between two looks of Prometheus.
          await sleep(LOOK_MS);
        }
      };
      const all = Promise.all(gateways.map(busy));
      // Whoever stops it is told.
      all.catch(() => undefined);
      return async () => {
        isOver = true;
        await all;
      };
    },
  };
}

/** Watches a list by every transport, for as long as the gateway runs. */
async function watch({ url }: Gateway): Promise<void> {
  for (const [nth, params] of [DEMO, OTHER].entries()) {
    const client = await openSocket(url, params);
    client.subscribe(String(nth), WATCH);
  }
  await openEvents(url, { query: WATCH });
  await openParts(url, { query: WATCH });
}

/** Asks for a document that nobody has registered. */
async function askForUnknown(endpoint: string): Promise<void> {
  const persistedQuery = { version: 1, sha256Hash: '0'.repeat(64) };
  await fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...DEMO },
    body: JSON.stringify({ extensions: { persistedQuery } }),
  });
}

/** Asks for more than the rate allows, and more than is let in. */
async function crowd({ query }: Gateway): Promise<void> {
  const ids = Array.from({ length: 80 }, (_, nth) => (nth + 1).toString(16).padStart(24, '0'));
  await Promise.all(ids.map((id) => query('query ($id: ID!) { execution(id: $id) { id } }', { id })));
}

/** Sends more requests ahead than one may, and is let go of. */
async function sendAhead({ url }: Gateway): Promise<void> {
  const { hostname, port, host } = new URL(url);
  const socket = connect(Number(port), hostname);
  const gone = new Promise<void>((resolve) =>
    socket.once('close', () => {
      resolve();
    }),
  );
  socket.on('error', () => undefined).resume();
  socket.write(`GET /health/live HTTP/1.1\r\nhost: ${host}\r\n\r\n`.repeat(50));
  await gone;
}

/** Connects more often than a caller may, so that at least one is let go of, and leaves. */
async function leaveAgain({ url }: Gateway): Promise<void> {
  const clients = await Promise.all(
    Array.from({ length: 4 }, () => openSocket(url, OTHER).catch(() => null)),
  );
  for (const client of clients) {
    client?.socket.close(1000);
    await client?.closed;
  }
}
