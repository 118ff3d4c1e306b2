import type { Credential } from '../domain/credential.ts';

/** What an operation has cost so far; printed as `extensions.upstream`. */
export interface Ledger {
  /** Requests sent upstream, retries included. */
  calls: number;
  /** Answers served from the cache. */
  cacheHits: number;
  /** Answers shared with another caller's request in flight. */
  coalesced: number;
  /** Milliseconds spent waiting for the rate limit. */
  waitedMs: number;
  /** The oldest time of anything served that was older than its freshness. */
  asOf: Date | null;
}

/** A ledger with nothing in it. */
export function createLedger(): Ledger {
  return { calls: 0, cacheHits: 0, coalesced: 0, waitedMs: 0, asOf: null };
}

/** What one GraphQL operation brings to each of its upstream calls. */
export interface Operation {
  /** Forwarded upstream as `x-request-id`. */
  readonly requestId: string;
  /** When the answer must be there, on the clock's `now()`. */
  readonly deadline: number;
  /** Aborts at the deadline, or when the client goes away; its reason is the error to report. */
  readonly signal: AbortSignal;
  readonly ledger: Ledger;
}

/** One question to upstream, before it is known who asks. */
export interface UpstreamRequest<T> {
  readonly method: 'GET' | 'POST';
  /** The path with its placeholders, for logs and metrics: `/execution/{execution_id}`. */
  readonly route: string;
  /** The path below `/api/v2/public`. Ids in it have been checked by `pathId`. */
  readonly path: string;
  /** Undefined values are left out. */
  readonly query: Readonly<Record<string, string | undefined>>;
  /** Turns the JSON of a 200 into a domain value. Throws when the shape is not the one expected. */
  readonly read: (body: unknown) => T;
}

/** One question to upstream, and all that the policies need to know about the caller. */
export interface UpstreamCall<T> extends UpstreamRequest<T> {
  readonly credential: Credential;
  readonly operation: Operation;
}

/** Asks upstream. Every policy is a function from `Send` to `Send`; rejects with a `GatewayError`. */
export type Send = <T>(call: UpstreamCall<T>) => Promise<T>;

/** `Send`, with the caller filled in: all that an endpoint sees. */
export type Ask = <T>(request: UpstreamRequest<T>) => Promise<T>;
