import type { Authenticate } from './auth/authenticate.ts';
import type { SignInHeaders } from './auth/presented-credentials.ts';
import type { EndSignal } from './clock.ts';
import { createContext, type Context, type SharedParts } from './context.ts';
import { COST_LIMIT } from './domain/cost.ts';
import type { Credential } from './domain/credential.ts';
import type { SettledDocument } from './domain/document.ts';
import { createEventStream, streamAt, type EventStream } from './live/event-stream.ts';
import type { ClientName } from './observability/client-name.ts';
import { createOutcome, type Outcome } from './observability/outcome.ts';
import { SPANS } from './observability/span-attributes.ts';
import type { TraceLink, TraceSpan } from './observability/trace-span.ts';
import type { Tracing } from './observability/tracing.ts';
import { withAllowance, type AskDuring } from './upstream/allowance.ts';
import type { Send, UpstreamAnswer } from './upstream/call.ts';
import { createPageLimits } from './upstream/endpoints/page-limits.ts';
import { startOperation, type Operation, type Sources } from './upstream/operation.ts';
import type { Demand } from './upstream/turns.ts';

/** What contexts are made from; the same for every request. */
export interface ContextOptions extends SharedParts {
  readonly authenticate: Authenticate;
  readonly send: Send;
  /** Null: tracing is off. */
  readonly tracing: Tracing | null;
  /** How long an operation may take. */
  readonly deadlineMs: number;
}

/** Who asks, or why nobody is known to. */
export type SignedIn = Credential | Error;

/** What one request brings, over HTTP or WebSocket. */
export interface Incoming {
  readonly signedIn: SignedIn;
  readonly requestId: string;
  /** Aborts when the client goes away. */
  readonly gone: EndSignal;
  /** How long it can have waited by now: since the event loop last had a pause. */
  readonly waitedMs: () => number;
  /** What its client says that it is; left out: nothing. */
  readonly client?: ClientName | null;
  /** Whether it can be answered with more than one answer: a subscription needs that. */
  readonly isStreamed: boolean;
  /** The span that its operation's is a part of; null, or left out: there is none. */
  readonly trace?: TraceSpan | null | undefined;
  /** What it has to do with, where that is no part of it; null, or left out: nothing. */
  readonly link?: TraceLink | null | undefined;
  /** What it asks, where that is settled by who asks; null, or left out: the request says so. */
  readonly document?: SettledDocument | null | undefined;
  /** What it is answered from is entered there; left out: nobody wants to know. */
  readonly sources?: Sources | undefined;
  /** Goes between the operation and what it asks of upstream; left out: nothing does. */
  readonly between?: ((askDuring: AskDuring, outcome: Outcome) => AskDuring) | undefined;
}

/** An operation that has begun. */
export interface Begun extends Pick<Context, 'operation' | 'outcome'> {
  /** Everything else that it takes to execute it. */
  readonly toContext: () => Context;
}

/** What makes contexts. */
export interface Contexts {
  /**
   * Looks at a sign-in. One that failed fails what asks for somebody's data, and nothing else: `{ __typename }` and
   * introspection need no credentials.
   */
  signIn(headers: SignInHeaders): SignedIn | Promise<SignedIn>;
  /** The context of a request. */
  ofRequest(incoming: Incoming): Context;
  /** The same for one that may need none. */
  begin(incoming: Incoming): Begun;
  /**
   * The context of an event of a subscription, which is an operation of its own.
   * @param gone aborts once the event is told
   */
  ofEvent(subscriber: Subscriber, event: unknown, gone: EndSignal): Context;
}

/** Who has opened a subscription: what is kept of its request while it goes on. */
export interface Subscriber {
  readonly requestId: string;
  readonly credential: Credential;
  /** The operation that has opened it, in traces; null: tracing is off. */
  readonly link: TraceLink | null;
  /** What is asked with each event; null: what the request says. */
  readonly document: SettledDocument | null;
}

/** Builds what makes contexts. */
export function createContexts(options: ContextOptions): Contexts {
  const { authenticate, send, clock, maxPageSize } = options;
  const pageLimits = createPageLimits(maxPageSize, () => clock.now());

  /** @param signedIn who asks, or why nobody is known to */
  const begin = (
    incoming: Omit<Incoming, 'signedIn' | 'isStreamed'>,
    signedIn: SignedIn,
    stream: EventStream | null,
  ): Begun => {
    const outcome = createOutcome();
    const operation = operationOf(incoming, options, () => outcome.requestedCost);
    const credential = (): Credential => {
      if (signedIn instanceof Error) throw signedIn;
      return signedIn;
    };
    const ask: AskDuring = (during) => (request) =>
      signedIn instanceof Error
        ? Promise.reject(signedIn)
        : send({ ...request, credential: signedIn, operation: during }).then(valueOf);
    const { askDuring: askAlone, settled } = withAllowance(() => COST_LIMIT, ask);
    const askDuring = incoming.between?.(askAlone, outcome) ?? askAlone;
    const asking = askDuring(operation);
    const toContext = () =>
      createContext({
        shared: options,
        pageLimits,
        operation,
        outcome,
        credential,
        isSignedIn: !(signedIn instanceof Error),
        ask: asking,
        askDuring,
        settled,
        stream,
        waitedMs: incoming.waitedMs,
        client: incoming.client ?? null,
        document: incoming.document ?? null,
      });
    return { operation, outcome, toContext };
  };

  const beginRequest = ({ signedIn, isStreamed, ...incoming }: Incoming) =>
    begin(incoming, signedIn, isStreamed ? createEventStream() : null);

  return {
    signIn: (headers) => {
      try {
        const signedIn = authenticate(headers);
        return signedIn instanceof Promise ? signedIn.catch((error: unknown) => error as Error) : signedIn;
      } catch (error) {
        return error as Error;
      }
    },
    ofRequest: (incoming) => beginRequest(incoming).toContext(),
    begin: beginRequest,
    // Whoever watches has been let in: an event that was refused would be missing for good.
    ofEvent: ({ requestId, credential, link, document }, event, gone) => {
      const incoming = { requestId, waitedMs: () => 0, gone, link, document };
      return begin(incoming, credential, streamAt(event)).toContext();
    },
  };
}

function valueOf<T>({ value }: UpstreamAnswer<T>): T {
  return value;
}

/** The operation that a request brings, which ends when its client leaves or its time is over. */
function operationOf(
  { requestId, gone, sources, trace, link }: Omit<Incoming, 'signedIn' | 'isStreamed'>,
  { clock, deadlineMs, tracing }: ContextOptions,
  requested: Demand['requested'],
): Operation {
  return startOperation(clock, {
    requestId,
    priority: 'interactive',
    timeoutMs: deadlineMs,
    tooLate: 'The operation took too long',
    within: gone,
    sources,
    trace:
      trace?.start('server', SPANS.operation) ??
      tracing?.start('server', SPANS.operation, link ?? null) ??
      null,
    demand: { requested, turns: null },
  });
}
