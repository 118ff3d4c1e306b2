import { isReadable, type Execution } from '../domain/model.ts';
import { comesBefore, keyOf, type RowKey } from '../lists/order.ts';
import { isNewerState, isOver, mergeRows } from './run-state.ts';

/** One reading of a list. */
export interface Reading {
  /** The newest rows, without a gap between them. */
  readonly rows: readonly Execution[];
  /** Whether these are all that there are. */
  readonly isWhole: boolean;
  /** Rows that were read besides, of anywhere in the list. */
  readonly aside: readonly Execution[];
  /** Runs that upstream does not know any more. */
  readonly gone: readonly string[];
}

/** A run that is new, or in a new state. */
export interface RunChange {
  readonly row: Execution;
}

/** What is remembered of a list, from one reading to the next. */
export interface KnownRuns {
  /** The newest rows, the newest first, as they were read last. */
  readonly page: readonly Execution[];
  /** All that is remembered, the newest first. */
  readonly all: () => readonly Execution[];
  /** The runs that go on, the newest first. */
  readonly open: () => readonly Execution[];
  readonly get: (id: string) => Execution | undefined;
  /** Whether rows that were read overlap those of the last reading, so that no run lies between them. */
  readonly connectsTo: (rows: readonly Execution[]) => boolean;
  /** Takes in rows of anywhere in the list; answers what is new, the oldest run first. */
  readonly learn: (rows: readonly Execution[]) => readonly RunChange[];
  /** Takes in a reading; answers what is new, the oldest run first. */
  readonly take: (reading: Reading) => readonly RunChange[];
}

/** By so many rows two readings overlap: a run may seem to be older than one that is listed already, or from the future. */
const OVERLAP = 10;
/** How many runs of one list are remembered besides the newest page: of those that go on, the newest. */
const MAX_KNOWN = 2000;

/** Newest first. */
export function inOrder(rows: Iterable<Execution>): Execution[] {
  return [...rows].sort((one, other) => (comesBefore(keyOf(one), keyOf(other), 'DESC') ? -1 : 1));
}

/**
 * Builds an empty memory of a list. It holds what the last reading reached, and the runs that go on: a run is new when
 * it is not known and belongs where the last reading would have shown it. Others come up as rows in front of them go.
 */
export function createKnownRuns(): KnownRuns {
  let known = new Map<string, Execution>();
  let page: readonly Execution[] = [];
  /** The oldest run that the last reading reached; null: it reached all. */
  let floor: RowKey | null = null;

  /** What is known in order; null: it has changed. */
  let ordered: readonly Execution[] | null = null;
  const all = () => (ordered ??= inOrder(known.values()));

  /** What a row changes; it is remembered either way. */
  const changeOf = (row: Execution): RunChange | null => {
    const before = known.get(row.id);
    if (before === undefined) {
      known.set(row.id, row);
      const isNew = floor === null || comesBefore(keyOf(row), floor, 'DESC');
      // One that goes on joins whenever it is first seen, since its end is to be told.
      return isNew || !isOver(row) ? { row } : null;
    }
    // What came with an end may be filled in later, and is not told again.
    const merged = mergeRows(before, row);
    if (isOver(before)) {
      if (isOver(row)) known.set(row.id, merged);
      return null;
    }
    if (!isNewerState(before, merged)) return null;
    known.set(row.id, merged);
    return { row: merged };
  };

  const learn = (rows: readonly Execution[]) => {
    // What was read last is the last of a run that is there twice.
    ordered = null;
    const found = new Map(rows.filter(isReadable).map((row) => [row.id, row]));
    return inOrder(found.values())
      .reverse()
      .map(changeOf)
      .filter((change) => change !== null);
  };

  const forget = (reached: RowKey | null) => {
    const isWorthIt = (row: Execution) =>
      !isOver(row) || reached === null || !comesBefore(reached, keyOf(row), 'DESC');
    const kept = all().filter(isWorthIt);
    ordered = null;
    known = new Map(kept.slice(0, MAX_KNOWN).map((row) => [row.id, row]));
  };

  return {
    get page() {
      return page;
    },
    all,
    open: () => all().filter((row) => !isOver(row)),
    get: (id) => known.get(id),
    connectsTo: (rows) => {
      const [before, oldest] = [page[Math.min(OVERLAP, page.length) - 1], rows.at(-1)];
      if (before === undefined || oldest === undefined) return oldest === undefined;
      return !comesBefore(keyOf(oldest), keyOf(before), 'DESC');
    },
    learn,
    take: ({ rows, isWhole, aside, gone }) => {
      for (const id of gone) known.delete(id);
      const read = rows.filter(isReadable);
      const changes = learn([...read, ...aside]);
      page = read.map((row) => known.get(row.id) ?? row);
      const oldest = read.at(-1);
      floor = isWhole || oldest === undefined ? null : keyOf(oldest);
      forget(floor);
      return changes;
    },
  };
}
