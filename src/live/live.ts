import type { Clock } from '../clock.ts';
import type { UpstreamBudget } from '../domain/budget.ts';
import type { Credential } from '../domain/credential.ts';
import type { Hint } from '../domain/hint.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Hints } from '../redis/hints.ts';
import type { Send } from '../upstream/call.ts';
import type { Capabilities } from '../upstream/capabilities.ts';
import { createPageLimits } from '../upstream/endpoints/page-limits.ts';
import type { Upstream } from '../upstream/endpoints/upstream.ts';
import { watchBudget } from './budget-watch.ts';
import type { Pace } from './pace.ts';
import { createSeen } from './seen.ts';
import type { RunEvent } from './watched-run.ts';
import { createWatchedRuns, type RunLimits } from './watched-runs.ts';

/** Who watches. */
export interface LiveCaller {
  /** Throws when the caller is not signed in, or not well enough. */
  readonly credential: () => Credential;
  /** Upstream as the operation asks it that opens the stream. */
  readonly upstream: Upstream;
}

/** What can be watched. Each stream ends when its reader leaves. */
export interface LiveOfCaller {
  /** What is left of the upstream requests that the caller may cause: now, and whenever that changes. */
  budget(): AsyncIterable<UpstreamBudget>;
  /** A run until it ends; see `WatchedRuns.watch`. */
  execution(id: string, wantsDetail: boolean): AsyncIterable<RunEvent>;
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
  readonly maxPageSize: number;
  readonly pace: Pace;
  readonly runs: RunLimits;
  readonly budgetOf: (credential: Credential) => UpstreamBudget;
  /** What tells other replicas what this one has seen; null: there are none. */
  readonly hints: Hints | null;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

/** Builds what tells of what happens. */
export function createLive({ budgetOf, hints, runs: runLimits, ...options }: LiveOptions): Live {
  const { clock, maxPageSize } = options;
  const pageLimits = createPageLimits(maxPageSize, () => clock.now());
  const wake = (hint: Hint) => {
    runs.wake(hint);
  };
  const onSeen = createSeen(hints, wake);
  const runs = createWatchedRuns({ ...options, ...runLimits, pageLimits, onSeen });
  return {
    forCaller: ({ credential, upstream }) => ({
      budget: () => {
        const caller = credential();
        return watchBudget(() => budgetOf(caller), clock);
      },
      execution: (id, wantsDetail) => runs.watch({ credential: credential(), upstream }, id, wantsDetail),
    }),
    wake,
    stop: () => {
      runs.stop();
    },
  };
}
