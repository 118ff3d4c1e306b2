import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { CacheStore } from './memory-store.ts';
import { CONFIRMED_FOR_MS } from './memory-store.ts';
import { targetOf, type UpstreamAnswer, type UpstreamCall } from '../call.ts';
import type { Clock } from '../../clock.ts';
import type { Moment } from '../../domain/moment.ts';
import type { RedisConnection } from '../../redis/connection.ts';

/** Answers that the replicas share through Redis. Without Redis there are none, and nothing fails. */
export interface SharedStore {
  /** What is remembered, if it is the identity's own; also kept in this process from then on. */
  get<T>(call: UpstreamCall<T>): Promise<UpstreamAnswer<T> | null>;
  /** @param askedAt when the question was asked, on the clock's `now()` */
  set(call: UpstreamCall<unknown>, answer: UpstreamAnswer<unknown>, askedAt: number): Promise<void>;
  /** Makes all that is remembered for this identity until now count no more. */
  forget(identity: string): Promise<void>;
  /** Claims a question for this replica; false when another one is asking it just now. */
  claim(call: UpstreamCall<unknown>): Promise<boolean>;
  /** Gives a claim back. */
  release(call: UpstreamCall<unknown>): Promise<void>;
}

const durationMs = z.number().nonnegative();

/**
 * What is in a value in Redis, which is closed with its owner's credentials and opens for its own question alone. Its age
 * is what it was when it was written and what has gone since of the time that Redis keeps it for: so neither the
 * difference between the clocks of two replicas nor a clock that is set matters.
 */
const StoredAnswer = z.object({
  /** How long ago it was asked for when it was written, and how long ago it was answered. */
  sinceAskedMs: durationMs,
  ageMs: durationMs,
  /** How long Redis was told to keep it. */
  keepMs: durationMs,
  /** The time of day when it was answered, epoch milliseconds: only ever told, never reckoned with. */
  date: z.number(),
  body: z.string(),
});
type StoredAnswer = z.infer<typeof StoredAnswer>;

/** Larger ones, in characters, would take too long to read to be of use. */
const MAX_BODY_LENGTH = 1_048_576;
/** How much later than it was done something may seem to have been done, since Redis was told of it late. */
const LATE_MS = 1000;
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
      const readAt = clock.now();
      const found = await connection.attempt(
        (redis) => readBoth(redis, answerKey(call), forgottenKey(identity)),
        { trace: call.operation.trace, command: 'MULTI' },
      );
      if (found === null) return null;
      const stored = readStored(found.answer.value, call);
      const keptMs = stored && keptMsOf(found.answer, stored.keepMs);
      if (stored === null || keptMs === null) return null;
      // What may be from before that it was forgotten is.
      if (stored.sinceAskedMs + keptMs + LATE_MS >= sinceForgottenMs(found.forgotten)) return null;
      const ageMs = stored.ageMs + keptMs;
      const answer = readAnswer(stored, call, { at: readAt - ageMs, date: stored.date });
      // Credentials that upstream accepted from another replica a moment ago are as good here.
      const isConfirmed = store.isConfirmed(identity) || ageMs < CONFIRMED_FOR_MS;
      if (answer === null || !isConfirmed || store.epochOf(identity) !== epoch) return null;
      const askedAt = readAt - stored.sinceAskedMs - keptMs;
      store.set(call, { identity, answer, askedAt, at: answer.at, epoch });
      return answer;
    },
    set: async (call, { at, date, body }, askedAt) => {
      if (body === null || body.length > MAX_BODY_LENGTH) return;
      const now = clock.now();
      const value: StoredAnswer = {
        sinceAskedMs: now - askedAt,
        ageMs: now - at,
        keepMs,
        date,
        body,
      };
      const sealed = call.credential.seal.close(JSON.stringify(value), targetOf(call));
      await connection.attempt((redis) => redis.set(answerKey(call), sealed, 'PX', keepMs));
    },
    forget: async (identity) => {
      await connection.attempt((redis) => redis.set(forgottenKey(identity), keepMs, 'PX', keepMs));
    },
    claim: async (call) => {
      const claimed = await connection.attempt(
        async (redis) => ({ answer: await redis.set(claimKey(call), '', 'PX', CLAIM_MS, 'NX') }),
        { trace: call.operation.trace, command: 'SET' },
      );
      return claimed?.answer !== null;
    },
    release: async (call) => {
      await connection.attempt((redis) => redis.del(claimKey(call)));
    },
  };
}

/** A value in Redis, and for how many milliseconds it is still kept; negative where it is not there, or for ever. */
interface Kept {
  readonly value: string | null;
  readonly leftMs: number;
}

/** Reads an answer and what tells when its owner's were forgotten, as they are at one moment. */
async function readBoth(
  redis: Redis,
  answer: string,
  forgotten: string,
): Promise<Record<'answer' | 'forgotten', Kept>> {
  const read = redis.multi().mget(answer, forgotten).pttl(answer).pttl(forgotten);
  const [values, answerMs, forgottenMs] = ((await read.exec()) ?? []).map(([error, result]) => {
    if (error !== null) throw error;
    return result;
  }) as [[string | null, string | null], number, number];
  return {
    answer: { value: values[0], leftMs: answerMs },
    forgotten: { value: values[1], leftMs: forgottenMs },
  };
}

/** For how long Redis has kept a value; null where it cannot tell, as where its own clock went back. */
function keptMsOf({ leftMs }: Kept, keepMs: number): number | null {
  return leftMs < 0 || leftMs > keepMs ? null : keepMs - leftMs;
}

/** How long ago all that was remembered was forgotten; where that is not to be known it may have been just now. */
function sinceForgottenMs(forgotten: Kept): number {
  return forgotten.value === null ? Infinity : (keptMsOf(forgotten, Number(forgotten.value)) ?? 0);
}

/** A stored value; null unless it is whole and belongs to this caller and this question. */
function readStored(stored: string | null, call: UpstreamCall<unknown>): StoredAnswer | null {
  const opened = stored === null ? null : call.credential.seal.open(stored, targetOf(call));
  return opened === null ? null : (StoredAnswer.safeParse(JSON.parse(opened)).data ?? null);
}

/** The answer in a stored value; null where it cannot be read. */
function readAnswer<T>(
  { body }: StoredAnswer,
  call: UpstreamCall<T>,
  moment: Moment,
): UpstreamAnswer<T> | null {
  try {
    return { value: call.read(JSON.parse(body), moment), body, ...moment };
  } catch {
    return null;
  }
}

function answerKey(call: UpstreamCall<unknown>): string {
  const question = createHash('sha256').update(targetOf(call)).digest('base64url');
  return `${call.credential.identity}:answer:${question}`;
}

/** Nobody is made to wait at the pace of what nobody waits for. */
function claimKey(call: UpstreamCall<unknown>): string {
  return `${answerKey(call)}:claim:${call.operation.priority}`;
}

function forgottenKey(identity: string): string {
  return `${identity}:forgotten`;
}
