import { setImmediate } from 'node:timers/promises';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Has V8 collect all generations at once, or the young one alone. */
type Collect = (options?: { readonly type: 'minor' }) => void;

/** V8's own collector. */
export function garbageCollector(): Collect {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as Collect;
}

/** Has V8 collect all that nothing refers to any more once this turn of the event loop is over. */
export async function collectGarbage(): Promise<void> {
  const collect = garbageCollector();
  await setImmediate();
  collect();
}

/** What lives in the heap, in bytes. */
export async function heapUsed(): Promise<number> {
  await collectGarbage();
  return process.memoryUsage().heapUsed;
}

/** What V8 has in its old generation, in bytes. */
export function oldBytes(): number {
  return getHeapSpaceStatistics().find(({ space_name: name }) => name === 'old_space')?.space_used_size ?? 0;
}
