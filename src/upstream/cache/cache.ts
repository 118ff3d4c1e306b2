import type { Clock } from '../../clock.ts';
import type { Credential } from '../../domain/credential.ts';
import { allowsStale } from '../../domain/errors.ts';
import type { Metrics } from '../../observability/metrics.ts';
import type { CacheStore, Entry, KeptEntry } from './memory-store.ts';
import {
  isGoodAtAnyAge,
  isRecent,
  templateOf,
  type Asked,
  type Freshness,
  type Send,
  type UpstreamAnswer,
  type UpstreamCall,
} from '../call.ts';
import { failureOf, UpstreamError } from '../failure.ts';
import { enter, type Sources } from '../operation.ts';
import { createRefresh } from './refresh.ts';
import { createStillFresh } from './still-fresh.ts';
import type { SharedStore } from './shared-store.ts';

/** How long answers count as what they were, all in milliseconds. Zero turns a class off. */
export interface FreshnessTimes {
  /** How long each class of answer is as good as a new one. */
  readonly fresh: Readonly<Record<Freshness | 'notFound', number>>;
  /** How long after that it is still shown where a new one takes too long: it is fetched in the background. */
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
  /** What was asked for before this time, on the clock's `now()`, is not fresh any more; `-Infinity`: nobody says so. */
  readonly outdatedAt: (call: Asked, freshness: Freshness | 'notFound') => number;
  /** How long a call of these credentials would have to wait for the rate, as far as is known. */
  readonly waitMs: (credential: Credential) => number;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

/** A wait for the rate of so long is no reason to show something older. */
const SHORT_WAIT_MS = 400;
/** What it takes to remember what an answer was made from, besides a key and a path. */
const PART_BYTES = 512;

/**
 * Answers reads from what is remembered: fresh answers as they are; older ones at once where a new one would have to
 * wait for the rate, or where it takes too long, or while upstream cannot be asked. Whatever was older than its
 * freshness is told by `asOf`.
 */
export function withCache(options: CacheOptions, send: Send): Send {
  const { store, times, clock, metrics, waitMs, outdatedAt } = options;
  const refresh = createRefresh((call) => store.keyOf(call), clock, send);
  const ageMsOf = ({ at }: Entry) => clock.now() - at;

  const serve = <T>(call: UpstreamCall<T>, entry: KeptEntry, isStale: boolean): UpstreamAnswer<T> => {
    const { ledger, sources } = call.operation;
    enter(ledger, { cacheHits: 1 });
    const outcome = isStale ? 'stale' : 'hit';
    metrics.cached(outcome);
    noteRead(call, outcome);
    if (!isStale && sources !== undefined) notePart(call, entry, sources);
    if (entry.answer === null) throw failureOf(entry.status ?? 404, undefined, null);
    if (isStale) enter(ledger, { asOf: new Date(entry.answer.date) });
    // The key begins with the identity and holds the path, which only one reader reads: the value is a T.
    return entry.answer as UpstreamAnswer<T>;
  };

  const notePart = (call: UpstreamCall<unknown>, entry: KeptEntry, sources: Sources): void => {
    const { route, path, credential } = call;
    const { kind, identity, linkedAccountId } = credential;
    const { serial, askedAt } = entry;
    const key = store.keyOf(call);
    const freshness = classOf(call, entry);
    const part = {
      key,
      serial,
      askedAt,
      asked: { route, path, credential: { kind, identity, linkedAccountId } },
      freshness,
      freshUntil: entry.at + times.fresh[freshness],
    };
    sources.parts.push(createStillFresh(store, outdatedAt, part));
    sources.bytes += PART_BYTES + 2 * key.length;
  };

  /** What may stand in for an answer that does not come. */
  const standInFor = (call: UpstreamCall<unknown>): KeptEntry | undefined => {
    const entry = store.get(call);
    const isUsable = entry?.answer && isRecent(call, entry.at) && ageMsOf(entry) < times.staleIfErrorMs;
    return isUsable === true ? entry : undefined;
  };

  const ask = <T>(call: UpstreamCall<T>): Promise<UpstreamAnswer<T>> => {
    metrics.cached('miss');
    noteRead(call, 'miss');
    return send(call).catch((error: unknown) => serveInstead(call, error));
  };

  const serveInstead = <T>(call: UpstreamCall<T>, error: unknown): UpstreamAnswer<T> => {
    const entry = allowsStale(error) ? standInFor(call) : undefined;
    if (entry === undefined) throw error;
    return serve(call, entry, true);
  };

  /** Where there is something to show in the place of an answer that takes long. */
  const askSoon = async <T>(call: UpstreamCall<T>): Promise<UpstreamAnswer<T>> => {
    metrics.cached('miss');
    noteRead(call, 'miss');
    try {
      const answer = await refresh.soon(call);
      if (answer !== null) return answer;
    } catch (error) {
      return serveInstead(call, error);
    }
    const entry = standInFor(call);
    return entry === undefined ? send(call) : serve(call, entry, true);
  };

  const answerBy = async <T>(call: UpstreamCall<T>, entry: KeptEntry): Promise<UpstreamAnswer<T>> => {
    const freshMs = times.fresh[classOf(call, entry)];
    const ageMs = ageMsOf(entry);
    const isGood = ageMs < freshMs || isGoodAtAnyAge(call);
    const isOutdated = entry.askedAt < outdatedAt(call, classOf(call, entry));
    if (isGood && !isOutdated) return serve(call, entry, false);
    if (call.onlyRemembered === true) throw failureOf(404, undefined, null);
    const isOlder = entry.answer !== null && freshMs > 0 && ageMs < freshMs + times.staleMs;
    if (!isOlder) return ask(call);
    if (waitMs(call.credential) <= SHORT_WAIT_MS) return askSoon(call);
    refresh.behind(call);
    return serve(call, entry, true);
  };

  return (call) => {
    const { credential, operation } = call;
    if (operation.sources !== undefined) operation.sources.reads += 1;
    const isExpired = hasExpired(credential, clock);
    if (call.method !== 'GET' || (isExpired && call.onlyRemembered !== true)) return send(call);
    const known = !isExpired && store.isConfirmed(credential.identity) ? store.get(call) : undefined;
    if (known !== undefined && isRecent(call, known.at)) return answerBy(call, known);
    return call.onlyRemembered === true ? Promise.reject(failureOf(404, undefined, null)) : ask(call);
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
    const askedAt = clock.now();
    try {
      const answer = await send(call);
      if (call.method !== 'GET') return answer;
      store.confirm(identity);
      if (times.fresh[call.freshness(answer.value)] > 0) {
        store.set(call, { identity, answer, askedAt, at: answer.at, epoch });
        if (store.epochOf(identity) === epoch) void shared?.set(call, answer, askedAt);
      }
      return answer;
    } catch (error) {
      if (error instanceof UpstreamError && error.code === 'UNAUTHENTICATED') forget(identity);
      const status = hiddenBy(call, error);
      if (status !== null && call.method === 'GET') {
        // Who is told that there is no such thing has been let in.
        store.confirm(identity);
        if (times.fresh.notFound > 0)
          store.set(call, { identity, answer: null, status, askedAt, at: clock.now(), epoch });
      }
      throw error;
    } finally {
      if (call.method !== 'GET') forget(identity);
    }
  };
}

/** Notes a read of the cache in the trace of its operation. */
export function noteRead(call: UpstreamCall<unknown>, outcome: string): void {
  call.operation.trace?.note('cache', { 'url.template': templateOf(call), 'refold.cache.outcome': outcome });
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

/**
 * The status that says that there is nothing by an id, or nothing for this caller; null where nothing says so. Both are
 * remembered alike, so that nobody can tell by how soon there is an answer which of the two it is.
 */
function hiddenBy({ path, route }: UpstreamCall<unknown>, error: unknown): number | null {
  if (!(error instanceof UpstreamError)) return null;
  const isPrivate = error.code === 'FORBIDDEN' && error.details.upstream?.status === 403 && path !== route;
  if (isPrivate) return 403;
  return error.code === 'NOT_FOUND' ? 404 : null;
}
