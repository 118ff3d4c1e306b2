/** A token bucket for each API key, on monotonic time. */
export class RateLimiter {
  readonly #ratePerSecond: number;
  readonly #burst: number;
  readonly #monotonicMs: () => number;
  readonly #buckets = new Map<string, { tokens: number; atMs: number }>();

  /** `ratePerSecond` 0 switches limiting off; `burst` is the capacity of a bucket. */
  constructor(ratePerSecond: number, burst: number, monotonicMs: () => number) {
    this.#ratePerSecond = ratePerSecond;
    this.#burst = burst;
    this.#monotonicMs = monotonicMs;
  }

  /** Takes a token: 0 if there was one, else the time in ms until there is. */
  take(key: string): number {
    if (this.#ratePerSecond === 0) return 0;
    const nowMs = this.#monotonicMs();
    const bucket = this.#buckets.get(key) ?? { tokens: this.#burst, atMs: nowMs };
    this.#buckets.set(key, bucket);
    const refilled = ((nowMs - bucket.atMs) / 1000) * this.#ratePerSecond;
    bucket.tokens = Math.min(this.#burst, bucket.tokens + refilled);
    bucket.atMs = nowMs;
    if (bucket.tokens < 1) return ((1 - bucket.tokens) / this.#ratePerSecond) * 1000;
    bucket.tokens -= 1;
    return 0;
  }
}
