import { createHmac } from 'node:crypto';

import { isEnd, statusAt } from '../data/run.ts';
import type { LiveRun } from '../data/run.ts';

export interface WebhookOptions {
  readonly url: string;
  /** The org's API key, which signs the deliveries. */
  readonly apiKey: string;
  /** Wait before the first retry in ms; doubled for each further one. */
  readonly backoffMs: number;
  readonly now: () => number;
}

interface WatchedRun {
  readonly account: string;
  readonly live: LiveRun;
}

const MAX_RETRIES = 3;
const TIMEOUT_MS = 10_000;
const SHORTEST_WAIT_MS = 20;
const LONGEST_WAIT_MS = 60_000;

const EVENTS: Readonly<Record<string, string>> = {
  COMPLETED: 'Workflow Completed',
  ERRORED: 'Workflow Errored',
};

/** Tells a URL of every run that ends as COMPLETED or ERRORED, signed as the upstream does. */
export class Webhooks {
  readonly #options: WebhookOptions;
  readonly #watched = new Set<WatchedRun>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #stopped = new AbortController();
  #nextCheck: NodeJS.Timeout | undefined;

  constructor(options: WebhookOptions) {
    this.#options = options;
  }

  watch(account: string, live: LiveRun): void {
    this.#watched.add({ account, live });
    this.check();
  }

  /** Delivers what has ended by now, and sets the next check to when the next run ends. */
  check(): void {
    const nowMs = this.#options.now();
    let nextMs = Infinity;
    for (const watched of this.#watched) {
      const { live } = watched;
      const status = statusAt(live, nowMs);
      if (isEnd(status)) {
        this.#watched.delete(watched);
        this.#announce(watched, status);
      } else {
        nextMs = Math.min(nextMs, (live.stoppedAtMs ?? live.endsAtMs) - nowMs);
      }
    }
    clearTimeout(this.#nextCheck);
    if (nextMs === Infinity) return;
    const waitMs = Math.min(LONGEST_WAIT_MS, Math.max(SHORTEST_WAIT_MS, nextMs));
    this.#nextCheck = setTimeout(() => {
      this.check();
    }, waitMs).unref();
  }

  /** Forgets the runs and the deliveries still to be retried. */
  reset(): void {
    this.#watched.clear();
    clearTimeout(this.#nextCheck);
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  stop(): void {
    this.reset();
    this.#stopped.abort();
  }

  #announce({ account, live }: WatchedRun, status: string): void {
    const event = EVENTS[status];
    if (event === undefined) return;
    const body = JSON.stringify({
      linked_account_id: account,
      instance_id: live.id,
      workflow_id: live.workflow.id,
      config_id: live.configId,
      event,
      workflow_name: live.workflow.name,
      status,
    });
    void this.#deliver(body, 0);
  }

  async #deliver(body: string, retries: number): Promise<void> {
    const { url, apiKey, backoffMs } = this.#options;
    const signature = createHmac('sha256', apiKey).update(body).digest('hex');
    const accepted = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-cobalt-signature': signature },
      body,
      redirect: 'manual',
      signal: AbortSignal.any([this.#stopped.signal, AbortSignal.timeout(TIMEOUT_MS)]),
    }).then(
      async (response) => {
        await response.body?.cancel();
        return response.status === 200;
      },
      () => false,
    );
    if (accepted || retries === MAX_RETRIES || this.#stopped.signal.aborted) return;
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        void this.#deliver(body, retries + 1);
      },
      backoffMs * 2 ** retries,
    ).unref();
    this.#timers.add(timer);
  }
}
