/** How long runs take. */
export interface Percentiles {
  /** Half of them took no longer, in milliseconds; null: of none is it known. */
  readonly p50Ms: number | null;
  /** 95 of 100 took no longer, in milliseconds; null: of none is it known. */
  readonly p95Ms: number | null;
  /** Of how many runs the duration is known: those that have ended, as far as upstream tells. */
  readonly known: number;
  /** How many runs were looked at. */
  readonly total: number;
}

/** The percentiles of the durations that are known; each is the duration of a run, and none is between two (nearest rank). */
export function percentilesOf(runs: readonly { readonly durationMs: number | null }[]): Percentiles {
  const durations = runs
    .map(({ durationMs }) => durationMs)
    .filter((ms): ms is number => ms !== null && Number.isFinite(ms) && ms >= 0)
    .sort((one, other) => one - other);
  const at = (share: number) => durations[Math.ceil(share * durations.length) - 1] ?? null;
  return { p50Ms: at(0.5), p95Ms: at(0.95), known: durations.length, total: runs.length };
}
