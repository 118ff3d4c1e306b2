import { totalmem } from 'node:os';
import { performance } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import { afterArrival, beginRound, type Busyness, type Load, type Round } from './pressure.ts';

/** Says how the process is, whenever a request comes in. */
export type LoadProbe = () => Omit<Load, 'operations'>;

/** How long a look at the memory is good for. */
const MEMORY_MS = 250;

/**
 * Builds a probe that has no timer of its own: the event loop tells how long it has been idle, and a round of it is as
 * long as it takes from its first request to the `setImmediate` behind them.
 * @param afterMs how long it may be busy without a pause
 */
export function createLoadProbe(afterMs: number): LoadProbe {
  const memory = createMemoryProbe();
  let busyness: Busyness = { sinceMs: performance.now(), idleMs: idleMsNow(), isBusy: false };
  let last: Round = { sinceMs: 0, endMs: 0, idleMs: -Infinity, requests: 0 };
  let round: ReturnType<typeof beginRound> | null = null;
  let requests = 0;

  return () => {
    const [nowMs, idleMs] = [performance.now(), idleMsNow()];
    if (round === null) {
      const begun = beginRound(last, nowMs, idleMs);
      round = begun;
      requests = 0;
      setImmediate(() => {
        last = { sinceMs: begun.sinceMs, endMs: performance.now(), idleMs: idleMsNow(), requests };
        round = null;
      });
    }
    requests += 1;
    const waitedMs = nowMs - round.sinceMs + round.waitedMs;
    const together = Math.max(requests, round.before);
    busyness = afterArrival(busyness, { nowMs, idleMs, waitedMs, together }, afterMs);
    return { isBusy: busyness.isBusy && afterMs > 0, waitedMs, memoryShare: memory(nowMs) };
  };
}

function idleMsNow(): number {
  return performance.nodeTiming.idleTime;
}

/** The share of its memory that the process uses: of what its container allows, or of its heap. */
function createMemoryProbe() {
  const allowed = Math.min(totalmem(), process.constrainedMemory() || Infinity);
  let [share, sinceMs] = [0, -Infinity];
  return (nowMs: number): number => {
    if (nowMs - sinceMs < MEMORY_MS) return share;
    const heap = getHeapStatistics();
    share = Math.max(process.memoryUsage.rss() / allowed, heap.used_heap_size / heap.heap_size_limit);
    sinceMs = nowMs;
    return share;
  };
}
