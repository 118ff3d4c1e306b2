import type { Authenticate } from './auth/authenticate.ts';
import type { SignInHeaders } from './auth/presented-credentials.ts';
import type { Bulk } from './bulk/bulk.ts';
import type { Clock } from './clock.ts';
import type { Credential } from './domain/credential.ts';
import { GatewayError } from './domain/errors.ts';
import type { ShowOutput } from './domain/output.ts';
import { BACKGROUND_COST_LIMIT, COST_LIMIT } from './domain/cost.ts';
import type { Lineage } from './lineage.ts';
import { createLoaders } from './loaders/loaders.ts';
import { withAllowance, type AskDuring } from './upstream/allowance.ts';
import { createLedger, type Operation, type Send } from './upstream/call.ts';
import { createUpstream, type Upstream } from './upstream/endpoints/upstream.ts';

/** What contexts are made from; the same for every request. */
export interface ContextOptions {
  readonly authenticate: Authenticate;
  readonly send: Send;
  readonly bulk: Bulk;
  readonly clock: Clock;
  /** How long an operation may take. */
  readonly deadlineMs: number;
  readonly maxPageSize: number;
  readonly showOutput: ShowOutput;
  readonly lineage: Lineage;
  readonly upstreamRate: { readonly perSecond: number; readonly burst: number };
}

/** What one request brings, over HTTP or WebSocket. */
export interface Incoming {
  readonly headers: SignInHeaders;
  readonly requestId: string;
  /** Aborts when the client goes away. */
  readonly gone: AbortSignal;
}

/** Everything a resolver may use. One for every request: it is bound to one caller. */
export type Context = Awaited<ReturnType<ReturnType<typeof createContextFactory>>>;

/** Builds the function that makes a context of a request. */
export function createContextFactory(options: ContextOptions) {
  const { authenticate, send, maxPageSize, showOutput, lineage, upstreamRate } = options;

  return async (incoming: Incoming) => {
    const operation = createOperation(options, incoming);
    // A failed sign-in fails what asks for somebody's data, and nothing else: `{ __typename }` and introspection
    // need no credentials.
    const signedIn = await authenticate(incoming.headers).catch((error: unknown) => error as Error);
    const credential = (): Credential => {
      if (signedIn instanceof Error) throw signedIn;
      return signedIn;
    };
    const ask: AskDuring = (during) => async (request) =>
      (await send({ ...request, credential: credential(), operation: during })).value;
    const askDuring = withAllowance(COST_LIMIT, ask);
    const upstream = createUpstream(askDuring(operation));
    let background: Upstream | undefined;
    return {
      operation,
      credential,
      upstream,
      /** The same, for what gives way to what people wait for, and ends early enough to be told of in time. */
      background: () =>
        (background ??= createUpstream(
          withAllowance(BACKGROUND_COST_LIMIT, askDuring)(inBackgroundOf(options, operation)),
        )),
      /** Changes of many executions, for this caller. */
      bulk: options.bulk.forCaller({ credential, operation, upstream }),
      loaders: createLoaders(upstream, maxPageSize),
      maxPageSize,
      /** The time of day. */
      now: () => new Date(options.clock.date()),
      showOutput,
      /** The caller's own links between runs; see `Lineage`. */
      lineage: {
        note: (originalId: string, newId: string) => lineage.note(credential().identity, originalId, newId),
        originalOf: (id: string) => lineage.originalOf(credential().identity, id),
        rerunsOf: (id: string) => lineage.rerunsOf(credential().identity, id),
      },
      upstreamRate,
      outcome: createOutcome(),
    };
  };
}

/** How an operation went, noted for its line in the log. */
export interface Outcome {
  /** The operation's name, where it has one. */
  operation: string | null;
  /** How many upstream calls it could need, by the estimate. Null where it did not come as far as that. */
  requestedCost: number | null;
  /** The codes of its errors. */
  readonly codes: Set<string>;
}

function createOutcome(): Outcome {
  return { operation: null, requestedCost: null, codes: new Set() };
}

/** Starts an operation: from here on its deadline runs. */
function createOperation({ clock, deadlineMs }: ContextOptions, { requestId, gone }: Incoming): Operation {
  const deadline = new AbortController();
  const cancel = clock.after(deadlineMs, () => {
    deadline.abort(new GatewayError('UPSTREAM_TIMEOUT', 'The operation took too long'));
  });
  gone.addEventListener('abort', cancel, { once: true });
  return {
    requestId,
    priority: 'interactive',
    deadline: clock.now() + deadlineMs,
    signal: AbortSignal.any([gone, deadline.signal]),
    ledger: createLedger(),
  };
}

/** How much of an operation's time is left to answer with what background work has found. */
const ANSWER_MS = 500;

/** The part of an operation that gives way to others, and must end before the operation does. */
function inBackgroundOf({ clock }: ContextOptions, operation: Operation): Operation {
  const deadline = operation.deadline - ANSWER_MS;
  const tooLate = new AbortController();
  const cancel = clock.after(Math.max(0, deadline - clock.now()), () => {
    tooLate.abort(new GatewayError('UPSTREAM_TIMEOUT', 'Work in the background took too long'));
  });
  operation.signal.addEventListener('abort', cancel, { once: true });
  return {
    ...operation,
    priority: 'background',
    deadline,
    signal: AbortSignal.any([operation.signal, tooLate.signal]),
  };
}
