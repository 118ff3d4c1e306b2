import {
  RunReasonsDocument,
  RunsChangedDocument,
  RunsDocument,
  type ReasonFragment,
  type SortDirection,
} from '../documents/generated.ts';
import { appendPage, mergeChanges, showWaiting, type RunChange, type Rows } from './merge.ts';
import type { Problem } from './problem.ts';
import type { Answer, RunClient } from './run-client.ts';
import { hasFailed, type RunFilter, type RunRow } from './run.ts';
import { createStore, type Store } from './store.ts';

/** A list that stays as it is at the gateway, as long as somebody watches. */
export interface RunList extends Store<RunListState> {
  /** Asks for the next page; nothing where one is on its way, or there is none. */
  readonly loadMore: () => void;
  /** Shows the new rows that wait. */
  readonly showNew: () => void;
  /** Says whether the reader is at the top, where new rows may be shown at once. */
  readonly setAtTop: (isAtTop: boolean) => void;
  /** Lets nothing change until `resume`. */
  readonly pause: () => void;
  /** Takes in what has happened meanwhile, and what happens from now on. */
  readonly resume: () => void;
  /** Asks again from the first page. */
  readonly reload: () => void;
}

/** What a list shows. */
export interface RunListState {
  /** `failed`: nothing could be read; see `problems`. */
  readonly phase: 'loading' | 'ready' | 'failed';
  readonly rows: readonly RunRow[];
  /** How many new rows wait to be shown. */
  readonly newCount: number;
  /** How many runs match. Null: upstream does not tell. */
  readonly totalCount: number | null;
  readonly hasMore: boolean;
  readonly isLoadingMore: boolean;
  /** What was not right with the last answer. */
  readonly problems: readonly Problem[];
  /** Why runs have failed, by their ids: null where upstream tells no reason; left out where it is not known yet. */
  readonly reasons: ReadonlyMap<string, ReasonFragment | null>;
  /** When upstream was read, where the rows are older than they should be; null: they are fresh. */
  readonly asOf: string | null;
  readonly live: LiveState;
}

/** `off`: not watched, `lost`: watched, and the connection is being made again. */
export type LiveState = 'off' | 'on' | 'lost' | 'paused';

/** Which list, and how it is read. */
export interface RunListOptions {
  readonly filter?: RunFilter;
  /** Rows to a page, from 1 to the gateway's largest, 100 unless told otherwise. */
  readonly pageSize?: number;
  readonly sort?: SortDirection;
  /** Whether it changes while it is watched. */
  readonly isLive?: boolean;
}

const EMPTY: RunListState = {
  phase: 'loading',
  rows: [],
  newCount: 0,
  totalCount: null,
  hasMore: false,
  isLoadingMore: false,
  problems: [],
  reasons: new Map(),
  asOf: null,
  live: 'off',
};

/** Reads a list, page by page, and keeps it as it is at the gateway. It asks nothing until somebody watches. */
export function createRunList(client: RunClient, options: RunListOptions = {}): RunList {
  const { filter = {}, pageSize = 50, sort = 'DESC', isLive = true } = options;
  const isNewestFirst = sort === 'DESC';
  let rows: Rows = { shown: [], waiting: [] };
  let after: string | null = null;
  let isAtTop = true;
  let isPaused = false;
  let isConnected = false;
  let kept: RunChange[] = [];
  let left = new AbortController();
  let unwatch: (() => void) | null = null;

  const store = createStore<RunListState>(EMPTY, () => {
    left = new AbortController();
    void loadFirst(left.signal);
    return () => {
      left.abort();
      unwatch?.();
      unwatch = null;
    };
  });

  const show = (next: Rows) => {
    rows = next;
    store.set({ rows: rows.shown, newCount: rows.waiting.length });
  };
  const showLive = () => {
    store.set({ live: unwatch === null ? 'off' : isPaused ? 'paused' : isConnected ? 'on' : 'lost' });
  };

  const loadFirst = async (signal: AbortSignal): Promise<void> => {
    store.set({ problems: [], phase: rows.shown.length === 0 ? 'loading' : 'ready' });
    const page = await readPage(null, signal);
    if (page === null) return;
    after = page.pageInfo.endCursor;
    show({ shown: page.nodes, waiting: [] });
    store.set({ phase: 'ready', totalCount: page.totalCount, hasMore: page.pageInfo.hasNextPage });
    if (isLive && unwatch === null) watch();
    await readReasons(null, page.nodes, signal);
  };

  const readPage = async (from: string | null, signal: AbortSignal) => {
    const answer = await client.request(RunsDocument, { filter, first: pageSize, after: from, sort }, signal);
    if (signal.aborted) return null;
    const page = answer.data?.executions ?? null;
    store.set({ problems: answer.problems, asOf: answer.asOf });
    if (page === null) store.set({ phase: rows.shown.length === 0 ? 'failed' : 'ready' });
    return page;
  };

  const readReasons = async (from: string | null, page: readonly RunRow[], signal: AbortSignal) => {
    if (!page.some(hasFailed)) return;
    const variables = { filter, first: pageSize, after: from, sort };
    const { data } = await client.request(RunReasonsDocument, variables, signal);
    if (signal.aborted || data?.executions == null) return;
    const known = data.executions.nodes.filter(({ failureKnown }) => failureKnown);
    const reasons = known.map(({ id, failure }) => [id, failure] as const);
    store.set({ reasons: new Map([...store.get().reasons, ...reasons]) });
  };

  const watch = () => {
    // A client that connects again sends these as they are then, and so goes on where it was.
    const variables: { filter: RunFilter; after: string | null } = { filter, after: null };
    unwatch = client.subscribe(RunsChangedDocument, variables, {
      connected: (now) => {
        isConnected = now;
        showLive();
      },
      next: ({ data, problems }: Answer<{ readonly executionsChanged: Told }>) => {
        if (data === null) {
          store.set({ problems });
          return;
        }
        variables.after = data.executionsChanged.cursor;
        take(data.executionsChanged.changes);
      },
      end: (problem) => {
        unwatch = null;
        if (problem !== null) store.set({ problems: [problem] });
        showLive();
      },
    });
    showLive();
  };

  const take = (changes: readonly RunChange[]) => {
    if (isPaused) {
      kept.push(...changes);
      return;
    }
    const { hasMore } = store.get();
    show(mergeChanges(rows, changes, { isNewestFirst, hasMore, showsNew: isAtTop && isNewestFirst }));
  };

  return {
    get: store.get,
    subscribe: store.subscribe,
    loadMore: () => {
      const { hasMore, isLoadingMore } = store.get();
      if (!hasMore || isLoadingMore) return;
      store.set({ isLoadingMore: true });
      const { signal } = left;
      const from = after;
      void readPage(from, signal).then(async (page) => {
        if (signal.aborted) return;
        store.set({ isLoadingMore: false });
        if (page === null) return;
        after = page.pageInfo.endCursor;
        show(appendPage(rows, page.nodes));
        store.set({ hasMore: page.pageInfo.hasNextPage });
        await readReasons(from, page.nodes, signal);
      });
    },
    showNew: () => {
      show(showWaiting(rows, isNewestFirst));
    },
    setAtTop: (now) => {
      isAtTop = now;
    },
    pause: () => {
      isPaused = true;
      showLive();
    },
    resume: () => {
      isPaused = false;
      const changes = kept;
      kept = [];
      take(changes);
      showLive();
    },
    reload: () => {
      void loadFirst(left.signal);
    },
  };
}

interface Told {
  readonly cursor: string;
  readonly changes: readonly RunChange[];
}
