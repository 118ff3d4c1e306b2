import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { CacheStore } from './memory-store.ts';
import { CONFIRMED_FOR_MS } from './memory-store.ts';
import { targetOf, type UpstreamAnswer, type UpstreamCall } from '../call.ts';
import type { Clock } from '../../clock.ts';
import type { RedisConnection } from '../../redis/connection.ts';

/** Answers that the replicas share through Redis. Without Redis there are none, and nothing fails. */
export interface SharedStore {
  /** What is remembered, if it is the identity's own; also kept in this process from then on. */
  get<T>(call: UpstreamCall<T>): Promise<UpstreamAnswer<T> | null>;
  /** @param askedAt when the question was asked, epoch milliseconds */
  set(call: UpstreamCall<unknown>, answer: UpstreamAnswer<unknown>, askedAt: number): Promise<void>;
  /** Makes all that is remembered for this identity until now count no more. */
  forget(identity: string): Promise<void>;
  /** Claims a question for this replica; false when another one is asking it just now. */
  claim(call: UpstreamCall<unknown>): Promise<boolean>;
  /** Gives a claim back. */
  release(call: UpstreamCall<unknown>): Promise<void>;
}

/** How a value looks in Redis. It names its owner and its question, and both are checked when it is read. */
const StoredAnswer = z.object({
  owner: z.string(),
  target: z.string(),
  askedAt: z.number(),
  at: z.number(),
  body: z.string(),
});

/** Larger ones, in characters, would take too long to read to be of use. */
const MAX_BODY_LENGTH = 1_048_576;
/** How much the clocks of two replicas may differ. */
const CLOCK_SKEW_MS = 1000;
/** How long a question stays claimed by a replica that does not come back. */
export const CLAIM_MS = 500;

/** What the shared store is built from. */
export interface SharedStoreOptions {
  readonly connection: RedisConnection;
  /** The memory of this process. */
  readonly store: CacheStore;
  /** How long a value is of use to anybody. */
  readonly keepMs: number;
  readonly clock: Clock;
}

/** Builds a shared store. */
export function createSharedStore({ connection, store, keepMs, clock }: SharedStoreOptions): SharedStore {
  return {
    get: async (call) => {
      const { identity } = call.credential;
      const epoch = store.epochOf(identity);
      const found = await connection.attempt((redis) => redis.mget(forgottenKey(identity), answerKey(call)));
      const [forgotten, stored] = found ?? [];
      const answer = stored == null ? null : readAnswer(stored, call);
      // The time of another replica's clock: what may be from before that it was forgotten is.
      if (answer === null || answer.askedAt - CLOCK_SKEW_MS <= Number(forgotten ?? 0)) return null;
      const ageMs = clock.date() - answer.at;
      // Credentials that upstream accepted from another replica a moment ago are as good here.
      const isConfirmed = store.isConfirmed(identity) || ageMs < CONFIRMED_FOR_MS;
      if (!isConfirmed || ageMs < -CLOCK_SKEW_MS || store.epochOf(identity) !== epoch) return null;
      store.set(call, { identity, answer, at: answer.at, epoch });
      return answer;
    },
    set: async (call, { at, body }, askedAt) => {
      if (body.length > MAX_BODY_LENGTH) return;
      const value = { owner: call.credential.identity, target: targetOf(call), askedAt, at, body };
      await connection.attempt((redis) => redis.set(answerKey(call), JSON.stringify(value), 'PX', keepMs));
    },
    forget: async (identity) => {
      await connection.attempt((redis) => redis.set(forgottenKey(identity), clock.date(), 'PX', keepMs));
    },
    claim: async (call) => {
      const claimed = await connection.attempt(async (redis) => ({
        answer: await redis.set(claimKey(call), '', 'PX', CLAIM_MS, 'NX'),
      }));
      return claimed?.answer !== null;
    },
    release: async (call) => {
      await connection.attempt((redis) => redis.del(claimKey(call)));
    },
  };
}

/** The answer in a stored value; null unless it is whole and belongs to this caller and this question. */
function readAnswer<T>(
  stored: string,
  call: UpstreamCall<T>,
): (UpstreamAnswer<T> & { askedAt: number }) | null {
  try {
    const { owner, target, askedAt, at, body } = StoredAnswer.parse(JSON.parse(stored));
    if (owner !== call.credential.identity || target !== targetOf(call)) return null;
    return { value: call.read(JSON.parse(body), at), body, at, askedAt };
  } catch {
    return null;
  }
}

// The braces keep the keys of one identity in one slot of a cluster.

function answerKey(call: UpstreamCall<unknown>): string {
  const question = createHash('sha256').update(targetOf(call)).digest('base64url');
  return `{${call.credential.identity}}:answer:${question}`;
}

/** Nobody is made to wait at the pace of what nobody waits for. */
function claimKey(call: UpstreamCall<unknown>): string {
  return `${answerKey(call)}:claim:${call.operation.priority}`;
}

function forgottenKey(identity: string): string {
  return `{${identity}}:forgotten`;
}
