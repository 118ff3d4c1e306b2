import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
} from '@apollo/server/plugin/disabled';
import type { GraphQLSchema } from 'graphql';
import type { Context } from '../context.ts';
import type { Clock } from '../clock.ts';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import { createAnswerTexts } from './answer-texts.ts';
import { createDocumentStore } from './document-store.ts';
import type { Documents } from './documents/documents.ts';
import type { TrustedDocuments } from './documents/trusted.ts';
import { formatError, formatErrorWithoutHints } from './format-error.ts';
import type { Limits } from './limits/limits.ts';
import { createLimitRule } from './limits/rule.ts';
import { createPlans } from './plan/plans.ts';
import { createPlannedExecution } from './planned-execution.ts';
import { composePlugins } from './plugins/compose.ts';
import { createCostControl } from './plugins/cost.ts';
import { createDocumentOwner } from './plugins/document-owner.ts';
import { createDocumentPlugins } from './plugins/documents.ts';
import { createContextErrorLog, createErrorLog } from './plugins/error-log.ts';
import { createExplorer } from './plugins/explorer.ts';
import { printLedger } from './plugins/ledger.ts';
import { tellLeftOut } from './plugins/left-out.ts';
import { createRequestLimits } from './plugins/limits.ts';
import { tellOneError } from './plugins/one-error.ts';
import { noteOutcome } from './plugins/outcome.ts';
import { createResponseLimit } from './plugins/response-bytes.ts';
import { settleFirst } from './plugins/settle.ts';
import { endTrace, printTraceId } from './plugins/trace.ts';
import { refuseUnstreamed } from './plugins/subscriptions.ts';
import { createPurityNote } from './plugins/purity.ts';
import { createStudio, NO_STUDIO, type Studio } from './plugins/studio.ts';
import { createRefusals } from './plugins/refusals.ts';
import { setUnauthenticatedStatus } from './plugins/unauthenticated-status.ts';

/** How the GraphQL server is to be. */
export interface ApolloOptions {
  readonly schema: GraphQLSchema;
  /** Introspection, the explorer, and helpful hints at schema details in errors. */
  readonly exploration: boolean;
  /** What reports to Apollo Studio, and where to; null: nothing does. */
  readonly studio: Studio | null;
  readonly limits: Limits;
  readonly trusted: TrustedDocuments;
  readonly documents: Documents;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Builds the GraphQL server; it still has to be started. */
export async function createApollo(options: ApolloOptions): Promise<ApolloServer<Context>> {
  const { schema, exploration, studio, limits, trusted, documents, clock, logger, metrics } = options;
  const store = createDocumentStore(trusted, () => clock.now());
  const refusals = createRefusals();
  const { settle, register } = createDocumentPlugins(documents, refusals);
  const plans = createPlans();
  const texts = createAnswerTexts();
  const showError = exploration ? formatError : formatErrorWithoutHints;
  return new ApolloServer<Context>({
    schema,
    // Whatever else the environment has for Apollo Server is not for this one.
    apollo: { graphId: '', graphVariant: '', ...(studio && { key: studio.key, graphRef: studio.graphRef }) },
    introspection: exploration,
    includeStacktraceInErrorResponses: false,
    // Cross-site requests are refused by the HTTP layer, which lets other GETs pass without a special header.
    csrfPrevention: false,
    persistedQueries: false,
    documentStore: store,
    parseOptions: { maxLexicalTokens: limits.maxTokens },
    validationRules: [createLimitRule(limits)],
    validationOptions: { maxErrors: 1 },
    stopOnTerminationSignals: false,
    stringifyResult: (result) => texts.of(result),
    formatError: showError,
    logger,
    plugins: [
      ...(studio === null ? NO_STUDIO : await createStudio(studio, clock, logger)),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginCacheControlDisabled(),
      createExplorer(exploration),
      createContextErrorLog(logger),
      composePlugins(
        [
          createRequestLimits(limits, refusals),
          settle,
          refusals.plugin,
          createDocumentOwner(store),
          noteOutcome,
          refuseUnstreamed,
          createCostControl(limits, metrics, plans),
          register,
          printLedger,
          printTraceId,
          createPurityNote(),
          settleFirst,
          setUnauthenticatedStatus,
          tellOneError,
          tellLeftOut,
          createResponseLimit(limits.maxResponseBytes, texts, plans),
          createErrorLog(logger),
          endTrace,
        ],
        createPlannedExecution(plans),
        showError,
      ),
    ],
  });
}
