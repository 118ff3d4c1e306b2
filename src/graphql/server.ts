import { readdirSync, readFileSync } from 'node:fs';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import { makeExecutableSchema } from '@graphql-tools/schema';
import type { Context } from '../context.ts';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import { createAnswerTexts } from './answer-texts.ts';
import { createDocumentStore } from './document-store.ts';
import { formatError, formatErrorWithoutHints } from './format-error.ts';
import type { Limits } from './limits/limits.ts';
import { createLimitRule } from './limits/rule.ts';
import { createPlans } from './plan/plans.ts';
import { createPlannedExecution } from './planned-execution.ts';
import { composePlugins } from './plugins/compose.ts';
import { createCostControl } from './plugins/cost.ts';
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
import { setUnauthenticatedStatus } from './plugins/unauthenticated-status.ts';
import { resolvers } from './resolvers/resolvers.ts';

/** How the GraphQL server is to be. */
export interface ApolloOptions {
  /** Introspection, the explorer, and helpful hints at schema details in errors. */
  readonly exploration: boolean;
  readonly limits: Limits;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

const SCHEMA = new URL('../../schema/', import.meta.url);

/** Builds the GraphQL server; it still has to be started. */
export function createApollo({ exploration, limits, logger, metrics }: ApolloOptions): ApolloServer<Context> {
  const schema = makeExecutableSchema({ typeDefs: readSchema(), resolvers });
  const plans = createPlans();
  const texts = createAnswerTexts();
  const showError = exploration ? formatError : formatErrorWithoutHints;
  return new ApolloServer<Context>({
    schema,
    introspection: exploration,
    includeStacktraceInErrorResponses: false,
    // Cross-site requests are refused by the HTTP layer, which lets other GETs pass without a special header.
    csrfPrevention: false,
    persistedQueries: false,
    documentStore: createDocumentStore(),
    parseOptions: { maxLexicalTokens: limits.maxTokens },
    validationRules: [createLimitRule(limits)],
    validationOptions: { maxErrors: 1 },
    stopOnTerminationSignals: false,
    stringifyResult: (result) => texts.of(result),
    formatError: showError,
    logger,
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      createExplorer(exploration),
      createContextErrorLog(logger),
      composePlugins(
        [
          createRequestLimits(limits),
          noteOutcome,
          refuseUnstreamed,
          createCostControl(limits, metrics, plans),
          printLedger,
          printTraceId,
          createPurityNote(),
          settleFirst,
          setUnauthenticatedStatus,
          tellOneError,
          tellLeftOut,
          createResponseLimit(limits.maxResponseBytes, texts),
          createErrorLog(logger),
          endTrace,
        ],
        createPlannedExecution(plans),
        showError,
      ),
    ],
  });
}

function readSchema(): string[] {
  const files = readdirSync(SCHEMA).filter((file) => file.endsWith('.graphql'));
  return files.map((file) => readFileSync(new URL(file, SCHEMA), 'utf8'));
}
