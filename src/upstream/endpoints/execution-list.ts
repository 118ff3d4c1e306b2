import type {
  Execution,
  ExecutionFilter,
  ExecutionSource,
  KnownStatus,
  SortDirection,
} from '../../domain/model.ts';
import type { Page, PageRequest } from '../../lists/page.ts';
import { createExecutionReader, type ExecutionReaderParts } from './execution-reader.ts';
import { mergeFirst } from './merge.ts';

/** What a list of executions may be told besides. */
export interface ListOptions {
  /** Its rows hardly change any more. */
  readonly isSettled?: boolean;
  /** Answers that are remembered from before this time, epoch milliseconds, do not count. */
  readonly since?: number | undefined;
  /** Only what upstream itself has narrowed down will do, and whoever asks makes sure of every row. */
  readonly isAsApplied?: boolean;
}

/** Lists of the linked account's executions. */
export type ExecutionList = ReturnType<typeof createExecutionList>;

/** Puts the lists in front of one caller's way of asking. Their pages are what was asked for, or NOT_SUPPORTED. */
export function createExecutionList(parts: ExecutionReaderParts) {
  const read = createExecutionReader(parts);
  const ofStatus = async (
    filter: ExecutionFilter,
    status: KnownStatus | undefined,
    sort: SortDirection,
    request: PageRequest,
    { isSettled = false, since, isAsApplied = false }: ListOptions = {},
  ): Promise<Page<Execution>> => {
    const narrowed = status === undefined ? filter : { ...filter, statuses: [status] };
    const page = await read({ filter: narrowed, sort, request, isSettled, since, isAsApplied });
    return isAsApplied ? page : withSource(page, filter.source);
  };

  return {
    /** One page of `GET /execution` with this status; without one, the filter names none. */
    ofStatus,

    /**
     * One page of `GET /execution`: one call, but where upstream leaves out the total; with several statuses, one
     * call for each, and only the first page, of at most `MAX_MERGED_ROWS`.
     */
    of: (
      filter: ExecutionFilter,
      sort: SortDirection,
      request: PageRequest,
      options: ListOptions = {},
    ): Promise<Page<Execution>> => {
      const lists = (filter.statuses ?? [undefined]).map(
        (status) => (wanted: PageRequest) => ofStatus(filter, status, sort, wanted, options),
      );
      const [only, ...others] = lists;
      return only !== undefined && others.length === 0 ? only(request) : mergeFirst(lists, request, sort);
    },
  };
}

/** Rows do not always tell what started them. Those that are listed by it were started by it. */
function withSource(page: Page<Execution>, source: ExecutionSource | undefined): Page<Execution> {
  if (source === undefined) return page;
  return { ...page, items: page.items.map((row) => (row.source === null ? { ...row, source } : row)) };
}
