import type { DestinationStream } from 'pino';
import { createAnswers } from './answers/answers.ts';
import { createAuthenticate } from './auth/authenticate.ts';
import { createLinkedAccounts } from './auth/linked-accounts.ts';
import { createBulk } from './bulk/bulk.ts';
import { systemClock, type Clock } from './clock.ts';
import { ConfigError, type Config } from './config.ts';
import { createContexts } from './contexts.ts';
import { createShowOutputs } from './domain/output.ts';
import { createRedaction } from './domain/redaction.ts';
import { connectDocuments } from './graphql/documents/connect.ts';
import { createOperations } from './graphql/operations.ts';
import { createSchema } from './graphql/schema.ts';
import { createApollo } from './graphql/server.ts';
import { createLoadProbe, type LoadProbe } from './http/load-probe.ts';
import type { Pages } from './http/pages.ts';
import { createHttp, createMetricsHttp } from './http/server.ts';
import { createLineage } from './lineage.ts';
import { createLive } from './live/live.ts';
import { withOwnChanges } from './live/own-changes.ts';
import { loadTracing } from './observability/load-tracing.ts';
import { createLogCounts } from './observability/log-counts.ts';
import { createLogger, logDefect, type Logger } from './observability/logger.ts';
import { createMetrics, type Metrics } from './observability/metrics.ts';
import { NO_METRICS } from './observability/no-metrics.ts';
import { createSharedRedis, type SharedRedis } from './redis/shared-redis.ts';
import { letGo, listen, shutDown, type Running } from './running.ts';
import { createCapabilities } from './upstream/capabilities.ts';
import { connectUpstream } from './upstream/connect.ts';
import { createWebhooks } from './webhooks/webhooks.ts';

/** A gateway that can be started once and stopped once. */
export interface App {
  /** Listens; answers where, such as `http://127.0.0.1:4000`. */
  start(): Promise<string>;
  /** Finishes what is in flight, then lets go of everything. Safe to call again. */
  stop(): Promise<void>;
  /** Logs a failure that no part of it has handled. Whoever else is being served is served on. */
  noteDefect(reason: unknown): void;
}

/** What a test may replace, and a program that embeds the gateway may add. */
export interface Surroundings {
  /** Pages of the program that embeds the gateway; it has `/` then. */
  readonly pages?: Pages;
  readonly clock?: Clock;
  /** Where log lines go instead of standard output. */
  readonly logDestination?: DestinationStream;
  /** What tells how much there is to do. */
  readonly loadProbe?: LoadProbe;
  /** How long a command may take before Redis counts as away. */
  readonly redisTimeoutMs?: number;
}

