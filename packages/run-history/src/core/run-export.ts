import {
  RunExportDocument,
  RunReasonsDocument,
  type RunExportQuery,
  type SortDirection,
} from '../documents/generated.ts';
import type { Problem } from './problem.ts';
import type { RunClient } from './run-client.ts';
import type { RunFilter } from './run.ts';
import { createStore, type Store } from './store.ts';
import { isOver, waitMs } from './wait.ts';

/** A row of a file: a run, and why it failed, as far as that is known. */
export type ExportRow = NonNullable<RunExportQuery['executions']>['nodes'][number];

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

  const end = (cut: ExportCut['why'] | null, problem: Problem | null = null) => {
    const { rows } = store.get();
    const isFailed = cut === 'PROBLEM' && rows.length === 0;
    store.set({
      phase: isFailed ? 'failed' : 'ready',
      cut: cut === null ? null : { why: cut, problem, lastCreatedAt: rows.at(-1)?.createdAt ?? null },
      retryAt: null,
    });
  };

  const askTwice = async <Answer extends { readonly problems: readonly Problem[] }>(
    ask: () => Promise<Answer>,
    isAnswered: (answer: Answer) => boolean,
    signal: AbortSignal,
  ): Promise<Answer> => {
    const answer = await ask();
    const pause = answer.problems.find(({ retryAfterMs }) => retryAfterMs !== null)?.retryAfterMs ?? null;
    if (isAnswered(answer) || pause === null || isOver(signal)) return answer;
    store.set({ retryAt: Date.now() + pause, problems: answer.problems });
    await waitMs(pause, signal);
    if (isOver(signal)) return answer;
    store.set({ retryAt: null });
    return ask();
  };

  const readPage = (after: string | null, signal: AbortSignal) => {
    const first = Math.min(pageSize, maxRows - store.get().rows.length);
    const variables = { filter, sort, first, after };
    return askTwice(
      async () => {
        const { data, problems } = await client.request(RunExportDocument, variables, signal);
        return { page: data?.executions ?? null, problems };
      },
      ({ page }) => page !== null,
      signal,
    );
  };

  /** Asks for the reasons of a page until all are known, or a question brings no more of them. */
  const readReasons = async (
    nodes: readonly ExportRow[],
    { after, allowed }: { readonly after: string | null; readonly allowed: number },
    signal: AbortSignal,
  ): Promise<readonly ExportRow[]> => {
    const missing = unknownIn(nodes);
    if (missing === 0 || allowed <= 0 || signal.aborted) return nodes;
    const variables = { filter, sort, first: nodes.length, after };
    const { found } = await askTwice(
      async () => {
        const { data, problems } = await client.request(RunReasonsDocument, variables, signal);
        return { found: data?.executions?.nodes ?? null, problems };
      },
      (answer) => answer.found !== null,
      signal,
    );
    const known = new Map(
      (found ?? []).filter(({ failureKnown }) => failureKnown).map((one) => [one.id, one]),
    );
    const next = nodes.map((row) => {
      const reason = known.get(row.id);
      return row.failureKnown || reason === undefined
        ? row
        : { ...row, failureKnown: true, failure: reason.failure };
    });
    const learned = missing - unknownIn(next);
    return learned === 0 ? next : readReasons(next, { after, allowed: allowed - learned }, signal);
  };

  const read = async (signal: AbortSignal) => {
    let after: string | null = null;
    let looked = 0;
    for (;;) {
      const from: string | null = after;
      const { page, problems } = await readPage(from, signal);
      if (isOver(signal)) return;
      store.set({ problems });
      if (page === null) {
        end('PROBLEM', problems[0] ?? null);
        return;
      }
      const before = unknownIn(page.nodes);
      const nodes = await readReasons(page.nodes, { after: from, allowed: maxReasons - looked }, signal);
      looked += before - unknownIn(nodes);
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

function unknownIn(rows: readonly ExportRow[]): number {
  return rows.filter(({ failureKnown }) => !failureKnown).length;
}
