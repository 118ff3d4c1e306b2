import type { Clock } from '../clock.ts';
import { GatewayError } from '../domain/errors.ts';
import { createHeard } from './heard.ts';
import { nextReadingMs, type Pace, type PaceFacts } from './pace.ts';

/** Says when to read. No reading overlaps another. */
export interface Ticker {
  /** Does something that reads, once what is under way is done. */
  readonly exclusively: <T>(work: () => Promise<T>) => Promise<T>;
  /** Reads soon. @param since answers from before that, on the monotonic clock, do not count; null: those known do not */
  readonly wake: (since: number | null) => void;
  /** Upstream has told of a change by itself. @param isRelayed see `Heard` */
  readonly noteHint: (isRelayed: boolean) => void;
  /** See `Heard`; what is due sooner then is read sooner. */
  readonly forgetRelayed: () => void;
  /** A reading has been made, whoever wanted it. @param startedAt when it began, on the monotonic clock */
  readonly done: (startedAt: number) => void;
  /** Starts or stops, by whether somebody watches. */
  readonly reset: () => void;
}

/** What a ticker is built from. */
export interface TickerOptions {
  readonly clock: Clock;
  readonly pace: Pace;
  /** Whether somebody watches. */
  readonly isWatched: () => boolean;
  /** Reads, in the background. */
  readonly read: (since: number | null) => Promise<void>;
  readonly facts: () => Pick<PaceFacts, 'hasOpen' | 'isOver' | 'waitedMs'>;
  /** A reading has failed for good. */
  readonly onFailure: (error: unknown) => void;
}

/** Readings that hints cause are at least so far apart: what comes in between is read together. */
const HINTS_APART_MS = 200;
/** The same for hints of what another replica has read already: they cost no call. */
const ANSWERS_APART_MS = 100;

/** What asking again cannot change. */
const FINAL = new Set(['UNAUTHENTICATED', 'FORBIDDEN', 'NOT_SUPPORTED', 'BAD_USER_INPUT']);

/** Whether a reading that failed so will fail again: a defect, a refusal, or what upstream does not support. */
export function isFinal(error: unknown): boolean {
  return !(error instanceof GatewayError) || FINAL.has(error.code);
}

/** Builds a ticker that stands still. */
export function createTicker({ clock, pace, isWatched, read, facts, onFailure }: TickerOptions): Ticker {
  let line: Promise<unknown> = Promise.resolve();
  let cancel: () => void = () => undefined;
  let isTicking = false;
  let reads = 0;
  let readAt = -Infinity;
  const heard = createHeard(clock);
  /** When a hint was last followed, and one of what another replica has read. */
  let followedAt = -Infinity;
  let answeredAt = -Infinity;
  let hint: { readonly since: number | null } | null = null;
  let failed = { times: 0, at: -Infinity, retryAfterMs: 0 };

  const exclusively = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = line.then(work);
    line = turn.catch(() => undefined);
    return turn;
  };

  const pauseMs = () =>
    nextReadingMs(
      {
        ...facts(),
        sinceHintMs: heard.sinceMs(),
        failures: failed.times,
        retryAfterMs: failed.retryAfterMs,
      },
      pace,
    );

  const hintDueAt = () => {
    if (hint === null || failed.times > 0) return Infinity;
    return hint.since === null ? answeredAt + ANSWERS_APART_MS : followedAt + HINTS_APART_MS;
  };

  const reset = () => {
    cancel();
    if (!isWatched() || isTicking) return;
    const due = failed.times > 0 ? failed.at + pauseMs() : readAt + pauseMs();
    cancel = clock.after(Math.max(0, Math.min(due, hintDueAt()) - clock.now()), () => void tick());
  };

  const tick = async () => {
    isTicking = true;
    const reason = hint;
    hint = null;
    if (reason?.since === null) answeredAt = clock.now();
    else if (reason !== null) followedAt = clock.now();
    const readsBefore = reads;
    try {
      await exclusively(async () => {
        // Who came to watch meanwhile has read it.
        if (reason !== null || reads === readsBefore) await read(reason?.since ?? null);
      });
    } catch (error) {
      hint ??= reason;
      const retryAfterMs = error instanceof GatewayError ? (error.details.retryAfterMs ?? 0) : 0;
      failed = { times: failed.times + 1, at: clock.now(), retryAfterMs };
      if (isFinal(error)) onFailure(error);
    } finally {
      isTicking = false;
      reset();
    }
  };

  return {
    exclusively,
    wake: (since) => {
      hint = { since: since ?? hint?.since ?? null };
      reset();
    },
    noteHint: heard.note,
    forgetRelayed: () => {
      heard.forgetRelayed();
      reset();
    },
    done: (startedAt) => {
      reads += 1;
      readAt = startedAt;
      failed = { times: 0, at: -Infinity, retryAfterMs: 0 };
    },
    reset,
  };
}
