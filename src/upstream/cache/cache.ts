import type { Clock } from '../../clock.ts';
import type { Credential } from '../../domain/credential.ts';
import { allowsStale } from '../../domain/errors.ts';
import type { Metrics } from '../../observability/metrics.ts';
import type { CacheStore, Entry } from './memory-store.ts';
import { isRecent, type Freshness, type Send, type UpstreamAnswer, type UpstreamCall } from '../call.ts';
import { failureOf, UpstreamError } from '../failure.ts';
import { createRefresh } from './refresh.ts';
import type { SharedStore } from './shared-store.ts';

/** How long answers count as what they were, all in milliseconds. Zero turns a class off. */
export interface FreshnessTimes {
  /** How long each class of answer is as good as a new one. */
  readonly fresh: Readonly<Record<Freshness | 'notFound', number>>;
  /** How long after that it is still shown while a new one is fetched in the background. */
  readonly staleMs: number;
  /** How old an answer may be to be shown while upstream cannot be asked. */
  readonly staleIfErrorMs: number;
}

/** What the two cache policies are built from. */
export interface CacheOptions {
  readonly store: CacheStore;
  /** What the replicas share; null: this is the only one. */
  readonly shared: SharedStore | null;
  readonly times: FreshnessTimes;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

/**
 * Answers reads from what is remembered: fresh answers as they are; older ones too, while they are fetched anew in
 * the background, or while upstream cannot be asked. Whatever was older than its freshness is told by `asOf`.
 */
export function withCache(options: CacheOptions, send: Send): Send {
  const { store, times, clock, metrics } = options;
  const refresh = createRefresh((call) => store.keyOf(call), clock, send);

  const serve = <T>(call: UpstreamCall<T>, entry: Entry, isStale: boolean): UpstreamAnswer<T> => {
    const { ledger } = call.operation;
    ledger.cacheHits += 1;
    metrics.cached(isStale ? 'stale' : 'hit');
    if (entry.answer === null) throw failureOf(404, undefined, null);
    if (isStale && (ledger.asOf === null || entry.at < ledger.asOf.getTime()))
      ledger.asOf = new Date(entry.at);
    // The key begins with the identity and holds the path, which only one reader reads: the value is a T.
    return entry.answer as UpstreamAnswer<T>;
  };

  return async (call) => {
    const { credential } = call;
    const isExpired = hasExpired(credential, clock);
    if (call.method !== 'GET' || (isExpired && call.onlyRemembered !== true)) return send(call);
    const known = !isExpired && store.isConfirmed(credential.identity) ? store.get(call) : undefined;
    const entry = known !== undefined && isRecent(call, known.at) ? known : undefined;
    const ageMs = entry === undefined ? Infinity : clock.date() - entry.at;
    const freshMs = entry === undefined ? 0 : times.fresh[classOf(call, entry)];
    if (entry !== undefined && ageMs < freshMs) return serve(call, entry, false);
    if (call.onlyRemembered === true) throw failureOf(404, undefined, null);
    if (entry?.answer && freshMs > 0 && ageMs < freshMs + times.staleMs) {
      refresh(call);
      return serve(call, entry, true);
    }
    try {
      metrics.cached('miss');
      return await send(call);
    } catch (error) {
      const fallback = store.get(call);
      const isUsable = fallback?.answer && isRecent(call, fallback.at) && allowsStale(error);
      if (isUsable && clock.date() - fallback.at < times.staleIfErrorMs) {
        return serve(call, fallback, true);
      }
      throw error;
    }
  };
}

/**
 * Remembers what upstream answers. Errors are forgotten at once, but for a short memory of what does not exist.
 * Refused credentials end all that is remembered for them, and so does anything but a read.
 */
export function withMemory(options: CacheOptions, send: Send): Send {
  const { store, shared, times, clock } = options;
  const forget = (identity: string) => {
    store.forget(identity);
    void shared?.forget(identity);
  };
  return async (call) => {
    const { identity } = call.credential;
    const epoch = store.epochOf(identity);
    const askedAt = clock.date();
    try {
      const answer = await send(call);
      if (call.method !== 'GET') return answer;
      store.confirm(identity);
      if (times.fresh[call.freshness(answer.value)] > 0) {
        store.set(call, { identity, answer, at: answer.at, epoch });
        if (store.epochOf(identity) === epoch) void shared?.set(call, answer, askedAt);
      }
      return answer;
    } catch (error) {
      if (error instanceof UpstreamError && error.code === 'UNAUTHENTICATED') forget(identity);
      if (isNotFound(error) && call.method === 'GET') {
        // Who is told that there is no such thing has been let in.
        store.confirm(identity);
        if (times.fresh.notFound > 0) store.set(call, { identity, answer: null, at: clock.date(), epoch });
      }
      throw error;
    } finally {
      if (call.method !== 'GET') forget(identity);
    }
  };
}

function classOf<T>(call: UpstreamCall<T>, { answer }: Entry): Freshness | 'notFound' {
  return answer === null ? 'notFound' : call.freshness(answer.value as T);
}

/** Whether a token says itself that its time is over: then upstream has to say no, whatever is remembered. */
export function hasExpired(credential: Credential, clock: Clock): boolean {
  return (
    credential.kind === 'SESSION_TOKEN' &&
    credential.expiresAt !== null &&
    credential.expiresAt <= clock.date()
  );
}

function isNotFound(error: unknown): boolean {
  return error instanceof UpstreamError && error.code === 'NOT_FOUND';
}
