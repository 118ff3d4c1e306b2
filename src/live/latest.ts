/**
 * What one viewer is to be told of one thing. Each event is the whole state, so a viewer who is slow is told the newest
 * one, and misses nothing that still matters. An end is told after the last event.
 */
export interface Latest<E> extends AsyncIterableIterator<E, undefined> {
  /** Whether nothing more is told, or taken. */
  readonly isOver: boolean;
  put(event: E): void;
  /** Ends it: an event that waits is told first. */
  end(): void;
  /** Ends it with an error: an event that waits is told first. */
  fail(error: unknown): void;
  next(): Promise<IteratorResult<E, undefined>>;
  /** The viewer leaves. */
  return(): Promise<IteratorResult<E, undefined>>;
}

const DONE = { done: true, value: undefined } as const;

/**
 * Builds one without an event.
 * @param onLeft called once, when the viewer leaves before the end
 */
export function createLatest<E>(onLeft: () => void): Latest<E> {
  let waiting: { readonly event: E } | null = null;
  let end: { readonly error?: unknown } | null = null;
  const takers: PromiseWithResolvers<IteratorResult<E, undefined>>[] = [];

  /** Gives one taker what there is. */
  const serve = () => {
    if (takers.length === 0 || (waiting === null && end === null)) return;
    const taker = takers.shift();
    if (waiting !== null) {
      const { event } = waiting;
      waiting = null;
      taker?.resolve({ done: false, value: event });
    } else if (end !== null && 'error' in end) {
      taker?.reject(end.error);
      end = {};
    } else {
      taker?.resolve(DONE);
    }
    serve();
  };
  const close = (how: NonNullable<typeof end>) => {
    end ??= how;
    serve();
  };

  const latest: Latest<E> = {
    [Symbol.asyncIterator]: () => latest,
    get isOver() {
      return end !== null;
    },
    put: (event) => {
      if (end !== null) return;
      waiting = { event };
      serve();
    },
    end: () => {
      close({});
    },
    fail: (error) => {
      close({ error });
    },
    next: () => {
      const taker = Promise.withResolvers<IteratorResult<E, undefined>>();
      takers.push(taker);
      serve();
      return taker.promise;
    },
    return: () => {
      const isEarly = end === null;
      waiting = null;
      end = {};
      serve();
      if (isEarly) onLeft();
      return Promise.resolve(DONE);
    },
  };
  return latest;
}
