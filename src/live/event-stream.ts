import type { EndSignal } from '../clock.ts';

/**
 * The events of one subscription, as the operations see them that answer with an event each: the first operation opens
 * the stream, each further one is about the event that it was begun with.
 */
export interface EventStream {
  /**
   * The event that the operation is about.
   * @param open opens the stream, where that is still to be done
   * @param signal ends the wait for the first event, with its own reason
   */
  event<E>(open: () => AsyncIterable<E>, signal: EndSignal): Promise<E | null>;
  /** Whether an event has been asked for: the operation is a subscription. */
  readonly isAsked: boolean;
  /** The events that are still to come; null: the stream was not opened, or could not be. */
  readonly rest: AsyncIterator<unknown> | null;
}

/** A stream that is still to be opened. */
export function createEventStream(): EventStream {
  let rest: AsyncIterator<unknown> | null = null;
  let isAsked = false;
  return {
    get isAsked() {
      return isAsked;
    },
    get rest() {
      return rest;
    },
    event: async (open, signal) => {
      isAsked = true;
      // Of what is opened after that, nobody would be told to end it.
      signal.throwIfAborted();
      const events = open()[Symbol.asyncIterator]();
      const leave = () => void events.return?.();
      signal.addEventListener('abort', leave, { once: true });
      try {
        const first = await events.next();
        // Whoever was made to leave has no event, and there is a reason for it.
        signal.throwIfAborted();
        rest = events;
        return first.done === true ? null : first.value;
      } finally {
        signal.removeEventListener('abort', leave);
      }
    },
  };
}

/** The part of an opened stream that is about one of its later events. */
export function streamAt(event: unknown): EventStream {
  return {
    isAsked: true,
    rest: null,
    // Only the field that opened the stream is asked, and it made the event.
    event: <E>() => Promise.resolve(event as E),
  };
}
