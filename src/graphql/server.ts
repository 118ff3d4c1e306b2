import { readdirSync, readFileSync } from 'node:fs';
import { ApolloServer, type ApolloServerPlugin, type GraphQLResponse } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import { GraphQLError } from 'graphql';
import type { Context } from '../context.ts';
import { MAX_PRICE, tooExpensive } from '../domain/cost.ts';
import { GatewayError } from '../domain/errors.ts';
import type { Logger } from '../observability/logger.ts';
import { resolvers } from './resolvers/resolvers.ts';
import { createExplorer, type SignInWays } from './plugins/explorer.ts';
import { formatError, formatErrorWithoutHints, gatewayErrorOf, isUnexpected } from './format-error.ts';
import { priceOf } from './cost/estimate.ts';

/** How the GraphQL server is to be. */
export interface ApolloOptions {
  /** Introspection, the explorer, and helpful hints at schema details in errors. */
  readonly exploration: boolean;
  /** The ways of signing in that are on. */
  readonly ways: SignInWays;
  readonly logger: Logger;
}

const SCHEMA = new URL('../../schema/', import.meta.url);

/** More than any honest operation has; a document beyond it is refused while it is being read. */
const MAX_TOKENS = 5000;

/** So much of an operation's name is logged. */
const MAX_NAME_LENGTH = 128;

/** Builds the GraphQL server; it still has to be started. */
export function createApollo({ exploration, ways, logger }: ApolloOptions): ApolloServer<Context> {
  return new ApolloServer<Context>({
    typeDefs: readSchema(),
    resolvers,
    introspection: exploration,
    includeStacktraceInErrorResponses: false,
    // Cross-site requests are refused by the HTTP layer, which lets other GETs pass without a special header.
    csrfPrevention: false,
    persistedQueries: false,
    parseOptions: { maxLexicalTokens: MAX_TOKENS },
    stopOnTerminationSignals: false,
    formatError: exploration ? formatError : formatErrorWithoutHints,
    logger,
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      createExplorer(exploration, ways),
      limitPrice,
      reportUpstream,
      createErrorLog(logger),
    ],
  });
}

function readSchema(): string[] {
  const files = readdirSync(SCHEMA).filter((file) => file.endsWith('.graphql'));
  return files.map((file) => readFileSync(new URL(file, SCHEMA), 'utf8'));
}

/** Prices an operation before it runs, and refuses one that could need too many upstream calls. */
const limitPrice: ApolloServerPlugin<Context> = {
  requestDidStart: () =>
    Promise.resolve({
      didResolveOperation: ({ schema, document, operationName, request: { variables }, contextValue }) => {
        try {
          const price = priceOf({ schema, document, operationName, variables }, contextValue.maxPageSize);
          contextValue.outcome.price = price;
          if (price > MAX_PRICE) throw tooExpensive(price);
          return Promise.resolve();
        } catch (error) {
          if (!(error instanceof GatewayError)) throw error;
          // The request failed as a whole, before it was executed: 400, as for a document that does not fit.
          const extensions = { http: { status: 400 } };
          throw new GraphQLError(error.message, { originalError: error, extensions });
        }
      },
    }),
};

/** Prints the operation's price and its ledger, and answers 401 where want of a sign-in left nothing to answer. */
const reportUpstream: ApolloServerPlugin<Context> = {
  requestDidStart: () =>
    Promise.resolve({
      willSendResponse: ({ contextValue, response, errors = [] }) => {
        if (response.body.kind === 'single') {
          const result = response.body.singleResult;
          const { operation, outcome } = contextValue;
          result.extensions = {
            ...result.extensions,
            ...(outcome.price !== null && { price: outcome.price }),
            upstream: printLedger(operation.ledger),
          };
        }
        const codes = errors.map((error) => gatewayErrorOf(error)?.code);
        if (codes.length > 0 && codes.every((code) => code === 'UNAUTHENTICATED') && isEmpty(response)) {
          response.http.status = 401;
          response.http.headers.set('www-authenticate', 'Bearer');
        }
        return Promise.resolve();
      },
    }),
};

/** Milliseconds are whole to the reader. */
function printLedger(ledger: Context['operation']['ledger']) {
  return { ...ledger, waitedMs: Math.round(ledger.waitedMs) };
}

function isEmpty({ body }: GraphQLResponse): boolean {
  const data = body.kind === 'single' ? body.singleResult.data : undefined;
  return Object.values(data ?? {}).every((value) => value === null);
}

/** Notes how the operation went in its context, for the request's line in the log, and logs defects whole. */
function createErrorLog(logger: Logger): ApolloServerPlugin<Context> {
  return {
    contextCreationDidFail: ({ error }) => {
      logger.error('unexpected error', { stack: error.stack ?? error.message });
      return Promise.resolve();
    },
    requestDidStart: () =>
      Promise.resolve({
        didResolveOperation: ({ contextValue, operationName }) => {
          contextValue.outcome.operation = operationName?.slice(0, MAX_NAME_LENGTH) ?? null;
          return Promise.resolve();
        },
        didEncounterErrors: ({ contextValue, errors }) => {
          for (const error of errors) {
            contextValue.outcome.codes.add(String(formatError(error.toJSON(), error).extensions?.['code']));
            if (!isUnexpected(error)) continue;
            const stack = error.originalError?.stack ?? error.message;
            logger.error('unexpected error', { requestId: contextValue.operation.requestId, stack });
          }
          return Promise.resolve();
        },
      }),
  };
}
