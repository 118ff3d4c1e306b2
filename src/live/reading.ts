import { GatewayError, isUnknownOrForeign } from '../domain/errors.ts';
import type { Execution, ExecutionDetail, ExecutionFilter, KnownStatus } from '../domain/model.ts';
import { readFirst } from '../lists/merge.ts';
import { comesBefore, keyOf } from '../lists/order.ts';
import { endOf, type RowReader, type Rows } from '../lists/rows.ts';
import type { Upstream } from '../upstream/endpoints/upstream.ts';
import type { KnownRuns, Reading } from './known-runs.ts';

/** One reading of a list. */
export interface ReadingOptions {
  readonly upstream: Upstream;
  /** The filter, without states. */
  readonly filter: ExecutionFilter;
  readonly known: KnownRuns;
  /** Whether nothing is known yet. */
  readonly isFirst: boolean;
  /** Answers from before that, on the monotonic clock, do not count. */
  readonly since: number | undefined;
  /** When each run was last read by its id; it is kept up to date. */
  readonly lookedUp: Map<string, number>;
  /** Runs to read by their ids before all others. */
  readonly hinted: ReadonlySet<string>;
  readonly now: () => number;
}

/** What was read, and when upstream answered it. */
export interface DatedReading extends Reading {
  /** The oldest and the newest answer, on the monotonic clock. */
  readonly at: number;
  readonly lastAt: number;
  /** The time of day of the oldest answer, epoch milliseconds. */
  readonly date: number;
  /** Whether runs may have come and gone out of sight since the last reading. */
  readonly hasGap: boolean;
}

/** How many pages of the newest rows one reading may take. */
const MAX_PAGES = 3;
/** How many runs may be read by their ids in one reading. */
const MAX_LOOK_UPS = 2;
/** A run that may go on for days, in a state that has no list, is read so far apart. */
const APART_MS = 10_000;
/** So much sooner is it the turn of a run that is known to have changed. */
const HEAD_START_MS = 60_000;

/**
 * Reads what tells of all changes: the newest rows, as far as they connect to those of the last reading; where runs go
 * on that are older, the list of those that run; and of what is missing there, some by their ids.
 */
export async function readList(options: ReadingOptions): Promise<DatedReading> {
  const { upstream, filter, known, isFirst, since } = options;
  const newest = await readNewest(readerOf(upstream, filter), since);
  while (!isFirst && newest.mayReadOn() && !known.connectsTo(newest.rows())) await newest.readOn();
  const hasGap = !isFirst && newest.hasMore() && !known.connectsTo(newest.rows());

  const outside = () => {
    const ids = new Set(newest.rows().map(({ id }) => id));
    return known.open().filter(({ id }) => !ids.has(id));
  };
  const states = openStates(isFirst ? newest.hasMore() : null, outside());
  const lists = await Promise.all(
    states.map(async (status) => {
      const reader = readerOf(upstream, filter, status);
      return reader.first(reader.largest(), since);
    }),
  );
  const listed = lists.flatMap(({ items }) => items);
  const missing = () => outside().filter(({ id }) => listed.every((row) => row.id !== id));
  const runs = lists[states.indexOf('RUNNING')];
  const hasChanged = (row: Execution) => row.status === 'RUNNING' && runs !== undefined && reaches(runs, row);
  // What many runs have become is told by a page of rows sooner than by each of them.
  while (missing().filter(hasChanged).length > MAX_LOOK_UPS && newest.mayReadOn()) await newest.readOn();
  const { rows, gone } = await lookUp(missing(), hasChanged, options);

  const moments = [...newest.moments(), ...lists];
  const first = moments.reduce((one, other) => (other.at < one.at ? other : one));
  return {
    rows: newest.rows(),
    isWhole: !newest.hasMore(),
    aside: [...listed, ...rows],
    gone,
    hasGap,
    at: first.at,
    lastAt: Math.max(...moments.map(({ at }) => at)),
    date: first.date,
  };
}

/** The states whose lists are read besides. @param hasMore whether rows are out of sight of a first reading; else null */
function openStates(hasMore: boolean | null, outside: readonly Execution[]): readonly KnownStatus[] {
  if (hasMore !== null) return hasMore ? ['RUNNING', 'STOPPING'] : [];
  return outside.some(({ status }) => status === 'RUNNING') ? ['RUNNING'] : [];
}

