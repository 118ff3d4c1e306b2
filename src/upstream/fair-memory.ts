import { UseOrder, type Ordered } from './use-order.ts';

/**
 * What is remembered of many owners, in so much room for all of them. Where it is full, whoever holds most makes room, with
 * what they have not used for longest: nobody can push out what others hold by asking for much.
 */
export interface FairMemory<T> {
  /** What is remembered under a key; a use of it. */
  get(key: string): T | undefined;
  /**
   * Remembers a value, in the place of what was remembered under that key. One that is too large is not remembered.
   * @param key which no other owner has
   */
  set(owner: string, key: string, value: T, bytes: number): void;
  delete(key: string): void;
  /** Forgets all that an owner holds. */
  forget(owner: string): void;
  /** What is held. */
  size(): { readonly entries: number; readonly bytes: number };
}

/** What a memory is built from. */
export interface FairMemoryOptions {
  readonly maxBytes: number;
  /** The most that one value may take. */
  readonly maxEntryBytes: number;
  /** Milliseconds that only ever go forward. */
  readonly now: () => number;
  /** Called for each value that makes room. */
  readonly onEvicted?: () => void;
}

interface Entry<T> extends Ordered<Entry<T>> {
  readonly key: string;
  readonly value: T;
  readonly bytes: number;
  readonly holding: Holding<T>;
}

/** What one owner holds. */
interface Holding<T> extends Ordered<Holding<T>> {
  readonly owner: string;
  readonly entries: UseOrder<Entry<T>>;
  bytes: number;
  /** When any of it was last used, on `now()`. */
  usedAt: number;
}

/** Who has not come for so long makes room before anybody else, however little it is. */
const IDLE_MS = 300_000;

/** Builds an empty memory. */
export function createFairMemory<T>(options: FairMemoryOptions): FairMemory<T> {
  const { maxBytes, maxEntryBytes, now, onEvicted } = options;
  const entries = new Map<string, Entry<T>>();
  const holdings = new Map<string, Holding<T>>();
  // By powers of two: the largest is one of those that are at least half as large as it.
  const bySize: UseOrder<Holding<T>>[] = [];
  let total = 0;

  const alike = ({ bytes }: Holding<T>) => (bySize[Math.floor(Math.log2(bytes + 1))] ??= new UseOrder());

  const resize = (holding: Holding<T>, change: number) => {
    const before = alike(holding);
    holding.bytes += change;
    total += change;
    const after = alike(holding);
    if (holding.bytes > 0 && after === before) return;
    before.remove(holding);
    if (holding.bytes === 0) holdings.delete(holding.owner);
    else after.addUnused(holding);
  };

  const use = (holding: Holding<T>) => {
    holding.usedAt = now();
    putLast(alike(holding), holding);
  };

  const drop = (entry: Entry<T>) => {
    entries.delete(entry.key);
    entry.holding.entries.remove(entry);
    resize(entry.holding, -entry.bytes);
  };

  const holdingOf = (owner: string): Holding<T> => {
    const known = holdings.get(owner);
    if (known !== undefined) return known;
    const holding = {
      owner,
      entries: new UseOrder<Entry<T>>(),
      bytes: 0,
      usedAt: 0,
      before: null,
      after: null,
    };
    holdings.set(owner, holding);
    alike(holding).add(holding);
    return holding;
  };

  // Who is idle may be hidden for up to IDLE_MS, behind one that has shrunk to the same size: no bound is broken by that.
  /** Who makes room. */
  const nextToLose = (): Holding<T> | null => {
    const leastUsed = bySize.flatMap((holders) => holders.leastUsed ?? []);
    const idleSince = now() - IDLE_MS;
    return leastUsed.find(({ usedAt }) => usedAt < idleSince) ?? leastUsed.at(-1) ?? null;
  };

  const makeRoom = () => {
    while (total > maxBytes) {
      const entry = nextToLose()?.entries.leastUsed;
      if (!entry) return;
      drop(entry);
      onEvicted?.();
    }
  };

  return {
    get: (key) => {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      const { holding } = entry;
      putLast(holding.entries, entry);
      use(holding);
      return entry.value;
    },
    set: (owner, key, value, bytes) => {
      const known = entries.get(key);
      if (known !== undefined) drop(known);
      if (bytes > maxEntryBytes) return;
      const holding = holdingOf(owner);
      const entry = { key, value, bytes, holding, before: null, after: null };
      entries.set(key, entry);
      holding.entries.add(entry);
      resize(holding, bytes);
      use(holding);
      makeRoom();
    },
    delete: (key) => {
      const entry = entries.get(key);
      if (entry !== undefined) drop(entry);
    },
    forget: (owner) => {
      const held = holdings.get(owner)?.entries;
      for (let entry = held?.leastUsed; entry; entry = held?.leastUsed) drop(entry);
    },
    size: () => ({ entries: entries.size, bytes: total }),
  };
}

/** Puts one last that is in an order. What was used last, and is used again, is there already. */
function putLast<T extends Ordered<T>>(order: UseOrder<T>, one: T): void {
  if (one.after === null) return;
  order.remove(one);
  order.add(one);
}
