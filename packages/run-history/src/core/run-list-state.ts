import type { ReasonFragment, SortDirection } from '../documents/generated.ts';
import type { Problem } from './problem.ts';
import type { RunReason } from './run-reasons.ts';
import type { RunFilter, RunRow } from './run.ts';
import type { Store } from './store.ts';

/** A list that stays as it is at the gateway, as long as somebody watches. */
export interface RunList extends Store<RunListState> {
  /** Asks for the next page; nothing where one is on its way, or there is none. */
  readonly loadMore: () => void;
  /** Shows the new rows that wait. */
  readonly showNew: () => void;
  /** Says whether the reader is at the top, where new rows are shown at once: also those that wait already. */
  readonly setAtTop: (isAtTop: boolean) => void;
  /** Lets nothing change until `resume`. */
  readonly pause: () => void;
  /** Takes in what has happened meanwhile, and what happens from now on. */
  readonly resume: () => void;
  /** Says whether anybody can see it: where not, it is told nothing, and catches up once somebody can. */
  readonly setSeen: (isSeen: boolean) => void;
  /** Asks again from the first page. */
  readonly reload: () => void;
}

/** What a list shows. */
export interface RunListState {
  /** `failed`: nothing could be read; see `problems`. */
  readonly phase: 'loading' | 'ready' | 'failed';
  readonly rows: readonly RunRow[];
  /** How many new rows wait to be shown; there may be more where as many wait as a page holds. */
  readonly newCount: number;
  /** How many runs matched when they were asked for. Null: upstream does not tell. */
  readonly totalCount: number | null;
  readonly hasMore: boolean;
  readonly isLoadingMore: boolean;
  /** What was not right with the last answer. */
  readonly problems: readonly Problem[];
  /** When it asks again by itself, in milliseconds since 1970; null: it does not. Asked for too much, it waits once. */
  readonly retryAt: number | null;
  /** Why runs have failed, by their ids: null where upstream tells no reason; left out where it is not known yet. */
  readonly reasons: ReadonlyMap<string, ReasonFragment | null>;
  /** The reruns of failed runs that the gateway knows of, by the original's id, the oldest first; see `rerunLinks`. */
  readonly reruns: ReadonlyMap<string, readonly string[]>;
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

/** A list of which nothing is known. */
export const EMPTY: RunListState = {
  phase: 'loading',
  rows: [],
  newCount: 0,
  totalCount: null,
  hasMore: false,
  isLoadingMore: false,
  problems: [],
  retryAt: null,
  reasons: new Map(),
  reruns: new Map(),
  asOf: null,
  live: 'off',
};

/** What of a list is another one once these reasons are known. */
export function withReasons(
  { reasons, reruns }: RunListState,
  known: readonly RunReason[],
): Pick<RunListState, 'reasons' | 'reruns'> {
  const linked = known.filter((one) => one.reruns !== null && one.reruns.length > 0);
  return {
    reasons: new Map([...reasons, ...known.map(({ id, failure }) => [id, failure] as const)]),
    reruns: new Map([
      ...reruns,
      ...linked.map((one) => [one.id, (one.reruns ?? []).map(({ id }) => id)] as const),
    ]),
  };
}
