import {
  hasEnded,
  type Execution,
  type ExecutionFilter,
  type ExecutionSource,
  type KnownStatus,
  type SortDirection,
} from '../../domain/model.ts';
import { readFirst, type FirstRows, type RowList } from '../../lists/merge.ts';
import { keyOf } from '../../lists/order.ts';
import type { PageRequest } from '../../lists/page.ts';
import type { RowReader } from '../../lists/rows.ts';
import { createExecutionReader, type ExecutionReaderParts } from './execution-reader.ts';
import { createOldestFirst } from './oldest-first.ts';
import type { PageLimits } from './page-limits.ts';
import type { PageWire } from './page-wire.ts';
import { createRowReader } from './row-reader.ts';

/** What a list of executions may be told besides. */
export interface ListOptions {
  /** Its rows hardly change any more. */
  readonly isSettled?: boolean;
  /** Only what upstream itself has narrowed down will do, and whoever asks makes sure of every row. */
  readonly isAsApplied?: boolean;
}

/** Lists of the linked account's executions. */
export type ExecutionList = ReturnType<typeof createExecutionList>;

/**
 * Puts the lists in front of one caller's way of asking. Their pages are what was asked for, or NOT_SUPPORTED.
 * @param limits how large they can be
 */
export function createExecutionList(parts: ExecutionReaderParts, limits: PageLimits) {
  const read = createExecutionReader(parts);
  const ofStatus = (
    filter: ExecutionFilter,
    status: KnownStatus | undefined,
    sort: SortDirection,
    { isSettled = false, isAsApplied = false }: ListOptions = {},
  ): RowReader<Execution> => {
    const narrowed = status === undefined ? filter : { ...filter, statuses: [status] };
    const pageIn = async (order: SortDirection, request: PageRequest, since?: number) => {
      const question = { filter: narrowed, sort: order, request, isSettled, since, isAsApplied };
      const page = await read(question);
      return isAsApplied ? page : withSource(page, filter.source);
    };
    const inOrder = (order: SortDirection) =>
      createRowReader((request, since) => pageIn(order, request, since), limits, {
        route: '/execution',
        keyOf,
        order,
      });
    const newestFirst = inOrder('DESC');
    return sort === 'DESC' ? newestFirst : createOldestFirst(inOrder('ASC'), newestFirst);
  };

  const of = (
    filter: ExecutionFilter,
    sort: SortDirection,
    options: ListOptions = {},
  ): RowList<Execution> => ({
    readers: (filter.statuses ?? [undefined]).map((status) => ofStatus(filter, status, sort, options)),
    keyOf,
    order: sort,
    isFinal: ({ status }) => hasEnded(status),
  });

  return {
    /** `GET /execution` with this status; without one, the filter names none. */
    ofStatus,

    /** `GET /execution`; with several statuses a list for each, merged. */
    of,

    /**
     * The newest executions: all that match, or where there are more than `most`, some of them.
     * @returns whether these are all; `total` is null where upstream does not tell, or contradicts itself
     */
    newest: async (filter: ExecutionFilter, most: number, options: ListOptions = {}) => {
      return newestOf(await readFirst(of(filter, 'DESC', options), most + 1, { most }));
    },

    /** As `newest`, but as many as one call gives, or one call for each status that the filter names. */
    newestPage: async (filter: ExecutionFilter, options: ListOptions = {}) =>
      newestOf(await readFirst(of(filter, 'DESC', options), Infinity, { isOneCall: true })),
  };
}

/** Rows do not always tell what started them. Those that are listed by it were started by it. */
function withSource(page: PageWire<Execution>, source: ExecutionSource | undefined): PageWire<Execution> {
  if (source === undefined) return page;
  return { ...page, items: page.items.map((row) => (row.source === null ? { ...row, source } : row)) };
}

function newestOf({ rows, total, isAll }: FirstRows<Execution>) {
  return { items: rows.map(({ row }) => row), total, isAll };
}
