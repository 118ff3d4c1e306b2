import { Recent } from '../../domain/recent.ts';
import type { Metrics } from '../../observability/metrics.ts';
import type { UpstreamAnswer, UpstreamCall } from '../call.ts';
import { targetOf } from '../call.ts';
import { createFairMemory } from '../fair-memory.ts';
import { heapBytesOf } from './heap-bytes.ts';

/** What is remembered of one question: its answer, or that there is nothing by that id, or nothing to be shown. */
export interface Entry {
  /** Whose it is. */
  readonly identity: string;
  /** Null: there is none, or none for this identity. */
  readonly answer: UpstreamAnswer<unknown> | null;
  /** The status that said so, where there is no answer. */
  readonly status?: number | undefined;
  /** When it was asked for and when it was answered, on the clock's `now()`. */
  readonly askedAt: number;
  readonly at: number;
  /** The identity's epoch when the question was asked. */
  readonly epoch: number;
}

/** An entry as it is remembered. */
export interface KeptEntry extends Entry {
  /** No other entry has it. Who wants to know whether this one is still remembered keeps it, and not the entry. */
  readonly serial: number;
}

/** Answers of upstream, each belonging to one identity. */
export interface CacheStore {
  /** What makes two questions the same. Begins with the identity and its epoch. */
  keyOf(call: UpstreamCall<unknown>): string;
  /** The identity's present epoch: what is remembered from an earlier one does not count. */
  epochOf(identity: string): number;
  /** What is remembered, if it is the identity's own and of its present epoch. */
  get(call: UpstreamCall<unknown>): KeptEntry | undefined;
  /** Whether that entry is what is remembered under that key; whether it still counts is for others to say. */
  holds(key: string, serial: number): boolean;
  set(call: UpstreamCall<unknown>, entry: Entry): void;
  /** Upstream has just accepted this identity's credentials. */
  confirm(identity: string): void;
  /** Whether it has done so lately, so that what is remembered may be shown without asking. */
  isConfirmed(identity: string): boolean;
  /** Starts a new epoch: forgets all that is remembered for this identity. */
  forget(identity: string): void;
  /** What is held. */
  size(): { readonly entries: number; readonly bytes: number };
}

/** How long credentials count as good after upstream accepted them. */
export const CONFIRMED_FOR_MS = 60_000;
const MAX_IDENTITIES = 20_000;
/** What an entry takes besides its key and its answer. */
const ENTRY_BYTES = 512;

interface Standing {
  readonly epoch: number;
  confirmedAt: number;
}

/**
 * Builds a store in memory.
 * @param maxBytes about how much it may hold; whoever holds most makes room
 * @param now milliseconds that only ever go forward
 */
export function createCacheStore(maxBytes: number, now: () => number, metrics: Metrics): CacheStore {
  const entries = createFairMemory<KeptEntry>({
    maxBytes,
    maxEntryBytes: maxBytes,
    now,
    onEvicted: () => {
      metrics.evicted();
    },
  });
  // An identity that falls out of here starts a new epoch when it comes back, so nothing old can come back with it.
  const standings = new Recent<Standing>(MAX_IDENTITIES);
  let epochs = 0;
  let serials = 0;
  const standingOf = (identity: string): Standing => {
    const known = standings.get(identity);
    if (known !== undefined) return known;
    epochs += 1;
    const standing = { epoch: epochs, confirmedAt: -Infinity };
    standings.set(identity, standing);
    return standing;
  };
  const epochOf = (identity: string) => standingOf(identity).epoch;
  const keyOf = (call: UpstreamCall<unknown>) => {
    const { identity } = call.credential;
    return `${identity} ${String(epochOf(identity))} ${call.method} ${targetOf(call)}`;
  };
  return {
    keyOf,
    epochOf,
    get: (call) => {
      const entry = entries.get(keyOf(call));
      return entry?.identity === call.credential.identity ? entry : undefined;
    },
    holds: (key, serial) => entries.get(key)?.serial === serial,
    set: (call, entry) => {
      if (entry.epoch !== epochOf(entry.identity)) return;
      const { answer } = entry;
      const bytes = answer === null ? 0 : bytesOf(answer);
      serials += 1;
      const kept = { ...entry, answer: answer && { ...answer, body: null }, serial: serials };
      const key = keyOf(call);
      entries.set(entry.identity, key, kept, ENTRY_BYTES + key.length + bytes);
    },
    confirm: (identity) => {
      standingOf(identity).confirmedAt = now();
    },
    isConfirmed: (identity) => now() - (standings.get(identity)?.confirmedAt ?? -Infinity) < CONFIRMED_FOR_MS,
    forget: (identity) => {
      standings.delete(identity);
      entries.forget(identity);
    },
    size: () => entries.size(),
  };
}

/** What an answer takes without its text, which is let go of. */
function bytesOf({ value, body }: UpstreamAnswer<unknown>): number {
  const isAscii = body !== null && Buffer.byteLength(body) === body.length;
  return heapBytesOf(value, isAscii ? 1 : 2);
}
