import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { Clock } from './clock.ts';
import { canonicalId, isPathId } from './domain/id.ts';
import type { RedisLink } from './redis/connection.ts';

/**
 * Which run repeats which, as far as this gateway has done it: upstream does not tell. A hint, remembered by
 * identity: what one caller has done, no other one sees. Nothing here fails; what is forgotten reads as unknown.
 */
export interface Lineage {
  /** Remembers that one run repeats another; only for what upstream has said that it did. */
  note(identity: string, originalId: string, newId: string): Promise<void>;
  /** The run that this one repeats; null when it is not known. */
  originalOf(identity: string, id: string): Promise<string | null>;
  /** The runs known to repeat this one, oldest first. */
  rerunsOf(identity: string, id: string): Promise<readonly string[]>;
}

/** A link as it is kept, in memory and in Redis. It names its owner and both ends, to be checked when it is read. */
const Link = z.object({
  owner: z.string(),
  original: z.string().refine(isPathId),
  rerun: z.string().refine(isPathId),
  /** Epoch milliseconds. */
  at: z.number(),
});
type Link = z.infer<typeof Link>;

/** How many links this process keeps. */
const MAX_LINKS = 50_000;
/** How many reruns of one run are remembered: the newest. */
const MAX_RERUNS = 100;
/** How long Redis keeps a link. */
const KEEP_MS = 30 * 86_400_000;

/**
 * Builds an empty memory of links.
 * @param options.link where they outlive this process and are shared with other replicas; null: nowhere
 */
export function createLineage({
  link,
  clock,
}: {
  readonly link: RedisLink | null;
  readonly clock: Clock;
}): Lineage {
  const originals = new LRUCache<string, Link>({ max: MAX_LINKS });
  const reruns = new LRUCache<string, readonly Link[]>({
    maxSize: MAX_LINKS,
    sizeCalculation: (links) => links.length,
  });

  const keep = (noted: Link) => {
    originals.set(originalKey(noted.owner, noted.rerun), noted);
    const key = rerunsKey(noted.owner, noted.original);
    reruns.set(key, together(reruns.get(key) ?? [], [noted]));
  };

  return {
    note: async (identity, originalId, newId) => {
      const noted = {
        owner: identity,
        original: canonicalId(originalId),
        rerun: canonicalId(newId),
        at: clock.date(),
      };
      if (!isPathId(noted.original) || !isPathId(noted.rerun)) return;
      keep(noted);
      const value = JSON.stringify(noted);
      const key = rerunsKey(identity, noted.original);
      await link?.attempt((redis) =>
        redis
          .multi()
          .set(originalKey(identity, noted.rerun), value, 'PX', KEEP_MS)
          .rpush(key, value)
          .ltrim(key, -MAX_RERUNS, -1)
          .pexpire(key, KEEP_MS)
          .exec(),
      );
    },

    originalOf: async (identity, id) => {
      const key = originalKey(identity, canonicalId(id));
      const known = originals.get(key);
      if (known !== undefined) return known.original;
      const stored = await link?.attempt((redis) => redis.get(key));
      const found = stored == null ? null : readLink(stored);
      if (found?.owner !== identity || found.rerun !== canonicalId(id)) return null;
      originals.set(key, found);
      return found.original;
    },

    rerunsOf: async (identity, id) => {
      const key = rerunsKey(identity, canonicalId(id));
      // Another replica may have added to what is known here.
      const stored = await link?.attempt((redis) => redis.lrange(key, -MAX_RERUNS, -1));
      const found = (stored ?? [])
        .map(readLink)
        .filter((one) => one !== null)
        .filter(({ owner, original }) => owner === identity && original === canonicalId(id));
      const all = together(found, reruns.get(key) ?? []);
      if (all.length > 0) reruns.set(key, all);
      for (const one of found) originals.set(originalKey(identity, one.rerun), one);
      return all.map(({ rerun }) => rerun);
    },
  };
}

/** Each rerun once, oldest first, and the newest of them where there are too many. */
function together(some: readonly Link[], others: readonly Link[]): readonly Link[] {
  const byRerun = new Map([...some, ...others].map((link) => [link.rerun, link]));
  return [...byRerun.values()].sort((one, other) => one.at - other.at).slice(-MAX_RERUNS);
}

/** The link in a stored value; null unless it is whole. */
function readLink(stored: string): Link | null {
  try {
    return Link.parse(JSON.parse(stored));
  } catch {
    return null;
  }
}

// The braces keep the keys of one identity in one slot of a cluster.

function originalKey(identity: string, id: string): string {
  return `{${identity}}:rerun-of:${id}`;
}

function rerunsKey(identity: string, id: string): string {
  return `{${identity}}:reruns:${id}`;
}
