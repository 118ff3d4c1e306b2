import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { CacheStore, Entry } from './cache-store.ts';
import { CONFIRMED_FOR_MS } from './cache-store.ts';
import { targetOf, type UpstreamAnswer, type UpstreamCall } from './call.ts';
import type { Clock } from '../clock.ts';
import type { RedisLink } from './redis.ts';

/** Answers that the replicas share through Redis. Without Redis there are none, and nothing fails. */
export interface SharedStore {
  /** What is remembered, if it is the identity's own; also kept in this process from then on. */
  get(call: UpstreamCall<unknown>): Promise<Entry | undefined>;
  set(call: UpstreamCall<unknown>, answer: UpstreamAnswer<unknown>): Promise<void>;
  /** Makes all that is remembered for this identity until now count no more. */
  forget(identity: string): Promise<void>;
}

/** How a value looks in Redis. It names its owner and its question, and both are checked when it is read. */
const StoredAnswer = z.object({ owner: z.string(), target: z.string(), at: z.number(), body: z.string() });

/** What the shared store is built from. */
export interface SharedStoreOptions {
  readonly link: RedisLink;
  /** The memory of this process. */
  readonly store: CacheStore;
  /** How long a value is of use to anybody. */
  readonly keepMs: number;
  readonly clock: Clock;
}

/** Builds a shared store. */
export function createSharedStore({ link, store, keepMs, clock }: SharedStoreOptions): SharedStore {
  return {
    get: async (call) => {
      const { identity } = call.credential;
      const era = store.eraOf(identity);
      const found = await link.attempt((redis) => redis.mget(forgottenKey(identity), answerKey(call)));
      const [forgotten, stored] = found ?? [];
      const answer = stored == null ? null : readAnswer(stored, call);
      if (answer === null || answer.at <= Number(forgotten ?? 0)) return undefined;
      // Credentials that upstream accepted from another replica a moment ago are as good here.
      const isConfirmed = store.isConfirmed(identity) || clock.date() - answer.at < CONFIRMED_FOR_MS;
      if (!isConfirmed) return undefined;
      const entry: Entry = { identity, answer, at: answer.at, era };
      store.set(call, entry, 2 * answer.body.length);
      return entry;
    },
    set: async (call, { at, body }) => {
      const value = JSON.stringify({ owner: call.credential.identity, target: targetOf(call), at, body });
      await link.attempt((redis) => redis.set(answerKey(call), value, 'PX', keepMs));
    },
    forget: async (identity) => {
      await link.attempt((redis) => redis.set(forgottenKey(identity), clock.date(), 'PX', keepMs));
    },
  };
}

/** The answer in a stored value; null unless it is whole and belongs to this caller and this question. */
function readAnswer<T>(stored: string, call: UpstreamCall<T>): UpstreamAnswer<T> | null {
  try {
    const { owner, target, at, body } = StoredAnswer.parse(JSON.parse(stored));
    if (owner !== call.credential.identity || target !== targetOf(call)) return null;
    return { value: call.read(JSON.parse(body)), body, at };
  } catch {
    return null;
  }
}

function answerKey(call: UpstreamCall<unknown>): string {
  const question = createHash('sha256').update(targetOf(call)).digest('base64url');
  return `refold-gateway:{${call.credential.identity}}:answer:${question}`;
}

function forgottenKey(identity: string): string {
  return `refold-gateway:{${identity}}:forgotten`;
}
