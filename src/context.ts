import type { Authenticate } from './auth/authenticate.ts';
import type { SignInHeaders } from './auth/presented-credentials.ts';
import type { Bulk } from './bulk/bulk.ts';
import type { Clock } from './clock.ts';
import type { Credential } from './domain/credential.ts';
import type { ShowOutput } from './domain/output.ts';
import { BACKGROUND_COST_LIMIT, COST_LIMIT } from './domain/cost.ts';
import type { Lineage } from './lineage.ts';
import { createLoaders } from './loaders/loaders.ts';
import { withAllowance, type AskDuring } from './upstream/allowance.ts';
import type { Send } from './upstream/call.ts';
import { createUpstream, type Upstream } from './upstream/endpoints/upstream.ts';
import { startBackground, startOperation } from './upstream/operation.ts';

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
  const { authenticate, send, clock, maxPageSize, showOutput, lineage, upstreamRate } = options;

  return async (incoming: Incoming) => {
    const operation = startOperation(clock, {
      requestId: incoming.requestId,
      priority: 'interactive',
      timeoutMs: options.deadlineMs,
      tooLate: 'The operation took too long',
      within: incoming.gone,
    });
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
          withAllowance(BACKGROUND_COST_LIMIT, askDuring)(startBackground(clock, operation)),
        )),
      /** Changes of many executions, for this caller. */
      bulk: options.bulk.forCaller({ credential, operation, upstream }),
      loaders: createLoaders(upstream, maxPageSize),
      maxPageSize,
      /** The time of day. */
      now: () => new Date(clock.date()),
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
