import type { Clock } from '../clock.ts';
import type { UpstreamBudget } from '../domain/budget.ts';
import type { Credential } from '../domain/credential.ts';
import type { ExecutionChanges } from '../domain/execution-changes.ts';
import type { Hint } from '../domain/hint.ts';
import type { ExecutionFilter } from '../domain/model.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Tracing } from '../observability/tracing.ts';
import type { Hints } from '../redis/hints.ts';
import type { Send } from '../upstream/call.ts';
import type { Capabilities } from '../upstream/capabilities.ts';
import { createPageLimits } from '../upstream/endpoints/page-limits.ts';
import type { Upstream } from '../upstream/endpoints/upstream.ts';
import type { Operation } from '../upstream/operation.ts';
import { watchBudget } from './budget-watch.ts';
import { createFeeds, type Accounts, type FeedLimits } from './feeds.ts';
import type { Pace } from './pace.ts';
import { createSeen } from './seen.ts';
import type { RunEvent } from './watched-run.ts';
import { createWatchedRuns, type RunLimits } from './watched-runs.ts';

/** Who watches. */
export interface LiveCaller {
  /** Throws when the caller is not signed in, or not well enough. */
  readonly credential: () => Credential;
  /** The operation that opens the stream: what that costs is entered in its ledger. */
  readonly operation: Operation;
  /** Upstream as that operation asks it. */
  readonly upstream: Upstream;
}

/** What can be watched. Each stream ends when its reader leaves. */
export interface LiveOfCaller {
  /** What is left of the upstream requests that the caller may cause: now, and whenever that changes. */
  budget(): AsyncIterable<UpstreamBudget>;
  /** A run until it ends; see `WatchedRuns.watch`. */
  execution(id: string, wantsDetail: boolean): AsyncIterable<RunEvent>;
  /**
   * A list: what is there now, or what has happened since the cursor, and whenever something happens.
   * @throws BAD_USER_INPUT for a cursor of another list; OVERLOADED where too many lists are watched
   */
  executions(filter: ExecutionFilter, after: string | null): AsyncIterable<ExecutionChanges>;
}

/** What happens, for whoever watches. */
export interface Live {
  forCaller(caller: LiveCaller): LiveOfCaller;
  /** Something may have changed: what it is about is read at once, if somebody watches it. */
  wake(hint: Hint): void;
  /** Ends all that is watched. */
  stop(): void;
}

/** What is watched with. */
export interface LiveOptions {
  readonly send: Send;
  readonly capabilities: Capabilities;
  readonly accounts: Accounts;
  readonly maxPageSize: number;
  readonly pace: Pace;
  readonly feeds: FeedLimits;
  readonly runs: RunLimits;
  readonly budgetOf: (credential: Credential) => UpstreamBudget;
  /** What tells other replicas what this one has seen; null: there are none. */
  readonly hints: Hints | null;
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** Null: tracing is off. */
  readonly tracing: Tracing | null;
}

/** Builds what tells of what happens. */
export function createLive({
  budgetOf,
  hints,
  feeds: feedLimits,
  runs: runLimits,
  ...options
}: LiveOptions): Live {
  const { clock, maxPageSize } = options;
  const pageLimits = createPageLimits(maxPageSize, () => clock.now());
  const wake = (hint: Hint) => {
    runs.wake(hint);
    feeds.wake(hint);
  };
  const onSeen = createSeen(hints, wake);
  const runs = createWatchedRuns({ ...options, ...runLimits, pageLimits, onSeen });
  const feeds = createFeeds({ ...options, ...feedLimits, pageLimits, onSeen });
  hints?.onDeaf(() => {
    runs.forgetRelayed();
    feeds.forgetRelayed();
  });
  return {
    forCaller: ({ credential, operation, upstream }) => ({
      budget: () => {
        const caller = credential();
        return watchBudget(() => budgetOf(caller), clock);
      },
      execution: (id, wantsDetail) =>
        runs.watch({ credential: credential(), operation, upstream }, id, wantsDetail),
      executions: (filter, after) => feeds.watch(credential(), { filter, after, ledger: operation.ledger }),
    }),
    wake,
    stop: () => {
      runs.stop();
      feeds.stop();
    },
  };
}
