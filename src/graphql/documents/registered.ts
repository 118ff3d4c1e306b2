import type { Clock } from '../../clock.ts';
import { Recent } from '../../domain/recent.ts';
import type { RedisConnection } from '../../redis/connection.ts';
import { createFairMemory } from '../../upstream/fair-memory.ts';
import { checkText } from '../limits/text.ts';
import type { Limits } from '../limits/limits.ts';
import { sha256Of } from './document-id.ts';

/** Documents that clients have registered by their SHA-256. */
export interface RegisteredDocuments {
  /**
   * The text of one; null: nobody has registered it, or it had to make room.
   * @param owner who asks, and keeps it where only another replica had it
   */
  get(sha256: string, owner: string): string | null | Promise<string | null>;
  /** The same, as far as this process knows. */
  peek(sha256: string): string | null;
  /** Registers one that is valid. */
  set(sha256: string, text: string, owner: string): void;
  /** Tells other replicas of one that somebody has asked with whom Refold lets in. */
  share(sha256: string, text: string, owner: string): void;
}

/** What they are kept with. */
export interface RegisteredOptions {
  readonly maxBytes: number;
  /** What other replicas know them by; null: this is the only one. */
  readonly redis: RedisConnection | null;
  readonly limits: Limits;
  readonly clock: Clock;
}

/** What a document takes besides its text. */
const DOCUMENT_BYTES = 512;
/** A character takes two bytes, unless all of them are plain. */
const CHARACTER_BYTES = 2;
/** How long Redis keeps one that nobody registers anew. */
const KEEP_MS = 24 * 3_600_000;
/**
 * So many of one owner are told to other replicas in an hour, and of all of them no more than is kept here: Redis has no
 * fair share for each.
 */
const SHARED_PER_HOUR = 200;
const HOUR_MS = 3_600_000;
const MAX_OWNERS = 10_000;

/** Builds an empty memory of documents. Whoever has registered most makes room, so that nobody can push out others' ones. */
export function createRegistered({ maxBytes, redis, limits, clock }: RegisteredOptions): RegisteredDocuments {
  const now = () => clock.now();
  const documents = createFairMemory<string>({ maxBytes, maxEntryBytes: maxBytes, now });
  const mayShare = createShares(maxBytes, now);

  const keep = (sha256: string, text: string, owner: string) => {
    documents.set(owner, sha256, text, bytesOf(text));
  };
  const fetch = async (
    connection: RedisConnection,
    sha256: string,
    owner: string,
  ): Promise<string | null> => {
    // A text may have four bytes a character. What is longer is none of ours, and is not read whole.
    const most = 4 * limits.maxDocumentLength;
    const text = await connection.attempt((client) => client.getrange(keyOf(sha256), 0, most).catch(refused));
    // Whoever can write into Redis could write another document there, or one that is beyond the limits here.
    if (text === null || sha256Of(text) !== sha256 || checkText(text, limits) !== null) return null;
    keep(sha256, text, owner);
    return text;
  };
  return {
    get: (sha256, owner) => {
      const known = documents.get(sha256);
      if (known !== undefined) return known;
      return redis === null ? null : fetch(redis, sha256, owner);
    },
    peek: (sha256) => documents.get(sha256) ?? null,
    set: (sha256, text, owner) => {
      // A use of it, so that it stays.
      if (documents.get(sha256) === undefined) keep(sha256, text, owner);
    },
    share: (sha256, text, owner) => {
      if (redis === null || !mayShare(owner, bytesOf(text))) return;
      void redis.attempt((client) => client.set(keyOf(sha256), text, 'PX', KEEP_MS).catch(refused));
    },
  };
}

/** About what a document takes. */
function bytesOf(text: string): number {
  return DOCUMENT_BYTES + CHARACTER_BYTES * text.length;
}

/** What is there may be none of ours, and there may be no room: that says nothing of what else Redis is good for. */
function refused(error: unknown): null {
  if ((error as Error).name !== 'ReplyError') throw error;
  return null;
}

function keyOf(sha256: string): string {
  return `document:${sha256}`;
}

/** Tells whether so much of somebody's may be written into Redis in this hour. */
function createShares(maxBytes: number, now: () => number): (owner: string, bytes: number) => boolean {
  const counts = new Recent<{ since: number; count: number }>(MAX_OWNERS);
  let all = { since: now(), bytes: 0 };
  return (owner, bytes) => {
    if (now() - all.since >= HOUR_MS) all = { since: now(), bytes: 0 };
    const known = counts.get(owner);
    const own = known === undefined || now() - known.since >= HOUR_MS ? { since: now(), count: 0 } : known;
    counts.set(owner, own);
    if (own.count >= SHARED_PER_HOUR || all.bytes + bytes > maxBytes) return false;
    own.count += 1;
    all.bytes += bytes;
    return true;
  };
}
