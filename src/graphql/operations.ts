import type { ApolloServer, GraphQLRequest } from '@apollo/server';
import type { FormattedExecutionResult } from 'graphql';
import type { Clock, EndSignal } from '../clock.ts';
import type { Context } from '../context.ts';
import type { Contexts, Incoming, Subscriber } from '../contexts.ts';
import { GatewayError } from '../domain/errors.ts';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Documents } from './documents/documents.ts';
import { createEventResults, type Subscribed } from './event-results.ts';
import type { RawRequest } from './limits/request.ts';
import { createReport } from './operation-report.ts';

/** An answer, or one of several. */
export type Result = FormattedExecutionResult;

/** An operation that has begun. Its results are read to their end, or `return` is called. */
export interface StartedOperation {
  /** The first result. It has no data where the request was refused, or the subscription could not be opened. */
  readonly first: Result;
  /** The results that follow; null: the first is all there is, and for a subscription says why it was not opened. */
  readonly rest: AsyncIterableIterator<Result> | null;
}

/**
 * What runs operations on any transport but plain HTTP. Each result passes Apollo Server's pipeline with all that is
 * done there: limits, cost, masking of errors, the log of defects.
 */
export interface Operations {
  /**
   * @param transport for the log
   * @param incoming `gone` aborts when nobody reads any more
   */
  start(request: RawRequest, incoming: Incoming, transport: string): Promise<StartedOperation>;
  /**
   * The results that follow the first of an operation that was answered over HTTP; null: it is no subscription, or could
   * not be opened.
   */
  follow(
    request: RawRequest,
    context: Context,
    gone: EndSignal,
    transport: string,
  ): AsyncIterableIterator<Result> | null;
  /** Whether a request looks like that of a subscription, by the text of its document as far as that is known. */
  looksLikeSubscription(request: RawRequest): boolean;
}

/** What operations are run with. */
export interface OperationsOptions {
  readonly apollo: ApolloServer<Context>;
  readonly documents: Pick<Documents, 'textOf'>;
  readonly contexts: Contexts;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Why work for one result ends: it is told. */
const TOLD = new GatewayError('UPSTREAM_UNAVAILABLE', 'The answer has been given');

/** Builds what runs operations. */
export function createOperations(options: OperationsOptions): Operations {
  const { apollo, documents, contexts, clock, logger } = options;
  const execute = async (request: RawRequest, context: Context): Promise<Result> => {
    const { body } = await apollo.executeOperation(toldOf(request), { contextValue: context });
    if (body.kind === 'single') return body.singleResult;
    throw new Error('Nothing of the schema is answered in parts');
  };

  /** Tells of an event. */
  const tell = async (request: RawRequest, subscriber: Subscriber, event: unknown): Promise<Result> => {
    const told = new AbortController();
    try {
      return await execute(request, contexts.ofEvent(subscriber, event, told.signal));
    } finally {
      told.abort(TOLD);
    }
  };
  const resultsOf = createEventResults(tell, logger);

  return {
    looksLikeSubscription: ({ query, documentId, extensions }) => {
      const { persistedQuery } = (extensions ?? {}) as { readonly persistedQuery?: unknown };
      const text = documents.textOf({
        query: typeof query === 'string' ? query : '',
        documentId,
        persistedQuery,
      });
      return /\bsubscription\b/.test(text);
    },
    follow: (request, context, gone, transport) => {
      const events = context.stream?.rest ?? null;
      const report = createReport(options, context, { transport, since: clock.now() });
      return events && resultsOf({ events, request, ...heldOf(context), gone, report });
    },
    start: async (request, incoming, transport) => {
      const since = clock.now();
      const begun = new AbortController();
      const leave = () => {
        begun.abort(incoming.gone.reason);
      };
      incoming.gone.addEventListener('abort', leave, { once: true });
      const context = contexts.ofRequest({ ...incoming, gone: begun.signal });
      const report = createReport(options, context, { transport, since });
      const result = await execute(request, context).catch((error: unknown) => {
        // Nobody would read what was opened before.
        void context.stream?.rest?.return?.();
        throw error;
      });
      incoming.gone.removeEventListener('abort', leave);
      begun.abort(TOLD);
      const events = context.stream?.rest ?? null;
      if (events === null) report(1, incoming.gone.aborted);
      const { gone } = incoming;
      const rest = events && resultsOf({ events, request, ...heldOf(context), gone, report });
      // What could not be opened has no first event, not one that is null.
      const isRefused = events === null && context.stream?.isAsked === true;
      return { first: isRefused ? withoutData(result) : result, rest };
    },
  };
}

/** What is kept of the context of a subscription, for as long as it goes on. */
function heldOf(context: Context): Pick<Subscribed, 'subscriber' | 'codes'> {
  const { operation, credential, document, outcome } = context;
  const { requestId, trace } = operation;
  const link = trace?.link ?? null;
  return {
    subscriber: { requestId, credential: credential(), link, document: document.settled },
    codes: outcome.codes,
  };
}

/** What Apollo Server is told of a request: what it knows, as it came. The limits refuse what is of a wrong type. */
function toldOf({ query, documentId, operationName, variables, extensions }: RawRequest): GraphQLRequest {
  const told: RawRequest = { documentId, operationName, variables, extensions };
  return { ...(told as GraphQLRequest), ...(typeof query === 'string' && { query }) };
}

function withoutData({ errors, extensions }: Result): Result {
  return { ...(errors && { errors }), ...(extensions && { extensions }) };
}
