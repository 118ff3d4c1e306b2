import type { Clock } from '../clock.ts';
import type { UpstreamBudget } from '../domain/budget.ts';
import type { Credential } from '../domain/credential.ts';
import { watchBudget } from './budget-watch.ts';

/** What can be watched. Each stream ends when its reader leaves. */
export interface LiveOfCaller {
  /** What is left of the upstream requests that the caller may cause: now, and whenever that changes. */
  budget(): AsyncIterable<UpstreamBudget>;
}

/** What happens, for whoever watches. */
export interface Live {
  /** @param credential throws when the caller is not signed in, or not well enough */
  forCaller(credential: () => Credential): LiveOfCaller;
}

/** What is watched with. */
export interface LiveOptions {
  readonly budgetOf: (credential: Credential) => UpstreamBudget;
  readonly clock: Clock;
}

/** Builds what tells of what happens. */
export function createLive({ budgetOf, clock }: LiveOptions): Live {
  return {
    forCaller: (credential) => ({
      budget: () => {
        const caller = credential();
        return watchBudget(() => budgetOf(caller), clock);
      },
    }),
  };
}
