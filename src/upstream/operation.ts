import { Ending, type Clock, type EndSignal } from '../clock.ts';
import { GatewayError } from '../domain/errors.ts';
import type { TraceSpan } from '../observability/trace-span.ts';
import type { Demand } from './turns.ts';

/** What an operation has cost so far; printed as `extensions.upstream`. Entries are made by `enter` alone. */
export interface Ledger {
  /** Requests sent upstream, retries included. */
  calls: number;
  /** Answers served from the cache. */
  cacheHits: number;
  /** Answers shared with another caller's request in flight. */
  coalesced: number;
  /** Milliseconds: the longest wait for the rate limit. */
  waitedMs: number;
  /** The oldest time of anything served that was older than its freshness. */
  asOf: Date | null;
  /** The ledger that all entries are made in, too. It may change hands; null: none. */
  payer: Ledger | null;
}

/** A ledger with nothing in it. */
export function createLedger(payer: Ledger | null = null): Ledger {
  return { calls: 0, cacheHits: 0, coalesced: 0, waitedMs: 0, asOf: null, payer };
}

/** Makes an entry as soon as it is due, so that what is under way when an operation ends has been counted. */
export function enter(ledger: Ledger, entry: Partial<Omit<Ledger, 'payer'>>): void {
  const { calls = 0, cacheHits = 0, coalesced = 0, waitedMs = 0, asOf = null } = entry;
  ledger.calls += calls;
  ledger.cacheHits += cacheHits;
  ledger.coalesced += coalesced;
  ledger.waitedMs = Math.max(ledger.waitedMs, waitedMs);
  if (asOf !== null && (ledger.asOf === null || asOf < ledger.asOf)) ledger.asOf = asOf;
  if (ledger.payer !== null) enter(ledger.payer, entry);
}

/** Whether an answer that was remembered and fresh still is, at this time on the clock's `now()`. */
export type StillFresh = (now: number) => boolean;

/** What an operation is answered from. Only the cache enters something. */
export interface Sources {
  /** How often it has asked for something. */
  reads: number;
  /** One for each time that what was remembered was fresh. */
  readonly parts: StillFresh[];
  /** About how much memory they take. */
  bytes: number;
}

/** `interactive`: somebody waits for the answer. `background`: it is for later, and gives way. */
export type Priority = 'interactive' | 'background';

/** What one GraphQL operation, or work of the gateway's own, brings to each of its upstream calls. */
export interface Operation {
  /** Forwarded upstream as `x-request-id`. */
  readonly requestId: string;
  readonly priority: Priority;
  /**
   * When the answer must be there, on the clock's `now()`. It may move while a call waits, when others come to wait
   * for the same answer: so it is read whenever it matters, and neither kept nor spread.
   */
  readonly deadline: number;
  /** Aborts at the deadline, or when the client goes away; its reason is the error to report. */
  readonly signal: EndSignal;
  readonly ledger: Ledger;
  /** Its span, which those of its calls are parts of; null: tracing is off. */
  readonly trace: TraceSpan | null;
  /** What it is answered from; left out: nobody wants to know. */
  readonly sources?: Sources;
  /** What it needs of the rate as a whole; left out: each of its calls is for itself. */
  readonly demand?: Demand;
  /** Whether a call may be made anew, such as a retry; asking takes it. Left out: always. */
  readonly mayCallAgain?: () => boolean;
  /** Whether what has waited for its turn may still be sent; asked right before that. Left out: always. */
  readonly maySend?: () => boolean;
}

/** An operation whose deadline runs. */
export interface StartedOperation extends Operation {
  /** It is over: its deadline runs no more. */
  readonly end: () => void;
  /** Ends it as if its time were up. */
  readonly expire: () => void;
}

/** What an operation is started with. */
export interface OperationOptions {
  readonly requestId: string;
  readonly priority: Priority;
  /** How long it may take. */
  readonly timeoutMs: number;
  /** What UPSTREAM_TIMEOUT says when that is over. */
  readonly tooLate: string;
  /** Ends it early, with its own reason. */
  readonly within?: EndSignal;
  /** Where its cost is entered, if not in a ledger of its own. */
  readonly ledger?: Ledger;
  /** See `Operation`. */
  readonly trace?: TraceSpan | null;
  readonly maySend?: () => boolean;
  readonly sources?: Sources | undefined;
  /** See `Operation`. What it was promised ends with it. */
  readonly demand?: Demand;
}

/** Starts an operation: from here on its deadline runs. */
export function startOperation(clock: Clock, options: OperationOptions): StartedOperation {
  const {
    requestId,
    priority,
    timeoutMs,
    tooLate,
    within,
    ledger = createLedger(),
    trace = null,
    maySend,
    sources,
    demand,
  } = options;
  const signal = new Ending();
  const over = (reason: Error) => {
    demand?.turns?.end();
    signal.abort(reason);
  };
  const expire = () => {
    over(new GatewayError('UPSTREAM_TIMEOUT', tooLate));
  };
  const cancelExpiry = clock.after(timeoutMs, expire);
  const leave = () => {
    cancelExpiry();
    if (within !== undefined) over(within.reason);
  };
  if (within?.aborted === true) leave();
  else within?.addEventListener('abort', leave, { once: true });
  return {
    requestId,
    priority,
    deadline: clock.now() + timeoutMs,
    signal,
    ledger,
    trace,
    ...(maySend && { maySend }),
    ...(sources && { sources }),
    ...(demand && { demand }),
    end: () => {
      cancelExpiry();
      within?.removeEventListener('abort', leave);
    },
    expire,
  };
}

/** How much of an operation's time is left to answer with what it has waited for. */
const ANSWER_MS = 500;

/** How long an operation can still wait for something and answer with it in time. At least 0. */
export function waitableMs(clock: Clock, operation: Operation): number {
  return Math.max(0, operation.deadline - ANSWER_MS - clock.now());
}

/** Starts the part of an operation that gives way to others, and must end before the operation does. */
export function startBackground(clock: Clock, operation: Operation): StartedOperation {
  return startOperation(clock, {
    requestId: operation.requestId,
    priority: 'background',
    timeoutMs: waitableMs(clock, operation),
    tooLate: 'Work in the background took too long',
    within: operation.signal,
    ledger: operation.ledger,
    trace: operation.trace,
    sources: operation.sources,
  });
}
