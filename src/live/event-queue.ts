/** What one viewer is to be told, in turn. Whatever waits when it ends is told first. */
export interface EventQueue<E> extends AsyncIterableIterator<E, undefined> {
  /** Whether nothing more is told, or taken. */
  readonly isOver: boolean;
  put(event: E): void;
  end(): void;
  fail(error: unknown): void;
  next(): Promise<IteratorResult<E, undefined>>;
  /** The viewer leaves. */
  return(): Promise<IteratorResult<E, undefined>>;
}

/** Keeps what a viewer has not taken yet, and says what becomes of it when there is more. */
export interface Waiting<E> {
  readonly put: (event: E) => void;
  /** Takes all of it, as one event; null: nothing waits. */
  readonly take: () => { readonly event: E } | null;
}

const DONE = { done: true, value: undefined } as const;

/**
 * Builds a queue.
 * @param onEnd called once, when it ends; with whether that is because the viewer has left
 */
export function createEventQueue<E>(waiting: Waiting<E>, onEnd: (hasLeft: boolean) => void): EventQueue<E> {
  let end: { readonly error?: unknown } | null = null;
  const takers: PromiseWithResolvers<IteratorResult<E, undefined>>[] = [];

  /** Gives those who wait what there is. */
  const serve = () => {
    while (takers.length > 0) {
      const taken = waiting.take();
      if (taken === null && end === null) return;
      const taker = takers.shift();
      if (taken !== null) {
        taker?.resolve({ done: false, value: taken.event });
      } else if (end !== null && 'error' in end) {
        taker?.reject(end.error);
        end = {};
      } else {
        taker?.resolve(DONE);
      }
    }
  };
  const close = (how: NonNullable<typeof end>, hasLeft: boolean) => {
    if (end !== null) return;
    end = how;
    onEnd(hasLeft);
    serve();
  };

  const queue: EventQueue<E> = {
    [Symbol.asyncIterator]: () => queue,
    get isOver() {
      return end !== null;
    },
    put: (event) => {
      if (end !== null) return;
      waiting.put(event);
      serve();
    },
    end: () => {
      close({}, false);
    },
    fail: (error) => {
      close({ error }, false);
    },
    next: () => {
      const taker = Promise.withResolvers<IteratorResult<E, undefined>>();
      takers.push(taker);
      serve();
      return taker.promise;
    },
    return: () => {
      waiting.take();
      close({}, true);
      end = {};
      return Promise.resolve(DONE);
    },
  };
  return queue;
}
