import type { Clock } from '../clock.ts';
import type { Logger } from './logger.ts';

/** Tells whoever runs the gateway that something is away, and that it is back: once each, and nothing in between. */
export interface Outage {
  /** It has failed; why, in a word for the log. */
  readonly failed: (cause: string) => void;
  readonly worked: () => void;
}

/** What an outage is told with. */
export interface OutageOptions {
  /** The messages. */
  readonly away: string;
  readonly back: string;
  /** It is back once nothing has failed for so long; so what comes and goes does not fill the log. */
  readonly steadyMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Builds what tells of the outages of one thing, which is not away yet. */
export function createOutage({ away, back, steadyMs, clock, logger }: OutageOptions): Outage {
  let isAway = false;
  let failedAt = -Infinity;
  return {
    failed: (cause) => {
      failedAt = clock.now();
      if (isAway) return;
      isAway = true;
      logger.warn(away, { cause });
    },
    worked: () => {
      if (!isAway || clock.now() - failedAt < steadyMs) return;
      isAway = false;
      logger.info(back);
    },
  };
}
