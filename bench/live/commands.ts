import type { Faults, TrueRun } from './told.ts';

/** A list that viewers watch. */
export interface WatchedList {
  readonly name: string;
  /** The session token of its viewers. */
  readonly token: string;
  readonly filter: Readonly<Record<string, unknown>> | null;
}

/** What a process of viewers is told to do. */
export type Command =
  | {
      readonly kind: 'open';
      /** Addresses of the gateways, `ws://…/graphql`. */
      readonly urls: readonly string[];
      readonly lists: readonly WatchedList[];
      /** How many viewers more: one a list at the first gateway, one a list at the next, and so on. */
      readonly count: number;
      /** Whether they remember all that they are told. */
      readonly keeps: boolean;
    }
  /** Forgets what was counted so far. */
  | { readonly kind: 'mark' }
  | { readonly kind: 'report' }
  /** Holds what each viewer was told against the runs of its list, by the list's name. */
  | { readonly kind: 'judge'; readonly runs: Readonly<Record<string, readonly TrueRun[]>> }
  | { readonly kind: 'close' };

/** What viewers saw since the last mark. */
export interface Report {
  /** Viewers that are connected, and have been told the state. */
  readonly open: number;
  /** Starts and ends told, over all viewers. */
  readonly events: number;
  readonly frames: number;
  /** Fewest and most starts and ends that one viewer was told of. */
  readonly fewest: number;
  readonly most: number;
  /** How long starts and ends took to be told: how often each whole number of milliseconds. */
  readonly lags: Readonly<Record<'CREATED' | 'ENDED', readonly (readonly [ms: number, count: number])[]>>;
  /** Since the start: what ended viewers, and what kept others from becoming one for good, by its code. */
  readonly troubles: Readonly<Record<string, number>>;
  /** Since the start: what viewers were refused with before they came again, by its code. */
  readonly refusals: Readonly<Record<string, number>>;
}

/** What became of the viewers of all lists. */
export interface Verdict extends Faults {
  readonly viewers: number;
  /** Those who were told of new runs in another order than the first viewer of their list. */
  readonly otherOrder: number;
}

/** What a command is answered with. */
export interface Answers {
  readonly open: null;
  readonly mark: null;
  readonly report: Report;
  readonly judge: Verdict;
  readonly close: null;
}
