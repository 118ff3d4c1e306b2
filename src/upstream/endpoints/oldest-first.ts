import { GatewayError } from '../../domain/errors.ts';
import type { Execution } from '../../domain/model.ts';
import { pageCovering, type Page, type PageRequest } from '../../lists/page.ts';
import type { ExecutionQuestion } from './execution-query.ts';

/** How many rounds it may take: the first tells the total, and more runs may arrive by the next. */
const MAX_READS = 3;

/**
 * A page of a list with the oldest first, read from the end of the same list with the newest first.
 * @param read reads a page with the newest first
 * @param question the question, with the newest first
 * @param page that page of the list with the newest first, if it was read already
 * @throws NOT_SUPPORTED where upstream does not tell how long the list is, or it changes all the time
 */
export async function readOldestFirst(
  read: (question: ExecutionQuestion) => Promise<Page<Execution>>,
  question: ExecutionQuestion,
  page: Page<Execution> | null,
): Promise<Page<Execution>> {
  const { request } = question;
  const rowsAtHand = page === null ? null : rowsFromEnd(request, request, page);
  if (page !== null && rowsAtHand !== null && isEnd(request, page)) return { ...page, items: rowsAtHand };
  /** Whether the list ends where upstream says, since rows are counted from there. */
  const endsThere = async ({ total: told, at }: Page<Execution>) => {
    const last = pageCovering(told - 1, 2);
    const found = await read({ ...question, request: last, since: at });
    return found.total === told && isEnd(last, found);
  };
  let since = page?.at ?? question.since;
  let total = page?.total ?? 0;
  // Where nothing is known of the list, it may be as short as one page.
  let wanted = page === null ? { number: 1, size: request.size } : pageFromEnd(request, total);
  for (let reads = 0; reads < MAX_READS; reads++) {
    const found = await read({ ...question, request: wanted, since });
    const rows = rowsFromEnd(request, wanted, found);
    if (rows !== null && (isEnd(wanted, found) || (await endsThere(found)))) {
      return { items: rows, total: found.total, at: found.at };
    }
    since = found.at;
    total = found.total;
    wanted = pageFromEnd(request, total);
  }
  throw new GatewayError('NOT_SUPPORTED', 'sort: upstream did not apply it, and the list has no certain end');
}

/** Where the rows of a page lie, counted from the other end. */
function spanOf({ number, size }: PageRequest, total: number) {
  const end = total - (number - 1) * size;
  const from = Math.max(0, end - size);
  return { from, count: Math.max(0, end - from) };
}

/** The page that has them, and where there is room the row behind the last, which must not be there. */
function pageFromEnd(request: PageRequest, total: number): PageRequest {
  const { from, count } = spanOf(request, total);
  return pageCovering(from, count + 1);
}

/** Whether a page shows that the list ends where upstream says. */
function isEnd({ number, size }: PageRequest, { items, total }: Page<Execution>): boolean {
  return total === 0 || (items.length < size && (number - 1) * size + items.length === total);
}

/** The rows, if this page has all of them and the list ends where it should. */
function rowsFromEnd(request: PageRequest, { number, size }: PageRequest, { items, total }: Page<Execution>) {
  const { from, count } = spanOf(request, total);
  const start = (number - 1) * size;
  if (count === 0) return [];
  const isCovered = start <= from && from + count <= start + items.length;
  const isBeyond = start + items.length > total;
  return isCovered && !isBeyond ? items.slice(from - start, from - start + count).toReversed() : null;
}
