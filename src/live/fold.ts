import type { ExecutionChange, ExecutionChanges } from '../domain/execution-changes.ts';
import { isOver } from './run-state.ts';

/** What a viewer who is slow has not been told yet of one run. */
interface Story {
  /** That it is there, and its newest state. */
  readonly state: ExecutionChange | null;
  readonly end: ExecutionChange | null;
}

/** What a viewer who is slow has not been told yet. */
export interface Folded {
  /** How many runs it is about. */
  readonly size: number;
  add(changes: ExecutionChanges): void;
  /** All of it, as if it had happened at once. */
  changes(): ExecutionChanges;
  /** Keeps the ends alone, from now on: those of runs that the viewer was told of before. */
  narrow(): void;
  /** The ends, and nothing else. */
  ends(): readonly ExecutionChange[];
}

/** What is left to tell of a run after one more change. An end stays, and nothing but an end comes after what it was. */
function storyAfter({ state, end }: Story, change: ExecutionChange): Story {
  if (end !== null) return { state, end };
  if (change.kind === 'ENDED') return { state: state?.kind === 'UPDATED' ? null : state, end: change };
  if (state === null || state.kind === 'UPDATED') return { state: change, end };
  const newer = { kind: state.kind, execution: change.execution };
  const hasItsEndToTell = change.kind === 'PRESENT' && state.kind === 'CREATED';
  if (hasItsEndToTell && isOver(change.execution)) return { state, end: { ...change, kind: 'ENDED' } };
  return { state: newer, end };
}

/** Folds what happens one after the other: the newest state of a run wins, and no end is lost. */
export function foldFrom(first: ExecutionChanges): Folded {
  const stories = new Map<string, Story>();
  let last = first;
  /** Once narrowed: the runs that the viewer has not heard of. */
  let unheard: Set<string> | null = null;
  const add = (next: ExecutionChanges) => {
    last = next;
    for (const change of next.changes) {
      const { id } = change.execution;
      if (change.kind === 'CREATED') unheard?.add(id);
      if (unheard !== null && (change.kind !== 'ENDED' || unheard.has(id))) continue;
      stories.set(id, storyAfter(stories.get(id) ?? { state: null, end: null }, change));
    }
  };
  add(first);
  return {
    get size() {
      return stories.size;
    },
    add,
    narrow: () => {
      unheard = new Set();
      for (const [id, { state, end }] of stories) {
        if (state?.kind === 'CREATED') unheard.add(id);
        if (state?.kind === 'CREATED' || end === null) stories.delete(id);
      }
    },
    ends: () => [...stories.values()].map(({ end }) => end).filter((end) => end !== null),
    changes: () => ({
      ...last,
      changes: [...stories.values()].flatMap(({ state, end }) =>
        [state, end].filter((change) => change !== null),
      ),
    }),
  };
}
