/** Asks for a numbered page. `number` counts from 1. */
export interface PageRequest {
  readonly number: number;
  readonly size: number;
}

/** Rows of one page, and how many there are over all pages. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly total: number;
  /** When upstream answered it, epoch milliseconds. */
  readonly at: number;
}

/** How many rows a page has where nobody says. */
export const DEFAULT_PAGE_SIZE = 10;

/** How far into several lists at once a page may reach: each of them is read from its start to there. */
export const MAX_MERGED_ROWS = 1000;

/**
 * The largest page that upstream is asked for where a few large ones are better than many: as large as one that covers
 * a window can be, and no larger than merged lists reach.
 * @param maxPageSize the largest page that a client may ask for
 */
export function largestPageSize(maxPageSize: number): number {
  return Math.min(2 * maxPageSize, MAX_MERGED_ROWS);
}

/**
 * The numbered page that holds rows `from` to `from + count`: of all that do, the smallest. It is hardly ever larger
 * than twice the rows, and one page costs one call and shows one moment, where two might not fit each other.
 */
export function pageCovering(from: number, count: number): PageRequest {
  for (let size = Math.max(1, count); ; size++) {
    const page = Math.floor(from / size);
    if (from + count <= (page + 1) * size) return { number: page + 1, size };
  }
}