/** Puts the gateway together: the only place that knows all of its parts. */
export async function createApp(config: Config, surroundings: Surroundings = {}): Promise<App> {
  const { clock = systemClock, logDestination, redisTimeoutMs = 50, pages = null } = surroundings;
  const logCounts = createLogCounts();
  const logger = createLogger(config.logLevel, logDestination, logCounts);
  const hasRedis = config.redis !== null;
  const now = () => clock.now();
  const metrics = config.metrics ? createMetrics({ now, hasRedis, logCounts }) : NO_METRICS;
  const tracing = await loadTracing(config.tracing, { clock, logger, showsIds: config.exploration });
  const redis = redisOf(config, redisTimeoutMs, { clock, metrics, logger });
  const { replicas, cache, metricsPort } = config;
  const redaction = createRedaction(config.secretKeys);
  const redact = (text: string) => redaction.text(text);
  const linkedAccounts = createLinkedAccounts();
  const webhooks = createWebhooks({
    secrets: config.webhookSecrets,
    redis,
    accountOf: (credential) => linkedAccounts.of(credential),
    redact,
    clock,
    logger,
  });
  const upstream = connectUpstream({
    ...config.upstream,
    replicas,
    redis,
    cache,
    outdatedAt: (call, freshness) => webhooks.outdated.at(call, freshness),
    clock,
    metrics,
    logger,
  });
  const lineage = createLineage({ redis: redis?.connection ?? null });
  const capabilities = createCapabilities(clock);
  const live = createLive({
    send: upstream.send,
    capabilities,
    accounts: linkedAccounts,
    maxPageSize: config.limits.maxPageSize,
    pace: config.feeds.pace,
    feeds: config.feeds,
    runs: config.runs,
    budgetOf: upstream.budgetOf,
    hints: redis?.hints ?? null,
    clock,
    metrics,
    tracing,
  });
  webhooks.onHint((hint) => {
    live.wake(hint);
  });
  const send = withOwnChanges(
    {
      wake: (hint) => {
        live.wake(hint);
      },
      hints: redis?.hints ?? null,
      clock,
    },
    upstream.send,
  );
  const bulk = createBulk({
    send,
    redis,
    clock,
    tracing,
    maxSize: config.limits.maxBulkSize,
    heldApiKey: config.auth.serverKey?.apiKey ?? null,
    onRerun: (...link) => void lineage.note(...link, null),
  });
  const contexts = createContexts({
    authenticate: createAuthenticate(config.auth, clock, logger),
    send,
    promise: upstream.promise,
    bulk,
    capabilities,
    clock,
    tracing,
    deadlineMs: config.limits.operationTimeoutMs,
    maxPageSize: config.limits.maxPageSize,
    maxBulkSize: config.limits.maxBulkSize,
    showOutputs: createShowOutputs(redaction, config.limits.maxResponseBytes),
    redact,
    lineage,
    live,
    linkedAccounts,
    reasonsOf: (...asked) => webhooks.reasons.of(...asked),
    budgetOf: upstream.budgetOf,
  });
  const answers = createAnswers({
    maxBytes: config.cache.maxAnswerBytes,
    remembered: upstream.remembered,
    capabilities,
    budgetOf: upstream.budgetOf,
    clock,
    metrics,
  });
  const schema = await createSchema(config.federation);
  const { trusted, documents, mistakes } = connectDocuments({
    ...config.documents,
    schema,
    introspection: config.exploration,
    limits: config.limits,
    redis: redis?.connection ?? null,
    clock,
  });
  if (mistakes.length > 0) throw new ConfigError(mistakes.map((one) => `TRUSTED_DOCUMENTS_FILES: ${one}`));
  const apollo = await createApollo({
    schema,
    exploration: config.exploration,
    studio: config.studio,
    limits: config.limits,
    trusted,
    documents,
    clock,
    logger,
    metrics,
  });
  let ready = false;
  const isReady = () => ready;
  let stopped: Promise<void> | undefined;

  await redis?.start();
  await apollo.start();
  const serving = { ...config, isReady, logger, metrics, tracing };
  const loadProbe = surroundings.loadProbe ?? createLoadProbe(config.overload.afterMs);
  const answering = { apollo, contexts, answers, loadProbe, receiveWebhook: webhooks.receive };
  const operations = createOperations({ apollo, documents, contexts, clock, logger, metrics });
  const { app: http, cutAll } = await createHttp({
    ...serving,
    ...answering,
    operations,
    clock,
    ways: config.auth,
    servesMetrics: config.metrics && metricsPort === null,
    // Its SDK is loaded where it is wanted.
    answerMcp: config.mcp ? (await import('./mcp/mcp.ts')).createMcp(logger) : null,
    pages,
  });
  const metricsHttp = metricsPort === null ? null : createMetricsHttp(serving);
  const parts = { clock, logger, http, cutAll, metricsHttp, bulk, live, apollo, upstream, redis };
  const running: Running = { ...parts, tracing };

  return {
    start: async () => {
      const url = await listen(running, config).catch(async (error: unknown) => {
        // What is connected already would keep the process from ending.
        await (stopped ??= letGo(running, config.shutdown.timeoutMs));
        throw error;
      });
      ready = true;
      bulk.start();
      return url;
    },
    stop: () => {
      ready = false;
      return (stopped ??= shutDown(running, config.shutdown));
    },
    noteDefect: (reason) => {
      logDefect(logger, reason);
    },
  };
}

/** What the replicas share; null: this is the only one. */
function redisOf(
  { redis: target, upstream }: Config,
  commandTimeoutMs: number,
  parts: { readonly clock: Clock; readonly metrics: Metrics; readonly logger: Logger },
): SharedRedis | null {
  if (target === null) return null;
  return createSharedRedis({ target, upstreamUrl: upstream.url, commandTimeoutMs, ...parts });
}
