import {
  hasEnded,
  type Execution,
  type ExecutionFilter,
  type KnownStatus,
  type SortDirection,
} from '../../domain/model.ts';
import { readFirst, type FirstRows, type RowList } from '../../lists/merge.ts';
import { keyOf } from '../../lists/order.ts';
import type { RowReader } from '../../lists/rows.ts';
import { readExecutions, type ExecutionReaderParts } from './execution-reader.ts';
import { createOldestFirst } from './oldest-first.ts';
import type { PageLimits } from './page-limits.ts';
import { createRowReader } from './row-reader.ts';

/** What a list of executions may be told besides. */
export interface ListOptions {
  /** Its rows hardly change any more. */
  readonly isSettled?: boolean;
  /** Only what upstream itself has narrowed down will do, and whoever asks makes sure of every row. */
  readonly isAsApplied?: boolean;
}

/** What lists are read with, for one caller. */
export interface ExecutionListParts extends ExecutionReaderParts {
  /** How large their pages can be. */
  readonly limits: PageLimits;
}

/** Lists of one caller's executions. Their pages are what was asked for, or NOT_SUPPORTED. */
export class ExecutionList {
  readonly #parts: ExecutionListParts;

  constructor(parts: ExecutionListParts) {
    this.#parts = parts;
  }

  /** `GET /execution` with this status; without one, the filter names none. */
  ofStatus(
    filter: ExecutionFilter,
    status: KnownStatus | undefined,
    sort: SortDirection,
    { isSettled = false, isAsApplied = false }: ListOptions = {},
  ): RowReader<Execution> {
    const parts = this.#parts;
    const narrowed = status === undefined ? filter : { ...filter, statuses: [status] };
    const inOrder = (order: SortDirection) =>
      createRowReader(
        (request, since) =>
          readExecutions(parts, { filter: narrowed, sort: order, request, isSettled, since, isAsApplied }),
        parts.limits,
        { route: '/execution', keyOf, order },
      );
    const newestFirst = inOrder('DESC');
    return sort === 'DESC' ? newestFirst : createOldestFirst(inOrder('ASC'), newestFirst);
  }

  /** `GET /execution`; with several statuses a list for each, merged. */
  of(filter: ExecutionFilter, sort: SortDirection, options: ListOptions = {}): RowList<Execution> {
    return {
      readers: (filter.statuses ?? [undefined]).map((status) => this.ofStatus(filter, status, sort, options)),
      keyOf,
      order: sort,
      isFinal: ({ status }) => hasEnded(status),
    };
  }

  /**
   * The newest executions: all that match, or where there are more than `most`, some of them.
   * @returns whether these are all; `total` is null where upstream does not tell, or contradicts itself
   */
  async newest(filter: ExecutionFilter, most: number, options: ListOptions = {}) {
    return newestOf(await readFirst(this.of(filter, 'DESC', options), most + 1, { most }));
  }

  /** As `newest`, but as many as one call gives, or one call for each status that the filter names. */
  async newestPage(filter: ExecutionFilter, options: ListOptions = {}) {
    return newestOf(await readFirst(this.of(filter, 'DESC', options), Infinity, { isOneCall: true }));
  }
}

function newestOf({ rows, total, isAll }: FirstRows<Execution>) {
  return { items: rows.map(({ row }) => row), total, isAll };
}
