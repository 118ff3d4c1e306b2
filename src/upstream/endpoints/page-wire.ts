import { z } from 'zod';
import type { ListElement } from '../../domain/model.ts';
import type { Moment } from '../../domain/moment.ts';
import { elements, flag, integerOf, lenient, reader, refuseLonger, withStandIns } from './scalar-wire.ts';

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

const count = lenient((value) => {
  const read = integerOf(value);
  return read !== null && read >= 0 ? read : null;
});

/**
 * Builds the reading of a page.
 * @param atMost how many rows it may have: it is refused where it has more
 */
export type ReadPageOf<T> = (atMost: number) => (body: unknown, moment: Moment) => PageWire<T>;

/** As much of a page as tells how many rows it has. */
const Envelope = z.object({ docs: z.unknown() }).catch({ docs: undefined });

/**
 * A page of mongoose-paginate's envelope. Of its ten fields the second generation leaves some out, and most follow
 * from the page that was asked for: so only what leads to the total is read, and what tells whether this is that page.
 */
function pageOf<T>(row: z.ZodType<T | null>) {
  return z
    .object({
      docs: elements(row),
      totalDocs: count,
      totalPages: count,
      hasNextPage: flag,
      page: count,
      limit: count,
    })
    .transform(({ docs, totalDocs, ...rest }) => ({ items: docs, total: totalDocs, ...rest }));
}

/**
 * As `reader`, for a page of these rows. How many there are is known before any of them is read.
 * @param row null where it cannot be read
 * @param standIn for a row that cannot be read; see `withStandIns`
 */
export function pageReader<T extends ListElement>(
  row: z.ZodType<T | null>,
  what: string,
  standIn: (closest: T | null, distance: number) => T,
): ReadPageOf<T> {
  const read = reader(pageOf(row), what);
  return (atMost) => (body, moment) => {
    const { docs } = Envelope.parse(body);
    refuseLonger(docs, atMost, `rows where ${String(atMost)} make a page`);
    const page = read(body);
    return { ...page, items: withStandIns(page.items, standIn), ...moment };
  };
}
