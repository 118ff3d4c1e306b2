/** When to ask again where upstream asks for patience and does not say how much. */
export const DEFAULT_RETRY_AFTER_MS = 1000;
/** No more than this is believed, since one answer pauses everybody: whatever upstream says, it is asked again then. */
const MAX_RETRY_AFTER_MS = 300_000;

const SECONDS = /^\d+(\.\d+)?$/;
/** The three ways in which HTTP writes a time: `Sun, 06 Nov 1994 …`, `Sunday, 06-Nov-94 …` and `Sun Nov  6 …`. */
const DATE = /^(Mon|Tues?|Wed(nes)?|Thu(rs)?|Fri|Sat(ur)?|Sun)(day)?,? [\w :-]+$/;

/** An answer, as far as it tells when to ask again. */
export interface AskedToWait {
  /** Its `Retry-After`: seconds, or a time. */
  readonly retryAfter: string | undefined;
  /** Its `Date`: the time of day by the clock that wrote the other, where there is one. */
  readonly date: string | undefined;
}

/**
 * How long upstream asks to be left alone. It counts where it says so in a way that can be believed: a time in the past,
 * none at all, or less says nothing.
 * @param now the time of day, epoch milliseconds: a time is measured by it where the answer does not tell its own
 * @returns milliseconds, more than 0 and five minutes at the most; null where it does not say
 */
export function retryAfterMsOf({ retryAfter, date }: AskedToWait, now: number): number | null {
  const text = retryAfter?.trim() ?? '';
  const waitMs = SECONDS.test(text)
    ? Number(text) * 1000
    : timeOf(text) - (timeOf(date?.trim() ?? '') || now);
  return waitMs > 0 ? Math.min(Math.ceil(waitMs), MAX_RETRY_AFTER_MS) : null;
}

/** Epoch milliseconds; NaN where it is no time. */
function timeOf(text: string): number {
  if (!DATE.test(text)) return NaN;
  return Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
}
