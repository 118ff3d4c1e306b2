import type { Authenticate } from './auth/authenticate.ts';
import type { LinkedAccounts } from './auth/linked-accounts.ts';
import type { SignInHeaders } from './auth/presented-credentials.ts';
import type { Bulk, BulkOfCaller } from './bulk/bulk.ts';
import type { Clock } from './clock.ts';
import type { UpstreamBudget } from './domain/budget.ts';
import type { Capability } from './domain/capability.ts';
import type { Credential } from './domain/credential.ts';
import type { SettledDocument } from './domain/document.ts';
import type { Redact, ToldFailure } from './domain/failure.ts';
import type { Execution } from './domain/model.ts';
import type { ShowOutput } from './domain/output.ts';
import { COST_LIMIT } from './domain/cost.ts';
import { lineageOf, type Lineage, type LineageOfCaller } from './lineage.ts';
import { createEventStream, streamAt, type EventStream } from './live/event-stream.ts';
import type { Live, LiveOfCaller } from './live/live.ts';
import { createLoaders } from './loaders/loaders.ts';
import type { ClientName } from './observability/client-name.ts';
import { createOutcome, type Outcome } from './observability/outcome.ts';
import { SPANS } from './observability/span-attributes.ts';
import type { TraceLink, TraceSpan } from './observability/trace-span.ts';
import type { Tracing } from './observability/tracing.ts';
import { withAllowance, withSpareCalls, type AskDuring } from './upstream/allowance.ts';
import type { Send } from './upstream/call.ts';
import type { UpstreamConnection } from './upstream/connect.ts';
import type { Capabilities } from './upstream/capabilities.ts';
import { createPageLimits } from './upstream/endpoints/page-limits.ts';
import { createUpstream, type Upstream } from './upstream/endpoints/upstream.ts';
import { startBackground, startOperation, type Operation, type Sources } from './upstream/operation.ts';
import type { Demand } from './upstream/turns.ts';
import { withSettling } from './upstream/settling.ts';

/** What contexts are made from; the same for every request. */
export interface ContextOptions {
  readonly authenticate: Authenticate;
  readonly send: Send;
  readonly promise: UpstreamConnection['promise'];
  readonly bulk: Bulk;
  readonly capabilities: Capabilities;
  readonly clock: Clock;
  /** Null: tracing is off. */
  readonly tracing: Tracing | null;
  /** How long an operation may take. */
  readonly deadlineMs: number;
  readonly maxPageSize: number;
  /** How many executions one change may be about. */
  readonly maxBulkSize: number;
  /** Starts the view of outputs of one operation. */
  readonly showOutputs: () => ShowOutput;
  /** Takes the secrets out of a text. */
  readonly redact: Redact;
  readonly lineage: Lineage;
  readonly live: Live;
  readonly linkedAccounts: LinkedAccounts;
  /** Why runs have failed that upstream has shown to these credentials, as others have told; see `Reasons`. */
  readonly reasonsOf: (
    credential: Credential,
    runs: readonly Execution[],
    trace: TraceSpan | null,
  ) => Promise<readonly (ToldFailure | null)[]>;
  /** What is left of what a credential's calls count towards. */
  readonly budgetOf: (credential: Credential) => UpstreamBudget;
}

/** Who asks, or why nobody is known to. */
export type SignedIn = Credential | Error;

