import { createEventQueue, type EventQueue } from './event-queue.ts';

/**
 * What one viewer is to be told of one thing. Each event is the whole state, so a viewer who is slow is told the newest
 * one, and misses nothing that still matters.
 */
export type Latest<E> = EventQueue<E>;

/**
 * Builds one without an event.
 * @param onLeft called once, when the viewer leaves before the end
 */
export function createLatest<E>(onLeft: () => void): Latest<E> {
  let newest: { readonly event: E } | null = null;
  const waiting = {
    put: (event: E) => {
      newest = { event };
    },
    take: () => {
      const taken = newest;
      newest = null;
      return taken;
    },
  };
  return createEventQueue(waiting, (hasLeft) => {
    if (hasLeft) onLeft();
  });
}
