import type { ApolloServerPlugin, GraphQLRequestContextDidResolveOperation } from '@apollo/server';
import {
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { ApolloServerPluginUsageReportingOptions } from '@apollo/server/plugin/usageReporting';
import type { Clock } from '../../clock.ts';
import type { Context } from '../../context.ts';
import type { ClientName } from '../../observability/client-name.ts';
import type { Logger } from '../../observability/logger.ts';
import { documentBytesOf } from '../plan/document-bytes.ts';

/** Who reports to Apollo Studio, of which graph, and where. */
export interface Studio {
  readonly key: string;
  /** `graph@variant`. */
  readonly graphRef: string;
  /** Whether the schema is reported, too. */
  readonly reportsSchema: boolean;
  /** Where reports go instead of to Apollo; null: to Apollo. */
  readonly usageUrl: URL | null;
  readonly schemaUrl: URL | null;
}

/** So long a report may take to arrive. */
const REPORT_TIMEOUT_MS = 10_000;
/** So long the last one may, when the gateway stops. */
const LAST_REPORT_MS = 1000;

/**
 * Reports to Apollo Studio which operations are asked, by which clients, how long they take and how they fail; never
 * values of variables, headers, messages of errors or texts of documents. The plugins are Apollo's own. They are loaded
 * here, so that they cost nothing where nobody reports.
 */
export async function createStudio(
  { reportsSchema, usageUrl, schemaUrl }: Studio,
  clock: Clock,
  logger: Logger,
): Promise<ApolloServerPlugin<Context>[]> {
  const [{ ApolloServerPluginUsageReporting }, { ApolloServerPluginSchemaReporting }] = await Promise.all([
    import('@apollo/server/plugin/usageReporting'),
    import('@apollo/server/plugin/schemaReporting'),
  ]);
  const told = createReportLogger(logger);
  const usage: Usage = endInTime(clock, told, (fetcher) =>
    ApolloServerPluginUsageReporting<Context>({
      // Statistics alone: a trace would have the names of variables, and operations have no traces of fields here.
      sendTraces: false,
      fieldLevelInstrumentation: 0,
      sendVariableValues: { none: true },
      sendHeaders: { none: true },
      sendErrors: { masked: true },
      sendUnexecutableOperationDocuments: false,
      sendReportsImmediately: false,
      generateClientInfo: ({ contextValue: { client } }) => ({
        clientName: client?.name ?? '',
        clientVersion: client?.version ?? '',
      }),
      fetcher,
      maxAttempts: 2,
      requestTimeoutMs: REPORT_TIMEOUT_MS,
      ...(usageUrl && { endpointUrl: usageUrl.href.replace(/\/$/, '') }),
    }),
  );
  const schema = endInTime(clock, told, (fetcher) =>
    ApolloServerPluginSchemaReporting({ fetcher, ...(schemaUrl && { endpointUrl: schemaUrl.href }) }),
  );
  return [countOnce(usage), reportsSchema ? schema : ApolloServerPluginSchemaReportingDisabled()];
}

/** Reports nothing, whatever Apollo Server finds in the environment. */
export const NO_STUDIO: readonly ApolloServerPlugin<Context>[] = [
  ApolloServerPluginUsageReportingDisabled(),
  ApolloServerPluginSchemaReportingDisabled(),
];

type Usage = ApolloServerPlugin<Context>;

/**
 * Counts each operation once. The events of a subscription are operations here, and would be counted again; whoever is
 * given an answer that was made for somebody else would not be counted at all.
 */
function countOnce(usage: Usage): Usage {
  return {
    ...usage,
    requestDidStart: async (context) => {
      if (context.contextValue.stream?.isAsked === true) return undefined;
      const listener = (await usage.requestDidStart?.(context)) ?? {};
      return {
        ...listener,
        didResolveOperation: async (resolved) => {
          const { outcome, operation } = resolved.contextValue;
          outcome.reportReuse = createReuseReport(usage, resolved);
          // It is kept with the answer, if that is.
          if (operation.sources) operation.sources.bytes += documentBytesOf(resolved.document);
          await listener.didResolveOperation?.(resolved);
        },
      };
    },
  };
}

type Resolved = GraphQLRequestContextDidResolveOperation<Context>;

/**
 * Tells Apollo's plugin of an operation that was not executed, as the server would that finds its answer in a cache: the
 * moments at which it reads something, and what it reads.
 */
function createReuseReport(
  usage: Usage,
  { schema, document, operation, operationName, queryHash }: Resolved,
) {
  const asked = { schema, document, operation, operationName, queryHash, request: {} };
  const report = async (client: ClientName | null) => {
    const context = {
      ...asked,
      contextValue: { client },
      metrics: { responseCacheHit: true },
      response: { body: { kind: 'single' } },
      overallCachePolicy: { policyIfCacheable: () => null },
    };
    const listener = await usage.requestDidStart?.(context as never);
    await listener?.didResolveSource?.(context as never);
    await listener?.willSendResponse?.(context as never);
  };
  return (client: ClientName | null) => void report(client);
}

type Fetcher = NonNullable<ApolloServerPluginUsageReportingOptions<Context>['fetcher']>;

/**
 * Lets a plugin send its last report when the gateway stops, and lets go of all that is under way after that.
 * @param make builds it with what sends its reports
 */
function endInTime(
  clock: Clock,
  logger: Logger,
  make: (fetcher: Fetcher) => ApolloServerPlugin<Context>,
): ApolloServerPlugin<Context> {
  const over = new AbortController();
  const plugin = make((url, { signal, ...init } = {}) => {
    const signals = [
      over.signal,
      (signal as AbortSignal | undefined) ?? AbortSignal.timeout(REPORT_TIMEOUT_MS),
    ];
    // The key is in a header, which would go wherever a redirect leads.
    return fetch(url, { ...init, redirect: 'error', signal: AbortSignal.any(signals) });
  });
  return {
    ...plugin,
    serverWillStart: async (service) => {
      const listener = (await plugin.serverWillStart?.({ ...service, logger })) ?? {};
      return {
        ...listener,
        serverWillStop: async () => {
          const end = () => {
            over.abort();
          };
          const cancel = clock.after(LAST_REPORT_MS, end);
          await listener.serverWillStop?.();
          cancel();
          end();
        },
      };
    },
  };
}

/**
 * What Apollo's plugins say, in a line of the gateway's own: their messages have addresses and answers in them. A report
 * that did not arrive is no error of what is served.
 */
function createReportLogger(logger: Logger): Logger {
  const fail = (message: string) => {
    const status = /HTTP status (?:code \()?(\d{3})/.exec(message)?.[1];
    logger.warn('a report for Apollo Studio did not arrive', {
      cause: status === undefined ? 'no answer' : `status ${status}`,
    });
  };
  return { debug: () => undefined, info: () => undefined, warn: fail, error: fail };
}
