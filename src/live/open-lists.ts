import type { Execution, KnownStatus } from '../domain/model.ts';
import { comesBefore, keyOf, type RowKey } from '../lists/order.ts';
import { endOf, type RowReader, type Rows } from '../lists/rows.ts';

/** How far one reading came with a list that is too long for it: the next one goes on there. */
export interface Turn {
  /** The position of the first row to read besides the newest, 0-based; 0: the one behind them. */
  from: number;
  /** The last row that is ever read, where more follow; null: none do, or it is not known yet. */
  bound: RowKey | null;
}

/** The states whose lists tell of runs that go on. */
export type OpenStatus = Extract<KnownStatus, 'RUNNING' | 'STOPPING'>;

/** The turns of one list that is watched: of those of each state, and of all runs. */
export type Turns = Record<OpenStatus | 'all', Turn>;

/** The lists of runs that go on, as far as one reading came. */
export interface OpenLists {
  readonly parts: readonly Rows<Execution>[];
  /** Whether a run would have been read, if it were in the state that it is known in. */
  readonly reach: (row: Execution) => boolean;
  /** Whether a further reading will tell whether a run is still in that state. */
  readonly willReach: (row: Execution) => boolean;
}

/** How many pages of each list are read where nothing is known, or too much may have happened. */
const MAX_PAGES: Record<OpenStatus, number> = { RUNNING: 10, STOPPING: 3 };
/** How many are read of it in turn, besides the newest. */
const PAGES_IN_TURN = 2;
/** No further rows than that are read: those in front of them, and what else is told, must be remembered. */
const MAX_ROWS = 1500;

/** Turns that begin at the start. */
export function createTurns(): Turns {
  const begin = (): Turn => ({ from: 0, bound: null });
  return { all: begin(), RUNNING: begin(), STOPPING: begin() };
}

/**
 * Reads lists of runs that go on: the newest page of each, and others in turn.
 * @param isDeep whether to read all of them, within bounds
 * @param since answers from before that, on the monotonic clock, do not count
 */
export async function readOpenLists(
  states: readonly OpenStatus[],
  readerOf: (status: OpenStatus) => RowReader<Execution>,
  turns: Turns,
  isDeep: boolean,
  since: number | undefined,
): Promise<OpenLists> {
  const read = await Promise.all(
    states.map(async (status) => {
      const parts = await readInTurn(
        readerOf(status),
        turns[status],
        isDeep ? MAX_PAGES[status] : null,
        since,
      );
      return [status, parts] as const;
    }),
  );
  const lists = new Map<Execution['status'], readonly Rows<Execution>[]>(read);
  const reach = (row: Execution) => lists.get(row.status)?.some((part) => reaches(part, row)) ?? false;
  return {
    parts: read.flatMap(([, parts]) => parts),
    reach,
    willReach: (row) => {
      const status = states.find((one) => one === row.status);
      if (status === undefined || reach(row)) return false;
      const { bound } = turns[status];
      return bound === null || comesBefore(keyOf(row), bound, 'DESC');
    },
  };
}

/**
 * The pages of one list. Each is an answer of its own: what has left the list may have moved rows between them.
 * @param maxPages how many to read from the start; null: the newest, and others in turn
 */
async function readInTurn(
  reader: RowReader<Execution>,
  turn: Turn,
  maxPages: number | null,
  since: number | undefined,
): Promise<readonly Rows<Execution>[]> {
  const first = await reader.first(reader.largest(), since);
  const parts = [first];
  let isLast = first.hasMore === false;
  let from = maxPages !== null ? endOf(first) : Math.max(turn.from, endOf(first));
  for (let pages = maxPages === null ? PAGES_IN_TURN : maxPages - 1; pages > 0 && !isLast; pages--) {
    if (from >= MAX_ROWS) break;
    const next = await reader.read(from, reader.largest(), since);
    parts.push(next);
    from = endOf(next);
    isLast = next.hasMore === false || next.items.length === 0;
  }
  const last = parts.at(-1)?.items.at(-1);
  if (isLast) turn.bound = null;
  else if (from >= MAX_ROWS && last !== undefined) turn.bound = keyOf(last);
  turn.from = isLast || from >= MAX_ROWS ? 0 : from;
  return parts;
}

/** Whether a stretch of a list would show a row, if it were of that list. */
export function reaches({ items, from, hasMore }: Rows<Execution>, row: Execution): boolean {
  const [first, last] = [items[0], items.at(-1)];
  const isBehindStart = from === 0 || (first !== undefined && comesBefore(keyOf(first), keyOf(row), 'DESC'));
  const isBeforeEnd =
    hasMore === false || (last !== undefined && comesBefore(keyOf(row), keyOf(last), 'DESC'));
  return isBehindStart && isBeforeEnd;
}
