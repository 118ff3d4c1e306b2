/** Settings of a gateway that upstream's rate does not hold up. */
export const ANY_RATE = { UPSTREAM_RATE_PER_SECOND: '100000', UPSTREAM_BURST: '100000' };

/** Settings of a gateway that asks upstream each time and at once; tests of the rate and the cache undo them. */
export const DIRECT = { ...ANY_RATE, ...rememberingFor(0) };

/** Settings of a gateway that runs into no limit of time, where time is the machine's own and is not what counts. */
export const UNHURRIED = {
  UPSTREAM_TIMEOUT_MS: '60000',
  OPERATION_TIMEOUT_MS: '60000',
  SHUTDOWN_TIMEOUT_MS: '60000',
};

/** Settings of a gateway to which each answer of upstream is as good as new for so long; 0: it keeps none. */
export function rememberingFor(freshMs: number) {
  const fresh = String(freshMs);
  return {
    CACHE_LIST_MS: fresh,
    CACHE_RUNNING_MS: fresh,
    CACHE_TERMINAL_MS: fresh,
    CACHE_WORKFLOW_MS: fresh,
    CACHE_APPLICATION_MS: fresh,
    CACHE_NOT_FOUND_MS: fresh,
  };
}