/** What one request brings, over HTTP or WebSocket. */
export interface Incoming {
  readonly signedIn: SignedIn;
  readonly requestId: string;
  /** Aborts when the client goes away. */
  readonly gone: AbortSignal;
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

/** Everything that a resolver may use. One for every request: it is bound to one caller. */
export interface Context {
  /** The request's operation: its id, its deadline, and the ledger of its upstream calls. */
  readonly operation: Operation;
  /** How long others can have waited by now: since the event loop last had a pause. */
  readonly waitedMs: () => number;
  /** Resolves once the operation asks upstream for nothing more. */
  readonly settled: () => Promise<void>;
  /** Whom upstream is asked for. Throws when the request is not signed in, or not well enough. */
  readonly credential: () => Credential;
  /** Whether `credential` answers. */
  readonly isSignedIn: boolean;
  /** Upstream, as the caller sees it. */
  readonly upstream: Upstream;
  /**
   * The same, with the calls that nothing else of the operation could need. It gives way to what people wait for, and
   * ends early enough to be told of in time.
   */
  readonly elastic: () => Upstream;
  /** What upstream is known to support for the caller. */
  readonly capabilities: () => readonly Capability[];
  /** Changes of many executions, for this caller. */
  readonly bulk: BulkOfCaller;
  /** What happens while the caller watches. */
  readonly live: LiveOfCaller;
  /** The events of the subscription that the operation is of; null: it can have one answer only. */
  readonly stream: EventStream | null;
  /** Look-ups by id, batched and remembered for this request. */
  readonly loaders: ReturnType<typeof createLoaders>;
  /** How many rows a page may have. */
  readonly maxPageSize: number;
  /** How many executions one change may be about. */
  readonly maxBulkSize: number;
  /** Which linked account the caller acts for: null where that is not known, and noted once a row tells. */
  readonly linkedAccount: {
    readonly known: () => string | null;
    readonly note: (linkedAccountId: string) => void;
  };
  /** What the client says that it is; null: nothing. */
  readonly client: ClientName | null;
  /** The time of day. */
  readonly now: () => Date;
  /** Shows the output of a step: without secrets, and not too much of it. */
  readonly showOutput: ShowOutput;
  /** Takes the secrets out of a text. */
  readonly redact: Redact;
  /** The caller's own links between runs and their reruns. */
  readonly lineage: LineageOfCaller;
  /** What is left of the upstream requests that the caller may cause. */
  readonly budget: () => UpstreamBudget;
  /** What the operation asks; null: what the request says, as it came. */
  readonly document: { settled: SettledDocument | null };
  /** What the log will say of the operation. */
  readonly outcome: Outcome;
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
  ofEvent(subscriber: Subscriber, event: unknown, gone: AbortSignal): Context;
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
  const { authenticate, send, clock, maxPageSize, maxBulkSize, showOutputs, redact, lineage } = options;
  const { linkedAccounts } = options;
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
    const ask: AskDuring = (during) => async (request) =>
      (await send({ ...request, credential: credential(), operation: during })).value;
    const { askDuring: askAlone, settled } = withSettling(withAllowance(() => COST_LIMIT, ask));
    const askDuring = incoming.between?.(askAlone, outcome) ?? askAlone;
    const asking = askDuring(operation);
    const toContext = (): Context => {
      const knowledge = options.capabilities.of(() => credential().identity);
      const limits = pageLimits(() => credential().identity);
      const upstream = createUpstream(asking, knowledge, limits);
      let elastic: Upstream | undefined;
      const elastically = () =>
        (elastic ??= createUpstream(
          withSpareCalls(() => outcome.requestedCost, askDuring)(startBackground(clock, operation)),
          knowledge,
          limits,
        ));
      return {
        operation,
        waitedMs: incoming.waitedMs,
        settled,
        credential,
        isSignedIn: !(signedIn instanceof Error),
        upstream,
        elastic: elastically,
        capabilities: () => knowledge.list(),
        bulk: options.bulk.forCaller({ credential, operation, upstream }),
        live: options.live.forCaller({ credential, operation, upstream }),
        stream,
        loaders: createLoaders({
          upstream,
          elastic: elastically,
          told: (runs) => options.reasonsOf(credential(), runs, operation.trace),
          redact,
          promise: (count) => options.promise(credential(), operation, count),
          now: () => clock.now(),
        }),
        maxPageSize,
        maxBulkSize,
        linkedAccount: {
          known: () => linkedAccounts.of(credential()),
          note: (linkedAccountId) => {
            linkedAccounts.note(credential(), linkedAccountId);
          },
        },
        client: incoming.client ?? null,
        now: () => new Date(clock.date()),
        showOutput: showOutputs(),
        redact,
        lineage: lineageOf(lineage, () => credential().identity, operation.trace),
        budget: () => options.budgetOf(credential()),
        document: { settled: incoming.document ?? null },
        outcome,
      };
    };
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

/** The operation that a request brings, which ends when its client leaves or its time is over. */
function operationOf(
  { requestId, gone, sources, trace, link }: Omit<Incoming, 'signedIn' | 'isStreamed'>,
  { clock, deadlineMs, tracing }: ContextOptions,
  requested: Demand['requested'],
): Operation {
  const operation = startOperation(clock, {
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
  });
  const demand: Demand = { requested, turns: null };
  operation.signal.addEventListener('abort', () => demand.turns?.end(), { once: true });
  return { ...operation, demand };
}
