import type { ListArgument } from '../../domain/capability.ts';
import type { Execution, SortDirection } from '../../domain/model.ts';
import type { Moment } from '../../domain/moment.ts';
import { verdictsOn, type RowFacts, type RowVerdict } from '../../domain/row-check.ts';
import type { PageWire } from './page-wire.ts';
import type { ExecutionQuestion } from './execution-query.ts';

/**
 * What all rows of a page together tell of each argument: that one of them does not fit, that every one does, or
 * neither. An argument that no row tells of is left out.
 */
export type PageVerdicts = ReadonlyMap<ListArgument, RowVerdict>;

/**
 * Holds a page to the question that it answers.
 * @param factsOf what the catalogue tells for a row
 */
export function verdictsOnPage(
  { filter, sort }: Pick<ExecutionQuestion, 'filter' | 'sort'>,
  { items, total, hasNextPage }: PageWire<Execution>,
  factsOf: (row: Execution) => RowFacts = () => ({}),
): PageVerdicts {
  const together = new Map<ListArgument, RowVerdict>();
  // Upstream's ids are unique.
  const isLonger = (total ?? 0) > 1 && hasNextPage !== false;
  if (filter.executionId !== undefined && isLonger) together.set('executionId', 'DIFFERS');
  const isNarrowed = Object.values(filter).some((wanted) => wanted !== undefined);
  for (const row of isNarrowed ? items : []) {
    for (const [argument, verdict] of verdictsOn(filter, row, factsOf(row))) {
      together.set(argument, worse(together.get(argument), verdict));
    }
  }
  together.set('sort', orderOf(items, sort));
  return together;
}

/** Whether a page is the whole list: then nothing is out of sight. */
export function isWhole(
  { request }: Pick<ExecutionQuestion, 'request'>,
  page: Omit<PageWire<unknown>, keyof Moment>,
): boolean {
  const { items, total, hasNextPage } = page;
  // Upstream's word for the total may be too low.
  const isAll = hasNextPage !== true && (total === null ? hasNextPage === false : items.length === total);
  return isAll && (request.number === 1 || total === 0);
}

function worse(one: RowVerdict | undefined, other: RowVerdict): RowVerdict {
  if (one === 'DIFFERS' || other === 'DIFFERS') return 'DIFFERS';
  return one === 'CANNOT_TELL' || other === 'CANNOT_TELL' ? 'CANNOT_TELL' : 'MATCHES';
}

/** Rows this near may come in either order: upstream may order by ids, which tell the time in seconds. */
const SAME_TIME_MS = 1000;

function orderOf(items: readonly Execution[], sort: SortDirection): RowVerdict {
  const [first, last] = [items[0]?.createdAt, items.at(-1)?.createdAt];
  if (!first || !last) return 'CANNOT_TELL';
  const risesMs = last.getTime() - first.getTime();
  if (Math.abs(risesMs) < SAME_TIME_MS) return 'CANNOT_TELL';
  return risesMs > 0 === (sort === 'ASC') ? 'MATCHES' : 'DIFFERS';
}
