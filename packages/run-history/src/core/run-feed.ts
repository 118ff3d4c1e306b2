import { RunsChangedDocument, type RunsChangedSubscription } from '../documents/generated.ts';
import type { Problem } from './problem.ts';
import type { RunClient } from './run-client.ts';
import type { RunFilter } from './run.ts';

/** What one reading of upstream has found. */
export type FeedEvent = RunsChangedSubscription['executionsChanged'];

/** What happens in a list. It goes on where it was: also after it was stopped. */
export interface RunFeed {
  readonly start: () => void;
  readonly stop: () => void;
  /** `lost`: the connection is being made again. */
  readonly state: () => 'off' | 'on' | 'lost';
}

/** Takes what a feed tells. */
export interface FeedObserver {
  /** `isBeginning`: what goes on is told whole; what is not told has ended, or matches no longer. */
  readonly told: (event: FeedEvent, isBeginning: boolean) => void;
  readonly trouble: (problems: readonly Problem[]) => void;
  /** `state` is another one. */
  readonly changed: () => void;
}

/** Watches a list. */
export function createRunFeed(client: RunClient, filter: RunFilter, observer: FeedObserver): RunFeed {
  let cursor: string | null = null;
  let state: ReturnType<RunFeed['state']> = 'off';
  let leave = () => {};
  const become = (next: typeof state) => {
    state = next;
    observer.changed();
  };
  return {
    state: () => state,
    start: () => {
      if (state !== 'off') return;
      // A client that connects again sends these as they are then, and so goes on where it was.
      const variables = { filter, after: cursor };
      // Before it is lost it counts as there: nobody is to read of a loss while it is made first.
      become('on');
      leave = client.subscribe(RunsChangedDocument, variables, {
        connected: (isConnected) => {
          become(isConnected ? 'on' : 'lost');
        },
        next: ({ data, problems }) => {
          if (data === null) {
            observer.trouble(problems);
            return;
          }
          const event = data.executionsChanged;
          const isBeginning = cursor === null || event.changes.some(({ kind }) => kind === 'PRESENT');
          cursor = event.cursor;
          variables.after = cursor;
          observer.told(event, isBeginning);
        },
        end: (problem) => {
          // Where it may not go on from here, it begins again.
          cursor = null;
          become('off');
          if (problem !== null) observer.trouble([problem]);
        },
      });
    },
    stop: () => {
      leave();
      if (state !== 'off') become('off');
    },
  };
}
