import { RunsDocument, RunStateDocument } from '../documents/generated.ts';
import {
  appendPage,
  mergeChanges,
  NO_ROWS,
  placeFirstPage,
  showWaiting,
  type RunChange,
  type Rows,
} from './merge.ts';
import { createPageQuestions } from './page-questions.ts';
import { createPulse } from './pulse.ts';
import type { RunClient } from './run-client.ts';
import { createRunFeed, type FeedEvent } from './run-feed.ts';
import { createReasonReader, type ReasonReader, type RunReason } from './run-reasons.ts';
import {
  EMPTY,
  withReasons,
  type RunList,
  type RunListOptions,
  type RunListState,
} from './run-list-state.ts';
import { hasFailed, isOpen, type RunRow } from './run.ts';
import { createStore } from './store.ts';
import { isOver } from './wait.ts';

/** How long those that fail while they are watched are gathered, before their reasons are asked for. */
const GATHER_MS = 1500;

/**
 * After so long without news it is asked how old what is shown is: a feed tells changes alone, and nothing while upstream
 * is away.
 */
const SILENCE_MS = 8000;

/** How many runs are looked up when a list begins again, since they may have ended unseen. */
const MAX_STRAYS = 25;

/** Reads a list, page by page, and keeps it as it is at the gateway. It asks nothing until somebody watches. */
export function createRunList(client: RunClient, options: RunListOptions = {}): RunList {
  const { filter = {}, pageSize = 50, sort = 'DESC', isLive = true } = options;
  const isNewestFirst = sort === 'DESC';
  const page = { filter, first: pageSize, sort };
  let rows = NO_ROWS;
  /** The cursor of the last row that was asked for. */
  let after: string | null = null;
  let isAtTop = true;
  let isPaused = false;
  let isSeen = true;
  let kept: RunChange[] = [];
  /** What was told since the first page was asked for, which may know less. */
  let sinceAsked: RunChange[] | null = null;
  let left = new AbortController();
  let reasons: ReasonReader | null = null;

  const store = createStore<RunListState>(EMPTY, () => {
    const session = new AbortController();
    left = session;
    reasons = createReasonReader(client, page, { signal: session.signal, found });
    // Those who leave at once, as React does to try a component, ask nothing.
    queueMicrotask(() => {
      if (!isOver(session.signal)) void loadFirst();
    });
    return () => {
      session.abort();
      questions.end();
      pulse.stop();
      feed.stop();
    };
  });

  const questions = createPageQuestions(client, page, store);

  const show = (next: Rows) => {
    rows = next;
    store.set({ rows: rows.shown, newCount: rows.waiting.length });
  };
  const showLive = () => {
    const state = feed.state();
    store.set({ live: isPaused && state !== 'off' ? 'paused' : state });
  };

  const found = (known: readonly RunReason[]) => {
    store.set(withReasons(store.get(), known));
  };
  const findReasons = (runs: readonly RunRow[], from: string | null, afterMs?: number) => {
    const known = store.get().reasons;
    const wanted = runs.filter((run) => hasFailed(run) && !known.has(run.id)).map(({ id }) => id);
    reasons?.find(wanted, from, afterMs);
  };

  const loadFirst = async () => {
    const signal = questions.begin();
    sinceAsked = [];
    store.set({ problems: [], phase: rows.shown.length === 0 ? 'loading' : 'ready' });
    const first = await questions.readPage(null, signal);
    if (isOver(signal)) return;
    const told = sinceAsked;
    sinceAsked = null;
    if (first === null) return;
    const { hasNextPage, endCursor } = first.pageInfo;
    const placed = placeFirstPage(rows, first.nodes, { isNewestFirst, hasMore: hasNextPage });
    if (!placed.isJoined) {
      after = endCursor;
      store.set({ hasMore: hasNextPage });
    }
    store.set({ phase: 'ready', totalCount: first.totalCount });
    show(placed.rows);
    if (!isPaused) merge(told, true);
    findReasons(first.nodes, null);
    if (isLive && isSeen) {
      feed.start();
      pulse.heard();
    }
  };

  /** Asks how old the list is. Rows are the feed's affair. */
  const checkAge = async () => {
    if (feed.state() === 'off' || isPaused || sinceAsked !== null) return;
    const { signal } = left;
    const { data, asOf, problems } = await client.request(RunsDocument, { ...page, after: null }, signal);
    if (isOver(signal)) return;
    const read = data?.executions ?? null;
    if (read === null) store.set({ problems });
    else store.set({ asOf, problems, totalCount: read.totalCount });
  };
  const pulse = createPulse(SILENCE_MS, () => void checkAge());

  const loadMore = async () => {
    const { hasMore, isLoadingMore } = store.get();
    // A first page that is on its way decides what the next one is.
    if (!hasMore || isLoadingMore || sinceAsked !== null) return;
    const signal = questions.begin();
    const from = after;
    store.set({ isLoadingMore: true });
    const next = await questions.readPage(from, signal);
    if (isOver(signal)) return;
    store.set({ isLoadingMore: false });
    if (next === null) return;
    after = next.pageInfo.endCursor;
    show(appendPage(rows, next.nodes));
    store.set({ hasMore: next.pageInfo.hasNextPage });
    findReasons(next.nodes, from);
  };

  const take = ({ changes, asOf }: Omit<FeedEvent, 'cursor'>, isBeginning: boolean) => {
    if (isBeginning) void findEnds(new Set(changes.map(({ execution }) => execution.id)));
    sinceAsked?.push(...changes);
    if (isSeen) pulse.heard();
    const shownAsOf = store.get().asOf;
    if (isPaused) {
      kept.push(...changes);
      return;
    }
    if (shownAsOf !== null && asOf !== null && asOf > shownAsOf) store.set({ asOf: null });
    merge(changes, isAtTop);
  };

  /** Asks for the rows that go on here, and are not among those that go on there: their ends were told to nobody. */
  const findEnds = async (told: ReadonlySet<string>) => {
    const { signal } = left;
    const strays = [...rows.shown, ...rows.waiting].filter((run) => isOpen(run) && !told.has(run.id));
    for (const { id } of strays.slice(0, MAX_STRAYS)) {
      const { data } = await client.request(RunStateDocument, { id }, signal);
      if (isOver(signal)) return;
      const execution = data?.execution ?? null;
      if (execution !== null) take({ changes: [{ kind: 'UPDATED', execution }], asOf: null }, false);
    }
  };

  const merge = (changes: readonly RunChange[], showsNew: boolean) => {
    const { hasMore } = store.get();
    const statuses = filter.status ?? [];
    show(mergeChanges(rows, changes, { isNewestFirst, hasMore, showsNew, statuses }));
    const told = new Set(changes.map(({ execution }) => execution.id));
    findReasons(
      rows.shown.filter(({ id }) => told.has(id)),
      null,
      GATHER_MS,
    );
    if (rows.isTorn && isAtTop && sinceAsked === null) void loadFirst();
  };

  const showNew = () => {
    if (rows.isTorn) void loadFirst();
    else {
      const { waiting } = rows;
      show(showWaiting(rows, isNewestFirst));
      findReasons(waiting, null, GATHER_MS);
    }
  };

  const feed = createRunFeed(client, filter, {
    told: take,
    trouble: (problems) => {
      store.set({ problems });
    },
    changed: showLive,
  });

  return {
    get: store.get,
    subscribe: store.subscribe,
    loadMore: () => void loadMore(),
    showNew,
    setAtTop: (now) => {
      const hasCome = now && !isAtTop;
      isAtTop = now;
      if (hasCome && isNewestFirst && !isPaused && rows.waiting.length > 0) showNew();
    },
    pause: () => {
      isPaused = true;
      showLive();
    },
    resume: () => {
      if (!isPaused) return;
      isPaused = false;
      const changes = kept;
      kept = [];
      merge(changes, isAtTop);
      showLive();
    },
    setSeen: (now) => {
      if (now === isSeen) return;
      isSeen = now;
      if (!isSeen) {
        pulse.stop();
        feed.stop();
      } else if (isLive && store.get().phase === 'ready' && !isOver(left.signal)) {
        feed.start();
        pulse.heard();
      }
    },
    reload: () => void loadFirst(),
  };
}
