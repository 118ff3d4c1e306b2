import type { Metrics } from './metrics.ts';

const ignore = (): void => undefined;

/** Counts nothing, where nobody would read it. */
export const NO_METRICS: Metrics = {
  requested: ignore,
  answered: ignore,
  retried: ignore,
  waited: ignore,
  refused: ignore,
  cached: ignore,
  evicted: ignore,
  reused: ignore,
  shared: ignore,
  coalesced: ignore,
  redisUp: ignore,
  operated: ignore,
  closed: ignore,
  shed: ignore,
  webhook: ignore,
  live: { ticked: ignore, told: ignore, lagged: ignore },
  viewers: { joined: ignore, left: ignore, sent: ignore },
  watch: ignore,
  print: () => Promise.resolve({ contentType: 'text/plain', text: '' }),
};
