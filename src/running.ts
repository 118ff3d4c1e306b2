import type { AddressInfo } from 'node:net';
import type { ApolloServer } from '@apollo/server';
import type { FastifyInstance } from 'fastify';
import type { Bulk } from './bulk/bulk.ts';
import { delay, type Clock } from './clock.ts';
import type { Config } from './config.ts';
import type { Context } from './context.ts';
import type { Live } from './live/live.ts';
import type { Logger } from './observability/logger.ts';
import type { Tracing } from './observability/tracing.ts';
import type { SharedRedis } from './redis/shared-redis.ts';
import type { UpstreamConnection } from './upstream/connect.ts';

/** A gateway that runs: what listens, and what is let go of at the end. */
export interface Running {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly http: FastifyInstance;
  /** Closes all connections, whatever they are in the middle of. */
  readonly cutAll: () => void;
  /** Null: the metrics are with the rest. */
  readonly metricsHttp: FastifyInstance | null;
  readonly bulk: Bulk;
  readonly live: Live;
  readonly apollo: ApolloServer<Context>;
  readonly upstream: UpstreamConnection;
  readonly redis: SharedRedis | null;
  readonly tracing: Tracing | null;
}

/** Listens and says so; answers where. */
export async function listen({ http, metricsHttp, logger }: Running, config: Config): Promise<string> {
  for (const warning of config.warnings) logger.warn(warning);
  const { host, port, metricsPort } = config;
  const metrics = metricsHttp && (await listenAt(metricsHttp, host, 'METRICS_PORT', metricsPort ?? 0));
  const url = await listenAt(http, host, 'PORT', port);
  logger.info('listening', { url, ...(metrics !== null && { metrics }), ...summaryOf(config) });
  return url;
}

/**
 * How many connections may wait to be taken. Where fewer may, the kernel drops those of a burst, and their clients try
 * again after a second.
 */
const BACKLOG = 4096;

async function listenAt(app: FastifyInstance, host: string, setting: string, port: number): Promise<string> {
  await app.listen({ host, port, backlog: BACKLOG }).catch((error: unknown) => {
    throw startErrorOf(error, host, setting, port);
  });
  return urlOf(app.server.address() as AddressInfo);
}

/** What keeps the gateway from starting, said to whoever starts it. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** What to do where listening fails, by the error's code; `setting` names the one with the port. */
const ADVICE: Readonly<Record<string, (setting: string) => string>> = {
  EADDRINUSE: (setting) => `something listens there already. Stop it, or set ${setting} to another port`,
  EACCES: (setting) => `this user may not listen there. Set ${setting} to one above 1023`,
  EADDRNOTAVAIL: () => 'this machine has no such address. Set HOST to one that it has, or to 0.0.0.0',
  ENOTFOUND: () => 'there is no such address. Set HOST to one of this machine, or to 0.0.0.0',
};

/** A failure to listen, and what to do about it; anything else stays as it is. */
function startErrorOf(error: unknown, host: string, setting: string, port: number): unknown {
  const advice = ADVICE[(error as NodeJS.ErrnoException).code ?? '']?.(setting);
  return advice === undefined ? error : new StartError(`HOST ${host}, ${setting} ${String(port)}: ${advice}`);
}

/** What the line says that a gateway starts with. */
function summaryOf({ upstream, auth, exploration }: Config) {
  const ways = [
    auth.sessionToken && 'session token',
    auth.apiKey && 'API key',
    auth.serverKey !== null && 'token of the product',
  ];
  return {
    upstream: upstream.url.host,
    signIn: ways.filter((way) => way !== false),
    explorer: exploration,
  };
}

/** Waits until the load balancer has noticed, finishes what is in flight, and lets go of everything. */
export async function shutDown(running: Running, { delayMs, timeoutMs }: Config['shutdown']): Promise<void> {
  const { clock, logger } = running;
  if (delayMs > 0) await delay(clock, delayMs);
  await letGo(running, timeoutMs);
  logger.info('stopped');
}

/** Closes all there is, and gives what is in flight this long to finish. */
export async function letGo(running: Running, timeoutMs: number): Promise<void> {
  const { clock, logger, http, cutAll, metricsHttp, bulk, live, apollo, upstream, redis, tracing } = running;
  const cancel = clock.after(timeoutMs, () => {
    logger.warn('requests were still in flight when the time to stop was up');
    cutAll();
    metricsHttp?.server.closeAllConnections();
  });
  // Those who wait for news of a job are told that it ends here.
  await Promise.all([http.close(), metricsHttp?.close(), bulk.stop(timeoutMs)]);
  cancel();
  live.stop();
  await apollo.stop();
  upstream.close();
  await redis?.stop();
  await tracing?.stop();
}

function urlOf({ address, family, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${String(port)}`;
}
