import type { Context } from '../../context.ts';
import type { SignedIn } from '../../contexts.ts';
import { CALLER_GONE, GatewayError } from '../../domain/errors.ts';
import { tooMuchToDo } from '../../domain/overload.ts';
import type { RawRequest } from '../../graphql/limits/request.ts';
import type { Operations, Result } from '../../graphql/operations.ts';
import type { ClientName } from '../../observability/client-name.ts';
import { logDefect, type Logger } from '../../observability/logger.ts';
import type { TraceLink, TraceSpan } from '../../observability/trace-span.ts';
import { DEFECT_BODY } from '../answer.ts';
import type { LoadShedding } from '../load-shedding.ts';
import { bodyOf } from '../refusal.ts';
import type { ConnectionQuota } from './quota.ts';
import type { Transport } from './viewer.ts';
import type { Viewers } from './viewers.ts';

/** An operation that is asked for over a connection that takes many results. */
export interface Question {
  readonly request: RawRequest;
  readonly signedIn: SignedIn;
  readonly requestId: string;
  /** What the client says that it is. */
  readonly client: ClientName | null;
  readonly transport: Transport;
  /** See `Incoming`: a request of its own is its parent, and the one that a WebSocket began with is linked to. */
  readonly trace?: TraceSpan | null;
  readonly link?: TraceLink | null;
  /** The connection's socket. */
  readonly socket: object;
  readonly quota: ConnectionQuota;
  /** Is asked where there is too much to do, or the gateway stops: whether it is let in all the same. */
  readonly insists?: () => boolean;
}

/** The results of an operation. `return` ends it, and a `next` that waits. */
export interface Results extends AsyncIterableIterator<Result, undefined> {
  return(): Promise<IteratorResult<Result, undefined>>;
}

/** Takes what is asked over live connections. */
export interface Desk {
  /**
   * Opens an operation, which begins when its first result is asked for. One that is refused has one result.
   * @param onBegun is called once it has begun, or will not any more
   */
  ask(question: Question, onBegun?: () => void): Results;
  /**
   * The results that follow the first of an operation that was answered over HTTP, or why there are to be none; null: it
   * is no subscription.
   */
  follow(question: Question, context: Context): Results | GatewayError | null;
  /** Whether a request looks like that of a subscription. */
  looksLikeSubscription(request: RawRequest): boolean;
}

/** What a desk works with. */
export interface DeskOptions {
  readonly operations: Operations;
  readonly shedding: LoadShedding;
  readonly viewers: Viewers;
  readonly logger: Logger;
}

const OVER = { done: true, value: undefined } as const;

/** Builds the desk. */
export function createDesk({ operations, shedding, viewers, logger }: DeskOptions): Desk {
  /** Counts the operation as open until the answer is called, or says why it is refused. */
  const admit = (question: Question): (() => void) | GatewayError => {
    const isTooMuch = viewers.isDraining || shedding.refuses(question.socket);
    if (isTooMuch && question.insists?.() !== true) return tooMuchToDo();
    return take(question);
  };

  const start = async (question: Question, gone: AbortSignal) => {
    const { request, transport, socket, ...incoming } = question;
    const waitedMs = () => shedding.waitedMs(socket);
    const end = shedding.begin();
    try {
      return await operations.start(request, { ...incoming, gone, waitedMs, isStreamed: true }, transport);
    } catch (error) {
      logDefect(logger, error, { requestId: question.requestId, ...question.trace?.ids });
      return { first: DEFECT_BODY, rest: null };
    } finally {
      end();
    }
  };

  const open = (question: Question, release: () => void, onBegun: () => void): Results => {
    const gone = new AbortController();
    let isBeginning = false;
    /** What follows the first result, which is not kept. */
    let rest: Awaited<ReturnType<typeof start>>['rest'] | undefined;
    const end = () => {
      if (!isBeginning && !gone.signal.aborted) onBegun();
      release();
      gone.abort(CALLER_GONE);
      return OVER;
    };
    const begin = async (): Promise<IteratorResult<Result, undefined>> => {
      isBeginning = true;
      const { first, rest: others } = await start(question, gone.signal);
      rest = others;
      onBegun();
      if (gone.signal.aborted) return OVER;
      if (others === null) release();
      return { done: false, value: first };
    };
    return iteratorOf({
      next: async () => {
        if (gone.signal.aborted) return OVER;
        return rest === undefined ? begin() : nextOf(rest, end);
      },
      return: () => Promise.resolve(end()),
    });
  };

  /** The results of an operation that has begun elsewhere. */
  const goOn = ({ request, transport }: Question, context: Context, release: () => void): Results => {
    const gone = new AbortController();
    const rest = operations.follow(request, context, gone.signal, transport);
    const end = () => {
      release();
      gone.abort(CALLER_GONE);
      return OVER;
    };
    return iteratorOf({
      next: () => nextOf(rest, end),
      return: () => Promise.resolve(end()),
    });
  };

  return {
    looksLikeSubscription: (request) => operations.looksLikeSubscription(request),
    ask: (question, onBegun = () => undefined) => {
      const admission = admit(question);
      if (!(admission instanceof GatewayError)) return open(question, admission, onBegun);
      onBegun();
      return only(bodyOf(admission));
    },
    follow: (question, context) => {
      if (context.stream?.rest == null) return null;
      const admission = viewers.isClosed() ? tooMuchToDo() : take(question);
      if (!(admission instanceof GatewayError)) return goOn(question, context, admission);
      void context.stream.rest.return?.();
      return admission;
    },
  };
}

function take({ signedIn, quota }: Question): (() => void) | GatewayError {
  return quota.take(signedIn instanceof Error ? null : signedIn.identity);
}

/** The next of some results; where there is none, that is the end. */
async function nextOf(
  results: AsyncIterableIterator<Result> | null,
  end: () => typeof OVER,
): Promise<IteratorResult<Result, undefined>> {
  const result = await results?.next();
  return result === undefined || result.done === true ? end() : result;
}

function iteratorOf(steps: Pick<Results, 'next' | 'return'>): Results {
  const results: Results = { ...steps, [Symbol.asyncIterator]: () => results };
  return results;
}

/** One result and no more. */
function only(value: Result): Results {
  let isOver = false;
  return iteratorOf({
    next: () => {
      if (isOver) return Promise.resolve(OVER);
      isOver = true;
      return Promise.resolve({ done: false, value });
    },
    return: () => {
      isOver = true;
      return Promise.resolve(OVER);
    },
  });
}
