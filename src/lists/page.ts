/** Asks for a numbered page. `number` counts from 1. */
export interface PageRequest {
  readonly number: number;
  readonly size: number;
}

/** Pages of one size that follow each other. */
export interface PagePlan {
  readonly size: number;
  /** The number of the first, from 1. */
  readonly first: number;
  readonly last: number;
}

/** How many rows a page has where nobody says. */
export const DEFAULT_PAGE_SIZE = 10;

/** How far into several lists at once a numbered page may reach: they are read from their start to there. */
export const MAX_MERGED_ROWS = 1000;

/**
 * The numbered pages that hold rows `from` to `from + count`: as few as can be, and as small ones as can be. One page
 * costs one call and shows one moment, and hardly ever has more than twice the rows; several have to fit each other.
 * @param limit the largest page
 */
export function pagesCovering(from: number, count: number, limit: number): PagePlan {
  const rows = Math.max(1, count);
  for (let pages = Math.ceil(rows / limit); ; pages++) {
    for (let size = Math.ceil(rows / pages); size <= limit; size++) {
      const first = Math.floor(from / size) + 1;
      if (from + rows <= (first - 1 + pages) * size) return { size, first, last: first - 1 + pages };
    }
  }
}

/**
 * How many calls a window of one list needs that begins anywhere in it, as one next to a cursor does: where it is no
 * more than half a page, some page holds it.
 * @param rows those of the window, and the cursor's own: one more than fit a page, at most
 * @param limit the largest page
 */
export function callsForWindow(rows: number, limit: number): number {
  return 2 * rows <= limit ? 1 : 2;
}

/**
 * How many calls it needs at most to read several lists, merged, from their start up to a row: each is read on only
 * once its rows so far have all been shown.
 * @param limit the largest page
 */
export function callsForMerged(lists: number, rows: number, limit: number): number {
  return lists + Math.floor(Math.max(0, rows - 1) / limit);
}
