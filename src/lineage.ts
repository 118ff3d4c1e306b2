import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { DAY_MS } from './domain/day.ts';
import { canonicalId, isPathId } from './domain/id.ts';
import { Recent } from './domain/recent.ts';
import type { TraceSpan } from './observability/trace-span.ts';
import type { RedisConnection } from './redis/connection.ts';

/** Of the operation that asks, or null where tracing is off or nobody waits. */
type Trace = TraceSpan | null;

/**
 * Which run repeats which, as far as this gateway has done it: upstream does not tell. A hint, remembered by
 * identity: what one caller has done, no other one sees. Nothing here fails; what is forgotten reads as unknown.
 */
export interface Lineage {
  /** Remembers that one run repeats another; only for what upstream has said that it did. */
  note(identity: string, originalId: string, newId: string, trace: Trace): Promise<void>;
  /** The run that this one repeats; null when it is not known. */
  originalOf(identity: string, id: string, trace: Trace): Promise<string | null>;
  /** The runs known to repeat this one, oldest first. */
  rerunsOf(identity: string, id: string, trace: Trace): Promise<readonly string[]>;
}

/** The links of one caller, for what asks on its behalf; see `Lineage`. */
export interface LineageOfCaller {
  note(originalId: string, newId: string): Promise<void>;
  originalOf(id: string): Promise<string | null>;
  rerunsOf(id: string): Promise<readonly string[]>;
}

/**
 * The links as one caller sees them.
 * @param identity throws when the caller is not signed in
 */
export function lineageOf(lineage: Lineage, identity: () => string, trace: Trace): LineageOfCaller {
  return {
    note: (originalId, newId) => lineage.note(identity(), originalId, newId, trace),
    originalOf: (id) => lineage.originalOf(identity(), id, trace),
    rerunsOf: (id) => lineage.rerunsOf(identity(), id, trace),
  };
}

/** A link as it is kept, in memory and in Redis. It names its owner and both ends, to be checked when it is read. */
const Link = z.object({
  owner: z.string(),
  original: z.string().refine(isPathId),
  rerun: z.string().refine(isPathId),
});
type Link = z.infer<typeof Link>;

/** How many links this process keeps. */
const MAX_LINKS = 50_000;
/** How many reruns of one run are remembered: the newest. */
const MAX_RERUNS = 100;
/** How long Redis keeps a link. */
const KEEP_MS = 30 * DAY_MS;

/**
 * Builds an empty memory of links.
 * @param options.redis where they outlive this process and are shared with other replicas; null: nowhere
 */
export function createLineage({ redis }: { readonly redis: RedisConnection | null }): Lineage {
  const memory = createMemory();
  const store = redis === null ? null : createStore(redis);

  return {
    note: async (identity, originalId, newId, trace) => {
      const original = canonicalId(originalId);
      const rerun = canonicalId(newId);
      if (!isPathId(original) || !isPathId(rerun)) return;
      const link = { owner: identity, original, rerun };
      memory.keep(link);
      await store?.keep(link, trace);
    },

    originalOf: async (identity, givenId, trace) => {
      const id = canonicalId(givenId);
      const known = memory.to(identity, id);
      if (known !== null) return known.original;
      const found = (await store?.to(identity, id, trace)) ?? null;
      if (found === null) return null;
      memory.keepTo(found);
      return found.original;
    },

    rerunsOf: async (identity, givenId, trace) => {
      const id = canonicalId(givenId);
      // Another replica may have added to what is known here.
      const found = (await store?.from(identity, id, trace)) ?? [];
      for (const link of found) memory.keepTo(link);
      return memory.addFrom(identity, id, found).map(({ rerun }) => rerun);
    },
  };
}

/** Links in this process: as many as there is room for. */
function createMemory() {
  const originals = new Recent<Link>(MAX_LINKS);
  const reruns = new LRUCache<string, readonly Link[]>({
    maxSize: MAX_LINKS,
    sizeCalculation: (links) => links.length,
  });

  /** Keeps how a run is found from its rerun. */
  const keepTo = (link: Link) => {
    originals.set(originalKey(link.owner, link.rerun), link);
  };
  /** Adds links from a run, which are in order, or the newest; answers all that are known. */
  const addFrom = (owner: string, original: string, links: readonly Link[]): readonly Link[] => {
    const key = rerunsKey(owner, original);
    const all = together(reruns.get(key) ?? [], links);
    if (all.length > 0) reruns.set(key, all);
    return all;
  };

  return {
    keepTo,
    addFrom,
    keep: (link: Link) => {
      keepTo(link);
      addFrom(link.owner, link.original, [link]);
    },
    /** The link that leads to this rerun; null when it is not known. */
    to: (owner: string, rerun: string): Link | null => originals.get(originalKey(owner, rerun)) ?? null,
  };
}

/** Links in Redis: null and none where it is away. */
function createStore(redis: RedisConnection) {
  return {
    keep: async (link: Link, trace: Trace): Promise<void> => {
      const value = JSON.stringify(link);
      const key = rerunsKey(link.owner, link.original);
      await redis.attempt(
        (commands) =>
          commands
            .multi()
            .set(originalKey(link.owner, link.rerun), value, 'PX', KEEP_MS)
            .rpush(key, value)
            .ltrim(key, -MAX_RERUNS, -1)
            .pexpire(key, KEEP_MS)
            .exec(),
        { trace, command: 'MULTI' },
      );
    },

    /** The link that leads to this rerun. */
    to: async (owner: string, rerun: string, trace: Trace): Promise<Link | null> => {
      const stored = await redis.attempt((commands) => commands.get(originalKey(owner, rerun)), {
        trace,
        command: 'GET',
      });
      const link = stored === null ? null : readLink(stored);
      return link?.owner === owner && link.rerun === rerun ? link : null;
    },

    /** The links from this run, oldest first. */
    from: async (owner: string, original: string, trace: Trace): Promise<readonly Link[]> => {
      const stored = await redis.attempt(
        (commands) => commands.lrange(rerunsKey(owner, original), -MAX_RERUNS, -1),
        { trace, command: 'LRANGE' },
      );
      return (stored ?? [])
        .map(readLink)
        .filter((link) => link !== null)
        .filter((link) => link.owner === owner && link.original === original);
    },
  };
}

/**
 * Each rerun once, oldest first, and the newest of them where there are too many. Both are in order by themselves, and no
 * time of day tells more than that. The latter say how those are ordered that both have; of the others each stays behind
 * the one that it came behind.
 */
function together(known: readonly Link[], links: readonly Link[]): readonly Link[] {
  const all = [...links];
  let behind = 0;
  for (const link of known) {
    const found = all.findIndex(({ rerun }) => rerun === link.rerun);
    if (found < 0) all.splice(behind, 0, link);
    behind = (found < 0 ? behind : found) + 1;
  }
  return all.slice(-MAX_RERUNS);
}

/** The link in a stored value; null unless it is whole. */
function readLink(stored: string): Link | null {
  try {
    return Link.parse(JSON.parse(stored));
  } catch {
    return null;
  }
}

function originalKey(identity: string, id: string): string {
  return `${identity}:rerun-of:${id}`;
}

function rerunsKey(identity: string, id: string): string {
  return `${identity}:reruns:${id}`;
}
