import { randomFillSync } from 'node:crypto';

const TRACE_ID_DIGITS = 32;
const SPAN_ID_DIGITS = 16;

/** So much is drawn at once, in bytes. To V8 each id is a part of that text: who keeps one keeps all of it, so it is short. */
const DRAWN_BYTES = 512;

/** Draws ids of traces and of spans, many at once: an id by itself costs several times as much. */
export class SpanIds {
  readonly #random = Buffer.allocUnsafeSlow(DRAWN_BYTES);
  #digits = '';
  #at = 0;

  traceId(): string {
    return this.#next(TRACE_ID_DIGITS);
  }

  spanId(): string {
    return this.#next(SPAN_ID_DIGITS);
  }

  /** That one is nothing but zeros, which would be none, is as likely as that two are the same. */
  #next(length: number): string {
    if (this.#at + length > this.#digits.length) {
      this.#digits = randomFillSync(this.#random).toString('hex');
      this.#at = 0;
    }
    const start = this.#at;
    this.#at += length;
    return this.#digits.slice(start, this.#at);
  }
}
