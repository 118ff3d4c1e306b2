import { totalmem } from 'node:os';
import { performance } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import { afterArrival, type Busyness, type Load } from './pressure.ts';

/** Says how the process is, whenever a client asks, once or more; it is told apart by its connection. */
export type LoadProbe = (client: object) => Omit<Load, 'operations'>;

/** How long a look at the memory is good for. */
const MEMORY_MS = 250;

/**
 * Builds a probe that has no timer of its own: the event loop tells how long it has been idle.
 * @param afterMs how long many clients may leave it no pause; 0: for ever
 */
export function createLoadProbe(afterMs: number): LoadProbe {
  const memory = createMemoryProbe();
  const lastFrom = new WeakMap<object, number>();
  const [nowMs, idleMs] = [performance.now(), idleMsNow()];
  const nothing = { isBusy: false, clients: 0 };
  let known: Busyness = { ...nothing, sinceMs: nowMs, idleMs, fromMs: nowMs, fromIdleMs: idleMs };

  return (client) => {
    const arrival = { nowMs: performance.now(), idleMs: idleMsNow(), lastFromMs: lastFrom.get(client) };
    known = afterArrival(known, arrival, afterMs);
    lastFrom.set(client, known.fromMs);
    return {
      isBusy: known.isBusy && afterMs > 0,
      waitedMs: afterMs > 0 ? arrival.nowMs - known.sinceMs : 0,
      memoryShare: memory(arrival.nowMs),
    };
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
