import { startDocumentedProxy, type DocumentedProxy, type ProxyName } from './documented-proxy.ts';
import { eventually } from './eventually.ts';
import { DEMO_SESSION, startGateway, startUpstream, stopAll } from './gateway.ts';
import { disposeClients, type ClientKind, type Told } from './live-clients.ts';
import { metricOf } from './live-metrics.ts';

const RUN = 'subscription ($id: ID!) { executionChanged(id: $id) { status } }';
const HOUR_MS = 3_600_000;
const OFTEN = { LIVE_FAST_MS: '100', LIVE_SLOW_MS: '100' };

const proxies: DocumentedProxy[] = [];

/** Stops what a test has started; for `afterEach`. */
export async function stopBehind(): Promise<void> {
  disposeClients();
  for (const proxy of proxies.splice(0)) await proxy.stop();
  await stopAll();
}

/** What a client tells of a run that it shows as it is, as it is again once its replica has stopped, and when it has ended. */
export const GOES_ON: readonly Told[] = ['RUNNING', 'RUNNING', 'ERRORED'].map((status) => ({
  data: { executionChanged: { status } },
}));

/**
 * What a client is told of a run through a proxy, of whose two replicas the client's own stops.
 * @param change changes the proxy's configuration
 */
export async function watchBehind(
  name: ProxyName,
  { create }: ClientKind,
  change?: (config: string) => string,
): Promise<readonly Told[]> {
  const upstream = await startUpstream();
  const [one, other] = [
    await startGateway({ upstream, env: OFTEN }),
    await startGateway({ upstream, env: OFTEN }),
  ];
  const proxy = await startDocumentedProxy(name, [one.url, other.url], change);
  proxies.push(proxy);
  const [id = ''] = upstream.addExecutions({
    account: 'demo@example.com',
    durationMs: HOUR_MS,
    endStatus: 'ERRORED',
  });
  const ready = `${proxy.url}/health/ready`;
  const pause = () =>
    eventually('a replica', async () => (await fetch(ready, { headers: DEMO_SESSION })).status === 200);
  const subscribed = create({ url: () => proxy.url, signIn: () => DEMO_SESSION, pause }).subscribe(RUN, {
    id,
  });

  const first = await subscribed.next();
  const isAtOne = (await metricOf(one, 'live_connections')) === 1;
  const [own, left] = isAtOne ? [one, other] : [other, one];
  await own.app.stop();
  const again = await subscribed.next();
  await eventually('it to be at the other one', async () => (await metricOf(left, 'live_connections')) === 1);
  upstream.advanceClock(HOUR_MS);
  return [first, again, await subscribed.next()];
}
