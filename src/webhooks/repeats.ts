import { Recent } from '../domain/recent.ts';
import type { TraceSpan } from '../observability/trace-span.ts';
import type { RedisConnection } from '../redis/connection.ts';

/** Tells webhooks that have come before. */
export interface Repeats {
  /** Whether this content comes for the first time, to any of the replicas; from then on it is known. */
  isFirst(contentHash: string, trace: TraceSpan | null): Promise<boolean>;
}

/** How many are remembered. */
const MAX_KNOWN = 10_000;
/** For how long the replicas remember one: upstream repeats within minutes. */
const KEEP_MS = 3_600_000;

/** @param redis what the replicas share; null: this is the only one */
export function createRepeats(redis: RedisConnection | null): Repeats {
  const known = new Recent<true>(MAX_KNOWN);
  return {
    isFirst: async (contentHash, trace) => {
      if (known.has(contentHash)) return false;
      known.set(contentHash, true);
      const claimed = await redis?.attempt(
        async (commands) => ({
          answer: await commands.set(`webhook:seen:${contentHash}`, '', 'PX', KEEP_MS, 'NX'),
        }),
        { trace, command: 'SET' },
      );
      return claimed?.answer !== null;
    },
  };
}
