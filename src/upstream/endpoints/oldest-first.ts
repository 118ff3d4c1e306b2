import { GatewayError } from '../../domain/errors.ts';
import type { Execution } from '../../domain/model.ts';
import { endOf, type RowReader, type Rows } from '../../lists/rows.ts';
import type { PageWire } from './page-wire.ts';

/** Upstream was asked for the oldest first, and does not do that. */
export class OrderIgnored extends Error {
  /** The page that it answered, with the newest first; null: it was not asked. */
  readonly page: PageWire<Execution> | null;

  constructor(page: PageWire<Execution> | null) {
    super('Upstream does not begin with the oldest');
    this.page = page;
  }
}

/** How many rounds it may take: the first tells the total, and more runs may arrive by the next. */
const MAX_READS = 3;

/**
 * Builds the reading of a list with the oldest first: as upstream does it, or where it throws `OrderIgnored`, from the
 * end of the same list with the newest first.
 * @throws NOT_SUPPORTED where upstream does not tell how long the list is, or it changes all the time
 */
export function createOldestFirst(
  oldestFirst: RowReader<Execution>,
  newestFirst: RowReader<Execution>,
): RowReader<Execution> {
  const or = async <R>(
    asked: Promise<R>,
    instead: (page: PageWire<Execution> | null) => Promise<R>,
  ): Promise<R> => {
    try {
      return await asked;
    } catch (error) {
      if (error instanceof OrderIgnored) return instead(error.page);
      throw error;
    }
  };
  const fromEnd = (from: number, count: number, since?: number) => (page: PageWire<Execution> | null) =>
    readFromEnd(newestFirst, { from, count, since }, page);
  return {
    first: async (count, since) => {
      const size = Math.min(count, newestFirst.largest());
      return or(oldestFirst.first(count, since), fromEnd(0, size, since));
    },
    read: (from, count, since) => or(oldestFirst.read(from, count, since), fromEnd(from, count, since)),
    readOn: (rows, since) =>
      or(oldestFirst.readOn(rows, since), async () => {
        const next = await readFromEnd(newestFirst, { from: endOf(rows), count: rows.pageSize, since }, null);
        if (next.total !== rows.total) return null;
        return { ...next, from: rows.from, items: [...rows.items, ...next.items] };
      }),
    largest: newestFirst.largest,
  };
}

/** Rows, counted from the end of a list with the newest first. */
async function readFromEnd(
  reader: RowReader<Execution>,
  {
    from,
    count,
    since,
  }: { readonly from: number; readonly count: number; readonly since: number | undefined },
  page: PageWire<Execution> | null,
): Promise<Rows<Execution>> {
  // Fewer rows than were asked for show that the list ends with them.
  const isAll = page?.total === page?.items.length && page?.hasNextPage !== true;
  if (page !== null && page.total !== null && isAll && page.total < count) {
    return ofWhole(page, page.total, from, count);
  }
  let total = page?.total ?? null;
  let newest = page?.at ?? since;
  for (let reads = 0; reads < MAX_READS; reads++) {
    const end = Math.max(0, (total ?? count) - from);
    const start = Math.max(0, end - count);
    // The row behind the last must not be there.
    const rows = await reader.read(start, end + 1 - start, newest);
    if (rows.total === null) break;
    const oldest = Math.max(0, rows.total - from);
    const wanted = { start: Math.max(0, oldest - count), end: oldest };
    const isHeld = rows.from <= wanted.start && wanted.end <= endOf(rows);
    if (isHeld && (from === 0 || (await endsThere(reader, rows.total, rows.at)))) {
      const items = rows.items.slice(wanted.start - rows.from, wanted.end - rows.from).toReversed();
      const { at, date, told } = rows;
      return { items, from, pageSize: count, total: rows.total, told, hasMore: wanted.start > 0, at, date };
    }
    total = rows.total;
    newest = rows.at;
  }
  throw new GatewayError('NOT_SUPPORTED', 'sort: upstream did not apply it, and the list has no certain end');
}

/** Rows of a list that one page holds. */
function ofWhole(
  { items, at, date }: PageWire<Execution>,
  total: number,
  from: number,
  count: number,
): Rows<Execution> {
  const rows = items.toReversed().slice(from, from + count);
  return { items: rows, from, pageSize: count, total, told: total, hasMore: from + count < total, at, date };
}

/** Whether the list ends where upstream says, since rows are counted from there. */
async function endsThere(reader: RowReader<Execution>, total: number, at: number): Promise<boolean> {
  if (total === 0) return true;
  // The page that has the last row and room for one more.
  const last = await reader.read(total - 1, 2, at);
  return last.total === total && endOf(last) === total;
}
