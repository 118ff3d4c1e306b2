import type { ApolloServer, GraphQLRequest } from '@apollo/server';
import type { FormattedExecutionResult } from 'graphql';
import type { Clock, EndSignal } from '../clock.ts';
import type { Context } from '../context.ts';
import type { Contexts, Incoming, Subscriber } from '../contexts.ts';
import { GatewayError } from '../domain/errors.ts';
import { logDefect, type Logger } from '../observability/logger.ts';
import { documentIn } from '../observability/outcome.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Documents } from './documents/documents.ts';
import { formatError } from './format-error.ts';
import type { RawRequest } from './limits/request.ts';

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
const OVER = { done: true, value: undefined } as const;

/** Builds what runs operations. */
export function createOperations({
  apollo,
  documents,
  contexts,
  clock,
  logger,
  metrics,
}: OperationsOptions): Operations {
  const execute = async (request: RawRequest, context: Context): Promise<Result> => {
    const { body } = await apollo.executeOperation(toldOf(request), { contextValue: context });
    if (body.kind === 'single') return body.singleResult;
    throw new Error('Nothing of the schema is answered in parts');
  };

  /** Tells of an event; of the same one to everybody who has asked for the same, once for all of them. */
  const tell = async (request: RawRequest, subscriber: Subscriber, event: unknown): Promise<Result> => {
    const told = new AbortController();
    try {
      return await execute(request, contexts.ofEvent(subscriber, event, told.signal));
    } finally {
      told.abort(TOLD);
    }
  };
  const tellOnce = createSharing(tell);

  /** The last result of a subscription whose events have come to an end that was not meant. */
  const failure = (error: unknown, { requestId, link }: Subscriber, codes: Set<string>): Result => {
    const formatted = formatError({ message: '' }, error);
    if (!(error instanceof GatewayError))
      logDefect(logger, error, { requestId, ...(link && { traceId: link.traceId, spanId: link.spanId }) });
    codes.add(String(formatted.extensions?.['code']));
    return { errors: [formatted] };
  };

  /** Tells of what comes of an operation, once it is over. */
  const createReport = (context: Context, transport: string, since: number) => {
    const { requestId, ledger, trace } = context.operation;
    const { outcome, client } = context;
    // It may be days until the last result: no more of the span is kept.
    const ids = trace?.ids;
    const traced = trace && { traceId: trace.traceId, isSampled: trace.isSampled };
    return (results: number, isGone: boolean) => {
      const codes = isGone ? ['GONE'] : [...outcome.codes];
      const durationMs = clock.now() - since;
      const code = codes[0] ?? 'OK';
      metrics.operated({ outcome, code, durationMs, calls: ledger.calls, client, trace: traced });
      logger.info('operation', {
        requestId,
        ...ids,
        transport,
        ...(client && { client }),
        operation: outcome.operation,
        codes,
        ...documentIn(outcome),
        durationMs: Math.round(durationMs),
        results,
        cost: { requested: outcome.requestedCost, actual: ledger.calls },
      });
    };
  };

  /** The results of a subscription's events. They may go on for days: nothing else of the request is kept. */
  const resultsOf = (
    events: AsyncIterator<unknown>,
    request: RawRequest,
    subscriber: Subscriber,
    gone: EndSignal,
    codes: Set<string>,
    report: ReturnType<typeof createReport>,
  ): AsyncIterableIterator<Result> => {
    const key = keyOf(request, subscriber);
    let results = 1;
    let isOver = false;
    const end = () => {
      if (isOver) return;
      isOver = true;
      gone.removeEventListener('abort', end);
      report(results, gone.aborted);
      void events.return?.();
    };
    gone.addEventListener('abort', end, { once: true });
    if (gone.aborted) end();
    const next = async (): Promise<IteratorResult<Result>> => {
      const { done, value } = (await events.next()) as IteratorResult<unknown, undefined>;
      if (done !== true && !isOver) {
        results += 1;
        return { done: false, value: await tellOnce(request, key, subscriber, value) };
      }
      end();
      return OVER;
    };
    const rest: AsyncIterableIterator<Result> = {
      [Symbol.asyncIterator]: () => rest,
      next: async () => {
        if (isOver) return OVER;
        return next().catch((error: unknown) => {
          const value = failure(error, subscriber, codes);
          end();
          return { done: false, value };
        });
      },
      return: () => {
        end();
        return Promise.resolve(OVER);
      },
    };
    return rest;
  };

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
      const report = createReport(context, transport, clock.now());
      const { codes } = context.outcome;
      return events && resultsOf(events, request, subscriberOf(context), gone, codes, report);
    },
    start: async (request, incoming, transport) => {
      const since = clock.now();
      const begun = new AbortController();
      const leave = () => {
        begun.abort(incoming.gone.reason);
      };
      incoming.gone.addEventListener('abort', leave, { once: true });
      const context = contexts.ofRequest({ ...incoming, gone: begun.signal });
      const report = createReport(context, transport, since);
      const result = await execute(request, context).catch((error: unknown) => {
        // Nobody would read what was opened before.
        void context.stream?.rest?.return?.();
        throw error;
      });
      incoming.gone.removeEventListener('abort', leave);
      begun.abort(TOLD);
      const events = context.stream?.rest ?? null;
      if (events === null) report(1, incoming.gone.aborted);
      const { codes } = context.outcome;
      const rest = events && resultsOf(events, request, subscriberOf(context), incoming.gone, codes, report);
      // What could not be opened has no first event, not one that is null.
      const isRefused = events === null && context.stream?.isAsked === true;
      return { first: isRefused ? withoutData(result) : result, rest };
    },
  };
}

function subscriberOf({ operation, credential, document: { settled } }: Context): Subscriber {
  const { requestId, trace } = operation;
  return { requestId, credential: credential(), link: trace?.link ?? null, document: settled };
}

/** What Apollo Server is told of a request: what it knows, as it came. The limits refuse what is of a wrong type. */
function toldOf({ query, documentId, operationName, variables, extensions }: RawRequest): GraphQLRequest {
  const told: RawRequest = { documentId, operationName, variables, extensions };
  return { ...(told as GraphQLRequest), ...(typeof query === 'string' && { query }) };
}

function withoutData({ errors, extensions }: Result): Result {
  return { ...(errors && { errors }), ...(extensions && { extensions }) };
}

/** The same for requests that ask for the same, and are of the same identity. */
function keyOf(
  { query, operationName, variables }: RawRequest,
  { credential, document }: Subscriber,
): string {
  const { text = query, isPreferred = false } = document ?? {};
  return JSON.stringify([credential.identity, text, isPreferred, operationName, variables]);
}

/** Lets what is told of an event be told once to all who ask for the same: an event belongs to one identity. */
function createSharing(
  tell: (request: RawRequest, subscriber: Subscriber, event: unknown) => Promise<Result>,
) {
  const results = new WeakMap<object, Map<string, Promise<Result>>>();
  return (request: RawRequest, key: string, subscriber: Subscriber, event: unknown): Promise<Result> => {
    if (typeof event !== 'object' || event === null) return tell(request, subscriber, event);
    const ofEvent = results.get(event) ?? new Map<string, Promise<Result>>();
    results.set(event, ofEvent);
    const result = ofEvent.get(key) ?? tell(request, subscriber, event);
    ofEvent.set(key, result);
    return result;
  };
}
