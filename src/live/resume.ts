import { isReadable, type Execution, type ExecutionFilter } from '../domain/model.ts';
import { comesBefore, keyOf } from '../lists/order.ts';
import type { Upstream } from '../upstream/endpoints/upstream.ts';
import type { Position } from './cursor.ts';
import type { KnownRuns } from './known-runs.ts';
import { readOlder, readRun } from './reading.ts';

/** What is needed to tell what has happened since a position. */
export interface RowsSince {
  /** The newest rows, at least as far as the position. */
  readonly rows: readonly Execution[];
  /** Runs that went on then, as they are now; null: they are no more. */
  readonly then: ReadonlyMap<string, Execution | null>;
  /** Those of them that were read for this. */
  readonly aside: readonly Execution[];
}

/** What it is found with. */
export interface SinceOptions {
  readonly upstream: Upstream;
  /** The filter, without states. */
  readonly filter: ExecutionFilter;
  readonly known: KnownRuns;
  /** Whether the last reading reached all rows. */
  readonly isWhole: boolean;
  /** When it was made, on the monotonic clock: what was answered before may be of runs that have ended since. */
  readonly since: number | undefined;
}

/** How many pages may be read to come as far back as a position. */
const MAX_PAGES = 3;
/** How many of the runs that went on then may be read by their ids. */
const MAX_LOOK_UPS = 8;

/** Finds what tells what has happened since a position; null where too much may have: then one begins again. */
export async function rowsSince(position: Position, options: SinceOptions): Promise<RowsSince | null> {
  const { upstream, known, since } = options;
  if (position.open === null) return null;
  const rows = await rowsBackTo(position, options);
  if (rows === null) return null;
  const read = new Map(rows.map((row) => [row.id, row]));
  const then = new Map<string, Execution | null>();
  const unknown: string[] = [];
  for (const { id } of position.open) {
    const row = known.get(id) ?? read.get(id);
    if (row === undefined) unknown.push(id);
    else then.set(id, row);
  }
  if (unknown.length > MAX_LOOK_UPS) return null;
  const found = await Promise.all(unknown.map((id) => readRun(upstream, id, since)));
  if (found.includes('unread')) return null;
  const aside = found.filter((row) => typeof row !== 'string');
  for (const [nth, id] of unknown.entries()) {
    const row = found[nth];
    then.set(id, row === undefined || typeof row === 'string' ? null : row);
  }
  return { rows, then, aside };
}

/** The newest rows back to those that were the newest then; null where that is too far. */
async function rowsBackTo(
  { newest }: Position,
  { upstream, filter, known, isWhole, since }: SinceOptions,
): Promise<readonly Execution[] | null> {
  const rows = known.page.map((row) => known.get(row.id) ?? row);
  const isThere = (last: Execution | undefined) =>
    newest !== null && last !== undefined && !comesBefore(keyOf(last), newest, 'DESC');
  if (isWhole || isThere(rows.at(-1))) return rows;
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const { items, isLast } = await readOlder(upstream, filter, rows.length, since);
    const ids = new Set(rows.map(({ id }) => id));
    rows.push(...items.filter((row) => !ids.has(row.id) && isReadable(row)));
    if (isLast || isThere(rows.at(-1))) return rows;
  }
  return null;
}
