import type { FormattedExecutionResult as Result } from 'graphql';
import type { EndSignal } from '../clock.ts';
import type { Subscriber } from '../contexts.ts';
import { GatewayError } from '../domain/errors.ts';
import { logDefect, type Logger } from '../observability/logger.ts';
import { formatError } from './format-error.ts';
import type { RawRequest } from './limits/request.ts';
import type { OperationReport } from './operation-report.ts';

/** Answers an event, for somebody who has asked for it. */
type Tell = (request: RawRequest, subscriber: Subscriber, event: unknown) => Promise<Result>;

/** A subscription that was opened. */
export interface Subscribed {
  readonly events: AsyncIterator<unknown>;
  readonly request: RawRequest;
  readonly subscriber: Subscriber;
  /** Aborts when nobody reads any more. */
  readonly gone: EndSignal;
  /** Of the errors of its results. */
  readonly codes: Set<string>;
  readonly report: OperationReport;
}

const OVER = { done: true, value: undefined } as const;

/** Builds what answers the events of subscriptions: an event once for all who have asked for the same. */
export function createEventResults(
  tell: Tell,
  logger: Logger,
): (subscribed: Subscribed) => AsyncIterableIterator<Result> {
  const tellOnce = createSharing(tell);

  /** They may go on for days: nothing else of the request is kept. */
  return ({ events, request, subscriber, gone, codes, report }) => {
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
          const value = failureOf(logger, error, subscriber, codes);
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
}

/** The last result of a subscription whose events have come to an end that was not meant. */
function failureOf(
  logger: Logger,
  error: unknown,
  { requestId, link }: Subscriber,
  codes: Set<string>,
): Result {
  const formatted = formatError({ message: '' }, error);
  if (!(error instanceof GatewayError))
    logDefect(logger, error, { requestId, ...(link && { traceId: link.traceId, spanId: link.spanId }) });
  codes.add(String(formatted.extensions?.['code']));
  return { errors: [formatted] };
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
function createSharing(tell: Tell) {
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
