import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** How a request ended: the status sent, or why none was. */
export type Outcome = number | 'reset' | 'hang' | 'aborted';

/** What `GET /__sandbox/stats` answers. */
export interface SandboxStats {
  /** Upstream requests by `METHOD /route/{template}` and outcome. */
  readonly requests: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Requests that the rate limit refused. */
  readonly throttled: number;
  /** Most authenticated requests in any second. */
  readonly peakPerSecond: number;
}

/** One request to the upstream. */
export interface RecordedRequest {
  readonly method: string;
  /** The path as it was sent, without the query. */
  readonly path: string;
  /** The raw query string, without the question mark. */
  readonly query: string;
  /** By lower-cased name. */
  readonly headers: IncomingHttpHeaders;
  /** The route's template, e.g. `/execution/{execution_id}`, or `(unknown)`. */
  readonly route: string;
  /** Monotonic arrival time in ms. */
  readonly atMs: number;
  readonly status: Outcome | 'pending';
}

const KEPT = 1000;
const WINDOW_MS = 1000;
const CREDENTIALS = ['authorization', 'x-api-key', 'cookie', 'proxy-authorization'];

/** A request without its credentials, each replaced by a short hash of it. */
export function withoutCredentials(request: RecordedRequest): RecordedRequest {
  const headers = { ...request.headers };
  for (const name of CREDENTIALS) {
    const value = headers[name];
    if (typeof value === 'string') {
      headers[name] = `sha256:${createHash('sha256').update(value).digest('hex').slice(0, 12)}`;
    }
  }
  return { ...request, headers };
}

/** Counts upstream requests, each once, and keeps the last of them. */
export class Journal {
  #requests = new Map<string, Map<string, number>>();
  #throttled = 0;
  #peak = 0;
  #arrivals: number[] = [];
  #oldest = 0;
  #kept: { -readonly [Key in keyof RecordedRequest]: RecordedRequest[Key] }[] = [];
  readonly #watchers = new Set<() => void>();
  readonly #monotonicMs: () => number;

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs;
  }

  /** Records a request that has arrived. The answer says how it ended; only the first time counts. */
  arrived(request: Omit<RecordedRequest, 'status' | 'atMs'>): (outcome: Outcome) => void {
    const entry = { ...request, atMs: this.#monotonicMs(), status: 'pending' as RecordedRequest['status'] };
    this.#kept.push(entry);
    if (this.#kept.length > KEPT) this.#kept.shift();
    this.#changed();
    // A request from before a reset does not count after it.
    const requests = this.#requests;
    return (outcome) => {
      if (entry.status !== 'pending') return;
      entry.status = outcome;
      const route = `${entry.method} ${entry.route}`;
      const byOutcome = requests.get(route) ?? new Map<string, number>();
      requests.set(route, byOutcome);
      byOutcome.set(String(outcome), (byOutcome.get(String(outcome)) ?? 0) + 1);
      this.#changed();
    };
  }

  /** Notes the moment of an authenticated request, for the peak of any second. */
  authenticated(): void {
    const atMs = this.#monotonicMs();
    this.#arrivals.push(atMs);
    while ((this.#arrivals[this.#oldest] ?? atMs) <= atMs - WINDOW_MS) this.#oldest += 1;
    this.#peak = Math.max(this.#peak, this.#arrivals.length - this.#oldest);
    if (this.#oldest > this.#arrivals.length / 2 && this.#oldest > KEPT) {
      this.#arrivals = this.#arrivals.slice(this.#oldest);
      this.#oldest = 0;
    }
  }

  throttled(): void {
    this.#throttled += 1;
  }

  stats(): SandboxStats {
    const requests = [...this.#requests].map(([route, outcomes]) => [route, Object.fromEntries(outcomes)]);
    return {
      requests: Object.fromEntries(requests) as SandboxStats['requests'],
      throttled: this.#throttled,
      peakPerSecond: this.#peak,
    };
  }

  /** The last requests, oldest first. */
  requests(): readonly RecordedRequest[] {
    return this.#kept.map((entry) => ({ ...entry }));
  }

  /** Resolves as soon as the condition holds; it is asked again whenever a request arrives or ends. */
  until(condition: () => boolean): Promise<void> {
    if (condition()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const watcher = (): void => {
        try {
          if (!condition()) return;
          resolve();
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
        this.#watchers.delete(watcher);
      };
      this.#watchers.add(watcher);
    });
  }

  reset(): void {
    this.#requests = new Map();
    this.#throttled = 0;
    this.#peak = 0;
    this.#arrivals = [];
    this.#oldest = 0;
    this.#kept = [];
  }

  #changed(): void {
    for (const watcher of this.#watchers) watcher();
  }
}
