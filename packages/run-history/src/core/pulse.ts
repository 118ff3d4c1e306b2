/** Notices that nothing was heard for a while. */
export interface Pulse {
  /** Something was heard: the silence begins anew. */
  readonly heard: () => void;
  /** Listens no more. */
  readonly stop: () => void;
}

/**
 * Calls back after each silence of that length, until it is stopped; it listens from the first `heard` on.
 * @param silenceMs in milliseconds
 */
export function createPulse(silenceMs: number, onSilence: () => void): Pulse {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      onSilence();
      heard();
    }, silenceMs);
  };
  return {
    heard,
    stop: () => {
      clearTimeout(timer);
    },
  };
}
