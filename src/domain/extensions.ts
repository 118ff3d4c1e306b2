import type { UpstreamBudget } from './budget.ts';
import { COST_LIMIT } from './cost.ts';

/**
 * `extensions.cost` of an answer.
 * @param requested upstream calls that the operation could need with nothing remembered
 * @param actual those it made
 * @param budget what is left to the caller now; null for one who is not signed in
 */
export function costExtension(requested: number | null, actual: number, budget: UpstreamBudget | null) {
  return { requested, actual, limit: COST_LIMIT, budget: budget && shownOf(budget) };
}

function shownOf({ maximum, available, restorePerSecond, queued }: UpstreamBudget) {
  return { maximum, available, restorePerSecond, queued };
}

/** What an answer tells of what it has cost at upstream. */
interface Told {
  readonly calls: number;
  readonly cacheHits: number;
  readonly coalesced: number;
  readonly waitedMs: number;
  readonly asOf: Date | null;
}

/** `extensions.upstream` of an answer. Milliseconds are whole to the reader. */
export function upstreamExtension({ calls, cacheHits, coalesced, waitedMs, asOf }: Told) {
  return { calls, cacheHits, coalesced, waitedMs: Math.round(waitedMs), asOf };
}
