import { GatewayError, isUnknownOrForeign } from '../domain/errors.ts';
import type { Execution, ExecutionDetail, ExecutionFilter, KnownStatus } from '../domain/model.ts';
import { readFirst } from '../lists/merge.ts';
import { comesBefore, keyOf } from '../lists/order.ts';
import { endOf, mayGoOn, type RowReader, type Rows } from '../lists/rows.ts';
import type { Upstream } from '../upstream/endpoints/upstream.ts';
import type { KnownRuns, Reading } from './known-runs.ts';
import { readOpenLists, type OpenStatus, type Turn, type Turns } from './open-lists.ts';

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
  /** Where to go on with what is too long for one reading; it is kept up to date. */
  readonly turns: Turns;
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

const OPEN_STATES = ['RUNNING', 'STOPPING'] as const satisfies readonly OpenStatus[];
/** How many pages of rows in any state one reading may take. */
const MAX_PAGES = 3;
/** How many runs may be read by their ids in one reading. */
const MAX_LOOK_UPS = 2;
/** A run that may go on for days, in a state that has no list, is read so far apart. */
const APART_MS = 10_000;
/** So much sooner is it the turn of a run that is known to have changed. */
const HEAD_START_MS = 60_000;

/**
 * Reads what tells of all changes: the newest rows, as far as they connect to those of the last reading; where runs go
 * on that are older, the list of those that run, in turn where it is long; and of what is missing there, some by their
 * ids. A first reading, and one that does not connect, reads all that goes on, within bounds.
 */
export async function readList(options: ReadingOptions): Promise<DatedReading> {
  const { upstream, filter, known, isFirst, since, turns } = options;
  const reader = readerOf(upstream, filter);
  const newest = await readNewest(reader, since);
  while (!isFirst && newest.mayReadOn() && !known.connectsTo(newest.rows())) await newest.readOn();
  const hasGap = !isFirst && newest.hasMore() && !known.connectsTo(newest.rows());

  const isDeep = hasGap || (isFirst && newest.hasMore());
  const withoutRows = (rows: readonly Execution[]) => {
    const ids = new Set(rows.map(({ id }) => id));
    return known.open().filter(({ id }) => !ids.has(id));
  };
  const states = isDeep ? OPEN_STATES : openStates(withoutRows(newest.rows()));
  const lists = await readOpenLists(
    states,
    (status) => readerOf(upstream, filter, status),
    turns,
    isDeep,
    since,
  );
  const older: Rows<Execution>[] = [];
  const aside = () => [...lists.parts, ...older].flatMap(({ items }) => items);
  const missing = () => withoutRows([...newest.rows(), ...aside()]);
  const hasChanged = (row: Execution) => lists.reach(row);
  await readEnds({
    newest,
    reader,
    older,
    turn: turns.all,
    since,
    ended: () => missing().filter(hasChanged),
  });
  const alone = missing().filter((row) => options.hinted.has(row.id) || !lists.willReach(row));
  const { rows, gone } = await lookUp(alone, hasChanged, options);

  const moments = [...newest.moments(), ...lists.parts, ...older];
  const first = moments.reduce((one, other) => (other.at < one.at ? other : one));
  return {
    rows: newest.rows(),
    isWhole: !newest.hasMore(),
    aside: [...aside(), ...rows],
    gone,
    hasGap,
    at: first.at,
    lastAt: Math.max(...moments.map(({ at }) => at)),
    date: first.date,
  };
}

/** The states whose lists are read besides: few runs that are being stopped are read by their ids. */
function openStates(outside: readonly Execution[]): readonly OpenStatus[] {
  const count = (wanted: OpenStatus) => outside.filter(({ status }) => status === wanted).length;
  const isListed = { RUNNING: count('RUNNING') > 0, STOPPING: count('STOPPING') > MAX_LOOK_UPS };
  return OPEN_STATES.filter((status) => isListed[status]);
}

/** What tells what has become of runs. */
interface EndsOptions {
  readonly newest: Awaited<ReturnType<typeof readNewest>>;
  readonly reader: RowReader<Execution>;
  /** Pages that do not follow the newest rows are added here. */
  readonly older: Rows<Execution>[];
  readonly turn: Turn;
  readonly since: number | undefined;
  /** The runs whose end is still to be found. */
  readonly ended: () => readonly Execution[];
}

/** What many runs have become is told by pages of rows sooner than by each of them: by the newest, then others in turn. */
async function readEnds({ newest, reader, older, turn, since, ended }: EndsOptions): Promise<void> {
  const areMany = () => ended().length > MAX_LOOK_UPS;
  if (turn.from <= newest.end()) {
    while (areMany() && newest.mayReadOn()) await newest.readOn();
    turn.from = areMany() && newest.hasMore() ? newest.end() : 0;
    return;
  }
  for (let pages = newest.moments().length; pages < MAX_PAGES && areMany(); pages++) {
    const next = await reader.read(turn.from, reader.largest(), since);
    older.push(next);
    turn.from = endOf(next);
    const last = next.items.at(-1);
    const isBehindAll =
      last === undefined || ended().every((row) => comesBefore(keyOf(row), keyOf(last), 'DESC'));
    if (isBehindAll || !mayGoOn(next)) turn.from = 0;
    if (turn.from === 0) return;
  }
  if (!areMany()) turn.from = 0;
}

/** The newest rows: a page, and as many more as it takes. */
async function readNewest(reader: RowReader<Execution>, since: number | undefined) {
  const first = await reader.first(reader.largest(), since);
  const parts: Rows<Execution>[] = [first];
  const last = () => parts.at(-1) ?? first;
  const hasMore = () => mayGoOn(last());
  return {
    hasMore,
    end: () => endOf(last()),
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
  since: number | undefined,
): Promise<{ readonly items: readonly Execution[]; readonly isLast: boolean }> {
  const reader = readerOf(upstream, filter);
  const rows = await reader.read(behind, reader.largest(), since);
  return { items: rows.items, isLast: !mayGoOn(rows) || rows.items.length === 0 };
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