/** Whether a list would show a row, if it were of that list. */
export function reaches({ items, hasMore }: Rows<Execution>, row: Execution): boolean {
  const last = items.at(-1);
  return hasMore === false || (last !== undefined && comesBefore(keyOf(row), keyOf(last), 'DESC'));
}

/** The newest rows: a page, and as many more as it takes. */
async function readNewest(reader: RowReader<Execution>, since: number | undefined) {
  const first = await reader.first(reader.largest(), since);
  const parts: Rows<Execution>[] = [first];
  const last = () => parts.at(-1) ?? first;
  const hasMore = () => last().hasMore !== false;
  return {
    hasMore,
    moments: () => parts,
    /** Rows that arrive meanwhile push others on to the next page: then they are read twice. */
    rows: () => [...new Map(parts.flatMap(({ items }) => items).map((row) => [row.id, row])).values()],
    mayReadOn: () => hasMore() && parts.length < MAX_PAGES,
    readOn: async () => {
      const next = await reader.read(endOf(last()), reader.largest(), since);
      parts.push(next.items.length === 0 ? { ...next, hasMore: false } : next);
    },
  };
}

/** Reads some runs by their ids, those whose turn it is; answers their rows, and which of them are no more. */
async function lookUp(
  missing: readonly Execution[],
  hasChanged: (row: Execution) => boolean,
  { upstream, since, lookedUp, hinted, now }: ReadingOptions,
) {
  const rankOf = (row: Execution) => {
    if (hinted.has(row.id)) return -Infinity;
    return (lookedUp.get(row.id) ?? -Infinity) - (hasChanged(row) ? HEAD_START_MS : 0);
  };
  const isDue = (row: Execution) =>
    hinted.has(row.id) || hasChanged(row) || now() - (lookedUp.get(row.id) ?? -Infinity) >= APART_MS;
  const chosen = missing
    .filter(isDue)
    .sort((one, other) => rankOf(one) - rankOf(other))
    .slice(0, MAX_LOOK_UPS);
  const gone: string[] = [];
  const rows = await Promise.all(
    chosen.map(async ({ id }) => {
      lookedUp.set(id, now());
      const row = await readRun(upstream, id, since);
      if (row === 'gone') gone.push(id);
      return typeof row === 'string' ? null : row;
    }),
  );
  return { rows: rows.filter((row) => row !== null), gone };
}

/** A run by its id, as a row of a list has it; or that there is none, or that it could not be read now. */
export async function readRun(
  { execution }: Upstream,
  id: string,
  since: number | undefined,
): Promise<Execution | 'gone' | 'unread'> {
  try {
    return rowOf(await execution.get(id, { since }));
  } catch (error) {
    if (isUnknownOrForeign(error)) return 'gone';
    if (error instanceof GatewayError) return 'unread';
    throw error;
  }
}

/** A run without what no row of a list has: steps would be a lot to keep. */
function rowOf(detail: ExecutionDetail): Execution {
  const fields = Object.entries(detail).filter(([name]) => !DETAIL_ONLY.has(name));
  return Object.fromEntries(fields) as unknown as Execution;
}

const DETAIL_ONLY = new Set<string>(['nodes', 'completionPercentage'] satisfies (keyof ExecutionDetail)[]);

/** The newest page of a list with its states, each of which is a list of upstream's, and when it was answered. */
export async function readPageOf(
  { execution }: Upstream,
  filter: ExecutionFilter,
  since: number | undefined,
): Promise<{ readonly rows: readonly Execution[]; readonly at: number }> {
  const { rows, at } = await readFirst(execution.list(filter, 'DESC'), Infinity, { isOneCall: true, since });
  return { rows: rows.map(({ row }) => row), at };
}

/** The next page of the list without states behind so many rows. */
export async function readOlder(
  upstream: Upstream,
  filter: ExecutionFilter,
  behind: number,
): Promise<{ readonly items: readonly Execution[]; readonly isLast: boolean }> {
  const reader = readerOf(upstream, filter);
  const { items, hasMore } = await reader.read(behind, reader.largest());
  return { items, isLast: hasMore === false || items.length === 0 };
}

/** The one list of upstream that a filter without states stands for, or with one. */
export function readerOf(
  { execution }: Pick<Upstream, 'execution'>,
  filter: ExecutionFilter,
  status?: KnownStatus,
): RowReader<Execution> {
  const { readers } = execution.list(
    status === undefined ? filter : { ...filter, statuses: [status] },
    'DESC',
  );
  const [reader] = readers;
  if (reader === undefined) throw new TypeError('A list is read by one reader for each of its states');
  return reader;
}
