import { badInput } from '../../domain/errors.ts';
import { hasEnded, type Execution, type SortDirection } from '../../domain/model.ts';
import { isOlder, keyOf } from '../../lists/order.ts';
import { MAX_MERGED_ROWS, type Page, type PageRequest } from '../../lists/page.ts';

/**
 * The first page of several lists as if they were one, by creation time. Each list is read once and keeps its own
 * order, so that a longer page begins with the rows of a shorter one.
 * @param lists each ordered by creation time, in this direction; no execution is in two of them at one moment
 * @throws BAD_USER_INPUT when the page reaches too far
 */
export async function mergeFirst(
  lists: readonly ((page: PageRequest) => Promise<Page<Execution>>)[],
  { number, size }: PageRequest,
  sort: SortDirection,
): Promise<Page<Execution>> {
  if (number !== 1) throw new RangeError('merged lists are read from their start');
  if (size > MAX_MERGED_ROWS) {
    throw badInput(
      `With several values in filter.status, pages end at row ${String(MAX_MERGED_ROWS)}: ` +
        'ask for one status, or narrow filter.startDate and filter.endDate',
    );
  }
  const pages = await Promise.all(lists.map((list) => list({ number: 1, size })));
  const rows = merged(
    pages.map(({ items }) => items),
    sort === 'ASC'
      ? (one, other) => isOlder(keyOf(one), keyOf(other))
      : (one, other) => isOlder(keyOf(other), keyOf(one)),
  );
  const distinct = withoutRepeats(rows);
  const total = pages.reduce((sum, page) => sum + page.total, 0) - (rows.length - distinct.length);
  return { items: distinct.slice(0, size), total, at: Math.min(...pages.map(({ at }) => at)) };
}

/** The rows of all lists: next is always the one that comes before the heads of all other lists. */
function merged(
  lists: readonly (readonly Execution[])[],
  isBefore: (one: Execution, other: Execution) => boolean,
): Execution[] {
  const positions = lists.map(() => 0);
  const rows: Execution[] = [];
  for (;;) {
    let first: { readonly list: number; readonly row: Execution } | undefined;
    for (const [list, items] of lists.entries()) {
      const row = items[positions[list] ?? 0];
      if (row !== undefined && (first === undefined || isBefore(row, first.row))) first = { list, row };
    }
    if (first === undefined) return rows;
    rows.push(first.row);
    positions[first.list] = (positions[first.list] ?? 0) + 1;
  }
}

/** Between two reads a run can move from one list to another: it is where it ended. */
function withoutRepeats(rows: readonly Execution[]): Execution[] {
  const byId = new Map<string, Execution>();
  for (const row of rows) {
    const known = byId.get(row.id);
    if (known === undefined || hasEnded(row.status)) byId.set(row.id, row);
  }
  return [...byId.values()];
}
