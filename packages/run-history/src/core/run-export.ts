import type { SortDirection } from '../documents/generated.ts';
import { createExportReader, unknownIn, type ExportRow } from './export-reader.ts';
import type { Problem } from './problem.ts';
import type { RunClient } from './run-client.ts';
import type { RunFilter } from './run.ts';
import { createStore, type Store } from './store.ts';
import { isOver } from './wait.ts';

/** Which runs, and how many at the most. */
export interface ExportOptions {
  readonly filter?: RunFilter;
  readonly sort?: SortDirection;
  /** The most rows; 10,000 unless told otherwise. */
  readonly maxRows?: number;
  /** Rows to a question, from 1 to the gateway's largest page; 100 unless told otherwise. */
  readonly pageSize?: number;
  /**
   * Of how many failed runs the reason may be looked up with an upstream call for each; 1,000 unless told otherwise. With
   * 0, only those are told that the gateway knows already, or finds within one question to a page.
   */
  readonly maxReasons?: number;
}

/** Why there are fewer rows than match. */
export interface ExportCut {
  /** `ROW_LIMIT`: as many as may be. `ABORTED`: by the reader. `PROBLEM`: the gateway could not go on, see `problem`. */
  readonly why: 'ROW_LIMIT' | 'ABORTED' | 'PROBLEM';
  readonly problem: Problem | null;
  /** When the last row that is there was created; null: there is none, or it is not known. */
  readonly lastCreatedAt: string | null;
}

/** How far a file is. */
export interface RunExportState {
  /** `ready`: `rows` are there, perhaps cut. `failed`: none could be read. */
  readonly phase: 'idle' | 'reading' | 'ready' | 'failed';
  readonly rows: readonly ExportRow[];
  /** How many runs match; null: upstream does not tell. */
  readonly totalCount: number | null;
  /** Null: all that matched are there. */
  readonly cut: ExportCut | null;
  /** Of how many failed runs in `rows` the reason is not known. */
  readonly unknownReasons: number;
  /** When the gateway is asked again by itself, in milliseconds since 1970; null: it is not waited for. */
  readonly retryAt: number | null;
  readonly problems: readonly Problem[];
}

/** Reads a filtered list to its end, or to a limit, for a file. */
export interface RunExport extends Store<RunExportState> {
  /** Reads from the beginning. */
  readonly start: () => void;
  /** Reads no further; what was read is `ready`. */
  readonly abort: () => void;
  /** Forgets what was read. */
  readonly reset: () => void;
}

const IDLE: RunExportState = {
  phase: 'idle',
  rows: [],
  totalCount: null,
  cut: null,
  unknownReasons: 0,
  retryAt: null,
  problems: [],
};

/** Questions go one after the other, each within the gateway's cost limit; one that is refused for a while is asked once more. */
export function createRunExport(client: RunClient, options: ExportOptions = {}): RunExport {
  const { filter = {}, sort = 'DESC', maxRows = 10_000, pageSize = 100, maxReasons = 1000 } = options;
  let left = new AbortController();
  const store = createStore<RunExportState>(IDLE);

  const end = (why: ExportCut['why'] | null, problem: Problem | null = null) => {
    store.set(endOf(store.get().rows, why, problem));
  };

  const read = async (signal: AbortSignal) => {
    const reader = createExportReader(client, { filter, sort, maxReasons }, { signal, onWait: store.set });
    let after: string | null = null;
    for (;;) {
      const first = Math.min(pageSize, maxRows - store.get().rows.length);
      const { page, problems } = await reader.readPage(after, first);
      if (isOver(signal)) return;
      store.set({ problems });
      if (page === null) {
        end('PROBLEM', problems[0] ?? null);
        return;
      }
      const nodes = await reader.readReasons(page.nodes, after);
      if (isOver(signal)) return;
      const rows = [...store.get().rows, ...nodes];
      store.set({ rows, totalCount: page.totalCount, unknownReasons: unknownIn(rows) });
      after = page.pageInfo.endCursor;
      if (!page.pageInfo.hasNextPage || after === null) {
        end(null);
        return;
      }
      if (rows.length >= maxRows) {
        end('ROW_LIMIT');
        return;
      }
    }
  };

  return {
    get: store.get,
    subscribe: store.subscribe,
    start: () => {
      left.abort();
      left = new AbortController();
      store.set({ ...IDLE, phase: 'reading' });
      void read(left.signal);
    },
    abort: () => {
      if (store.get().phase !== 'reading') return;
      left.abort();
      end('ABORTED');
    },
    reset: () => {
      left.abort();
      store.set(IDLE);
    },
  };
}

/** What is read when nothing more is; `why` null: that is all. */
function endOf(
  rows: readonly ExportRow[],
  why: ExportCut['why'] | null,
  problem: Problem | null,
): Partial<RunExportState> {
  const isFailed = why === 'PROBLEM' && rows.length === 0;
  return {
    phase: isFailed ? 'failed' : 'ready',
    cut: why === null ? null : { why, problem, lastCreatedAt: rows.at(-1)?.createdAt ?? null },
    retryAt: null,
  };
}
