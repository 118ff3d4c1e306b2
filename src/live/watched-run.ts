import type { Execution, ExecutionDetail } from '../domain/model.ts';
import type { Latest } from './latest.ts';
import { isNewerState, isOver as hasEnded, mergeRows } from './run-state.ts';

/** What is told of a run: what a list tells, or all of it; null: upstream does not know it. */
export type RunEvent = Execution | ExecutionDetail | null;

/** Whoever watches a run. */
export interface RunViewer {
  /** Whether steps and progress matter, too: then all of the run is told. */
  readonly wantsDetail: boolean;
  readonly events: Latest<RunEvent>;
}

/** One run and all who watch it. Those who want the same are told with one and the same object. */
export interface WatchedRun {
  /** In its one spelling. */
  readonly id: string;
  /** What is known of it by now; null: nothing. */
  readonly row: Execution | null;
  /** When it was last read, as a row or with all its detail, on the monotonic clock. */
  readonly readAt: number;
  readonly detailAt: number;
  /** When it was last asked for by its id; whoever asks keeps it. */
  askedAt: number;
  /** Whether somebody wants its detail. */
  readonly wantsDetail: boolean;
  /** Whether there is nothing more to tell. */
  readonly isOver: boolean;
  readonly viewers: ReadonlySet<RunViewer>;
  /** Adds a viewer, and tells it what is known; whoever adds it makes sure that it is what the viewer wants. */
  add(viewer: RunViewer): void;
  leave(viewer: RunViewer): void;
  /** Takes what a list tells, read at that time; answers whether that was news. */
  takeRow(row: Execution, at: number): boolean;
  /** Takes all that upstream tells. */
  takeDetail(detail: ExecutionDetail, at: number): boolean;
  /** Upstream does not know it any more. */
  vanish(): boolean;
  /** Ends it for all who watch it. */
  fail(error: unknown): void;
  end(): void;
}

/** Called with what viewers are told. */
export type OnTold = (kind: 'UPDATED' | 'ENDED', run: Execution, viewers: number) => void;

/** Builds a run of which nothing is known yet. */
export function createWatchedRun(id: string, onTold: OnTold): WatchedRun {
  const viewers = new Set<RunViewer>();
  let row: Execution | null = null;
  let detail: ExecutionDetail | null = null;
  let readAt = -Infinity;
  let detailAt = -Infinity;
  let isOver = false;
  const wantsDetail = () => [...viewers].some((viewer) => viewer.wantsDetail);

  const finish = (close: (viewer: RunViewer) => void) => {
    isOver = true;
    for (const viewer of viewers) close(viewer);
    viewers.clear();
  };
  const end = () => {
    finish(({ events }) => {
      events.end();
    });
  };
  /** Tells those to whom it is news. */
  const tell = (isNews: (viewer: RunViewer) => boolean) => {
    if (row === null) return;
    const told = [...viewers].filter(isNews);
    for (const viewer of told) viewer.events.put(viewer.wantsDetail ? detail : row);
    const isEnd = hasEnded(row);
    if (told.length > 0) onTold(isEnd ? 'ENDED' : 'UPDATED', row, told.length);
    if (isEnd) end();
  };
  /** Takes a row that may be news; null: it comes of an answer that is behind. */
  const learn = (found: Execution, at: number): 'news' | 'same' | null => {
    if (at < readAt || isOver) return null;
    readAt = at;
    const merged = row === null ? found : mergeRows(row, found);
    if (row !== null && !isNewerState(row, merged)) return isBehind(row, merged) ? null : 'same';
    row = merged;
    return 'news';
  };

  return {
    id,
    askedAt: -Infinity,
    viewers,
    get row() {
      return row;
    },
    get readAt() {
      return readAt;
    },
    get detailAt() {
      return detailAt;
    },
    get wantsDetail() {
      return wantsDetail();
    },
    get isOver() {
      return isOver;
    },
    add: (viewer) => {
      viewers.add(viewer);
      viewer.events.put(viewer.wantsDetail ? detail : row);
      if (row !== null && hasEnded(row)) end();
    },
    leave: (viewer) => {
      viewers.delete(viewer);
    },
    takeRow: (found, at) => {
      // Those who want more are told all of it at once, and soon.
      if (wantsDetail() || learn(found, at) !== 'news') return false;
      // It belongs to an earlier state.
      detail = null;
      detailAt = -Infinity;
      tell(() => true);
      return true;
    },
    takeDetail: ({ completionPercentage, nodes, ...found }, at) => {
      if (isOver) return false;
      const before = detail;
      const learned = learn(found, at);
      if (row === null || (learned === null && before !== null)) return false;
      detailAt = at;
      const now = {
        ...row,
        completionPercentage: completionPercentage ?? before?.completionPercentage ?? null,
        nodes: nodes ?? before?.nodes ?? null,
      };
      const isNewRow = learned === 'news';
      const isNews = isNewRow || (before !== null && progressOf(now) !== progressOf(before));
      if (isNews || before === null) detail = now;
      if (isNews) tell((viewer) => viewer.wantsDetail || isNewRow);
      return isNews;
    },
    vanish: () => {
      if (isOver) return false;
      for (const { events } of viewers) events.put(null);
      end();
      return true;
    },
    fail: (error) => {
      finish(({ events }) => {
        events.fail(error);
      });
    },
    end,
  };
}

function isBehind({ updatedAt: before }: Execution, { updatedAt: now }: Execution): boolean {
  return before !== null && now !== null && now < before;
}

/** What a run's detail shows that changes while it goes on, besides what a row shows. */
function progressOf({ completionPercentage, nodes }: ExecutionDetail): string {
  const steps = nodes?.map(({ id, rawStatus, attempts }) => [id, rawStatus, attempts]);
  return JSON.stringify([completionPercentage, steps]);
}
