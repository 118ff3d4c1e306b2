import type { Clock } from '../clock.ts';
import type { Logger } from '../observability/logger.ts';
import { networkCauseOf } from '../observability/network-cause.ts';
import { createOutage } from '../observability/outage.ts';

/** Tells whoever runs the gateway that something is away, and that it is back: once each, and not where it is. */
export interface ConnectionLog {
  /** The connection itself has met with this; what commands meet with next is most likely its consequence. */
  readonly troubled: (error: unknown) => void;
  /** A command has failed with this. */
  readonly failed: (error: unknown) => void;
  /** A command has been answered. */
  readonly answered: () => void;
  /** What comes now is not said any more: the gateway lets go of it by itself. */
  readonly end: () => void;
}

/** See `Outage`. */
const STEADY_MS = 1000;

/** It answers, and with something else than what it was asked for. */
const BAD_ANSWER = 'bad answer';

/** What first words of Redis's answers and messages of the client mean, beside codes of the network. */
const CAUSES: readonly (readonly [RegExp, string])[] = [
  [/^(NOAUTH|WRONGPASS|NOPERM)\b|invalid password/, 'auth'],
  [/took too long|timeout/i, 'timeout'],
  [/\bOOM\b/, 'out of memory'],
  [/^LOADING\b/, 'loading'],
  [
    /\b(MOVED|ASK|TRYAGAIN|CLUSTERDOWN|READONLY|MASTERDOWN|NOREPLICAS)\b|^There is no such master/,
    'no master',
  ],
  [/^Connection is closed/, 'broken off'],
  [/^Redis is confused|^Protocol error/, BAD_ANSWER],
];

/** In a word; null where it is only said that there is no connection, or nothing that is known. */
export function causeOf(error: unknown): string | null {
  const { message = '', code = message, name } = (error ?? {}) as Partial<NodeJS.ErrnoException>;
  const cause = CAUSES.find(([pattern]) => pattern.test(code))?.[1] ?? networkCauseOf(code);
  if (cause !== 'network') return cause;
  // So the client names what Redis has answered.
  return name === 'ReplyError' ? BAD_ANSWER : null;
}

/**
 * Builds the log of one connection.
 * @param what is away, as a sentence begins with it
 */
export function createConnectionLog(what: string, logger: Logger, clock: Clock): ConnectionLog {
  const messages = { away: `${what} is away`, back: `${what} is back` };
  const outage = createOutage({ ...messages, steadyMs: STEADY_MS, clock, logger });
  let isOver = false;
  let trouble: string | null = null;
  return {
    troubled: (error) => {
      trouble = causeOf(error) ?? trouble;
    },
    failed: (error) => {
      if (!isOver) outage.failed(causeOf(error) ?? trouble ?? 'network');
    },
    answered: () => {
      trouble = null;
      if (!isOver) outage.worked();
    },
    end: () => {
      isOver = true;
    },
  };
}
