import type { ListElement } from '../../domain/model.ts';
import type { Moment } from '../../domain/moment.ts';
import { flagOf, integerOf, readerBy, refuseLonger, withStandIns, type Wire } from './scalar-wire.ts';

/** A page as upstream answers it, and when it did. Null: the answer does not tell. */
export interface PageWire<T> extends Moment {
  readonly items: readonly T[];
  /** How many rows there are over all pages, by its word. */
  readonly total: number | null;
  readonly totalPages: number | null;
  readonly hasNextPage: boolean | null;
  /** The page that this is, which should be the one asked for. */
  readonly page: number | null;
  /** Its size: smaller than the one asked for where upstream makes no page as large as that. */
  readonly limit: number | null;
}

function countOf(value: unknown): number | null {
  const read = integerOf(value);
  return read !== null && read >= 0 ? read : null;
}

/**
 * Builds the reading of a page.
 * @param atMost how many rows it may have: it is refused where it has more
 */
export type ReadPageOf<T> = (atMost: number) => (body: unknown, moment: Moment) => PageWire<T>;

/**
 * What is read of mongoose-paginate's envelope. Of its ten fields the second generation leaves some out, and most follow
 * from the page that was asked for: so only what leads to the total is read, and what tells whether this is that page.
 */
type EnvelopeWire = Wire<'docs' | 'totalDocs' | 'totalPages' | 'hasNextPage' | 'page' | 'limit'>;

/**
 * As `readerBy`, for a page of these rows. How many there are is known before any of them is read.
 * @param readRow answers null for a row that cannot be read
 * @param standIn for such a row; see `withStandIns`
 */
export function pageReader<T extends ListElement>(
  readRow: (value: unknown) => T | null,
  what: string,
  standIn: (closest: T | null, distance: number) => T,
): ReadPageOf<T> {
  const rowsOf = readerBy((docs) => (Array.isArray(docs) ? (docs as readonly unknown[]) : null), what);
  return (atMost) => (body, moment) => {
    const { docs, totalDocs, totalPages, hasNextPage, page, limit }: EnvelopeWire = body ?? {};
    refuseLonger(docs, atMost, `rows where ${String(atMost)} make a page`);
    const rows = rowsOf(docs).map((row) => readRow(row));
    return {
      items: withStandIns(rows, standIn),
      total: countOf(totalDocs),
      totalPages: countOf(totalPages),
      hasNextPage: flagOf(hasNextPage),
      page: countOf(page),
      limit: countOf(limit),
      ...moment,
    };
  };
}
