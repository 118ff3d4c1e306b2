import { createHmac } from 'node:crypto';

/** Where and how webhooks are delivered. */
export interface SenderOptions {
  readonly url: string;
  /** Signs the deliveries. */
  readonly apiKey: string;
  /** Wait before the first retry in ms; doubled for each further one. */
  readonly backoffMs: number;
}

const MAX_RETRIES = 3;
const TIMEOUT_MS = 10_000;

/** Delivers webhooks, and those that are not accepted once more. */
export class WebhookSender {
  readonly #options: SenderOptions;
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #stopped = new AbortController();

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  /** Delivers a body, so much later. */
  send(body: string, lateMs: number): void {
    if (lateMs === 0) void this.#deliver(body, 0);
    else this.#later(body, 0, lateMs);
  }

  /** Forgets what is still to be delivered. */
  reset(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  stop(): void {
    this.reset();
    this.#stopped.abort();
  }

  #later(body: string, retries: number, delayMs: number): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      void this.#deliver(body, retries);
    }, delayMs).unref();
    this.#timers.add(timer);
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
        // A receiver that breaks off has said its status all the same.
        await response.body?.cancel().catch(() => undefined);
        return response.status === 200;
      },
      () => false,
    );
    if (accepted || retries === MAX_RETRIES || this.#stopped.signal.aborted) return;
    this.#later(body, retries + 1, backoffMs * 2 ** retries);
  }
}
