import { hash } from '../data/random.ts';
import { isEnd, statusAt } from '../data/run.ts';
import type { LiveRun } from '../data/run.ts';
import type { Traits } from '../api/traits.ts';
import { connectionBody, runBody } from './webhook-bodies.ts';
import { WebhookSender } from './webhook-sender.ts';
import type { ConnectionChange } from '../data/state.ts';

export interface WebhookOptions {
  readonly url: string;
  /** The org's API key, which signs the deliveries. */
  readonly apiKey: string;
  /** Wait before the first retry in ms; doubled for each further one. */
  readonly backoffMs: number;
  readonly seed: number;
  /** The sandbox's time. */
  readonly now: () => number;
  readonly traits: () => Traits;
  /** Lets runs arrive that are due, and tells when the next one is. */
  readonly arrive: () => number;
}

interface WatchedRun {
  readonly account: string;
  readonly live: LiveRun;
}

const SHORTEST_WAIT_MS = 20;
const LONGEST_WAIT_MS = 60_000;

/** Tells a URL of every run that ends and of every connection that changes, signed as the upstream does. */
export class Webhooks {
  readonly #options: WebhookOptions;
  readonly #sender: WebhookSender;
  readonly #watched = new Set<WatchedRun>();
  #nextCheck: NodeJS.Timeout | undefined;
  #checksAtMs = Infinity;
  #sent = 0;

  constructor(options: WebhookOptions) {
    this.#options = options;
    this.#sender = new WebhookSender(options);
  }

  watch(account: string, live: LiveRun): void {
    const watched = { account, live };
    this.#watched.add(watched);
    this.#look(watched);
  }

  /** Delivers what has ended by now, and sets the next check to when the next run arrives or ends. */
  check(): void {
    this.#checksAtMs = Infinity;
    this.#checkBy(this.#options.arrive());
    for (const watched of this.#watched) this.#look(watched);
  }

  /** Tells of a connection that changes now. */
  connected(change: ConnectionChange): void {
    const { now, traits } = this.#options;
    this.#send(connectionBody(change, now(), traits()));
  }

  /** Forgets the runs and the deliveries still to be made. */
  reset(): void {
    this.#watched.clear();
    clearTimeout(this.#nextCheck);
    this.#checksAtMs = Infinity;
    this.#sent = 0;
    this.#sender.reset();
  }

  stop(): void {
    this.reset();
    this.#sender.stop();
  }

  /** Tells of a run if it has ended, and else sees to it that somebody looks when it has. */
  #look(watched: WatchedRun): void {
    const { account, live } = watched;
    const nowMs = this.#options.now();
    const status = statusAt(live, nowMs);
    if (isEnd(status)) {
      this.#watched.delete(watched);
      this.#send(runBody(account, live, nowMs, this.#options.traits()));
    } else {
      this.#checkBy(live.stoppedAtMs ?? live.endsAtMs);
    }
  }

  #checkBy(atMs: number): void {
    if (atMs >= this.#checksAtMs) return;
    this.#checksAtMs = atMs;
    clearTimeout(this.#nextCheck);
    const waitMs = Math.min(LONGEST_WAIT_MS, Math.max(SHORTEST_WAIT_MS, atMs - this.#options.now()));
    this.#nextCheck = setTimeout(() => {
      this.check();
    }, waitMs).unref();
  }

  /** Sends as many copies as wanted, each late by a time that the seed decides. */
  #send(body: string): void {
    const { seed, traits } = this.#options;
    const { webhookCopies, webhookLateMs } = traits();
    for (let copy = 0; copy < webhookCopies; copy++) {
      const lateMs = hash(seed, this.#sent, copy, 11) % (webhookLateMs + 1);
      this.#sender.send(body, lateMs);
    }
    this.#sent += 1;
  }
}
