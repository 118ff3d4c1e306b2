import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { logDefect, type Logger } from '../observability/logger.ts';
import { createClient, SILENCE_MS } from './client.ts';
import { createConnectionLog } from './connection-log.ts';
import type { RedisConnection } from './connection.ts';
import type { RedisTarget } from './target.ts';

/**
 * What replicas tell each other in passing. Nobody waits for it, nothing fails for want of it, and some of it is lost
 * whenever Redis is: whoever needs to know finds out in another way, later.
 */
export interface Hints {
  /**
   * Tells all other replicas, as far as they can be told. Everybody who may read Redis sees it, so it names nobody but
   * by hashes. What is longer than 4,096 characters as JSON is not told.
   */
  publish(message: object): void;
  /**
   * Calls back with what another replica tells: any JSON, since anybody may publish anything; and with how long ago it
   * was told, in milliseconds: a little more than that, a second at the most, and 0 where nobody knows.
   */
  onMessage(callback: (message: unknown, agoMs: number) => void): void;
  /** Calls back whenever the subscription is lost: from then on nothing is heard, until it is there again. */
  onDeaf(callback: () => void): void;
  /** Subscribes, as far as possible, and keeps on trying. Never rejects. */
  start(): Promise<void>;
  stop(): void;
}

/** What hints are built from. */
export interface HintsOptions {
  readonly target: RedisTarget;
  /** What the channel's name begins with, as all keys do. */
  readonly keyPrefix: string;
  /** This replica's name among those that share: what it tells, it does not hear. */
  readonly replica: string;
  /** Redis's time of day, which all replicas share; see `Membership`. */
  readonly time: () => number | null;
  /** What publishes: a connection that is subscribed can do nothing else. */
  readonly connection: RedisConnection;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** How often to look whether the subscription is still there. */
const BEAT_MS = 1000;
/** In characters. */
const MAX_LENGTH = 4096;

/** How long ago something was told is known to within so much. */
const INEXACT_MS = 5;
const MOST_AGO_MS = 1000;

const Envelope = z.object({ from: z.string(), at: z.number().nullish(), hint: z.unknown() });

/** Builds the hints of one replica; it does not connect yet. */
export function createHints(options: HintsOptions): Hints {
  const { keyPrefix, replica, time, connection, logger } = options;
  // Keys are prefixed by the client, channels are not.
  const channel = `${keyPrefix}hints`;
  const callbacks = new Set<(message: unknown, agoMs: number) => void>();

  const deafened = new Set<() => void>();
  const safely = (call: () => void) => {
    try {
      call();
    } catch (error) {
      // It would end the process, since nobody else is there to catch it.
      logDefect(logger, error);
    }
  };
  const agoMsOf = (at: number | null): number => {
    const now = time();
    return now === null || at === null ? 0 : Math.min(MOST_AGO_MS, Math.max(0, now - at) + INEXACT_MS);
  };
  const hear = (text: string) => {
    const told = text.length > MAX_LENGTH ? undefined : readEnvelope(text);
    if (told === undefined || told.from === replica) return;
    const agoMs = agoMsOf(told.at ?? null);
    for (const callback of callbacks) {
      safely(() => {
        callback(told.hint, agoMs);
      });
    }
  };
  const subscription = createSubscription(options, channel, hear, () => {
    for (const callback of deafened) safely(callback);
  });

  return {
    publish: (hint) => {
      const text = JSON.stringify({ from: replica, at: time(), hint });
      if (text.length > MAX_LENGTH) return;
      void connection.attempt((redis) => redis.publish(channel, text).catch(subscription.refused));
    },
    onMessage: (callback) => {
      callbacks.add(callback);
    },
    onDeaf: (callback) => {
      deafened.add(callback);
    },
    start: () => subscription.start(),
    stop: () => {
      subscription.stop();
    },
  };
}

function readEnvelope(text: string): z.infer<typeof Envelope> | undefined {
  try {
    return Envelope.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** A subscription to one channel that comes back by itself. */
interface Subscription {
  /** Takes it that Redis refuses: that a user may not publish says nothing of what else Redis is good for. */
  readonly refused: (error: unknown) => null;
  start(): Promise<void>;
  stop(): void;
}

function createSubscription(
  { target, keyPrefix, connection, clock, logger }: HintsOptions,
  channel: string,
  hear: (text: string) => void,
  onLost: () => void,
): Subscription {
  const log = createConnectionLog('The subscription to Redis', logger, clock);
  // In a cluster, what is published at one node is heard at all of them.
  const redis = createClient({ target, keyPrefix, socketTimeoutMs: SILENCE_MS });
  let isSubscribed = false;
  let wasMissing = false;
  let cancelBeat: (() => void) | undefined;
  let isStopped = false;

  const subscribe = async () => {
    try {
      await redis.subscribe(channel);
      isSubscribed = true;
      wasMissing = false;
      log.answered();
    } catch (error) {
      log.troubled(error);
    }
  };

  /** Asks for a sign of life: without one, the client gives the connection up, and makes another one. */
  const beat = async () => {
    if (isSubscribed) await redis.ping().then(log.answered, log.troubled);
    else if (redis.status === 'ready') await subscribe();
    // While Redis is away, that has been said already.
    if (!isSubscribed && wasMissing && connection.awayMs() === 0) log.failed(null);
    wasMissing = !isSubscribed;
  };
  const watch = () => {
    if (!isStopped) cancelBeat = clock.after(BEAT_MS, () => void beat().catch(log.troubled).finally(watch));
  };

  redis.on('error', log.troubled);
  redis.on('close', () => {
    const isLost = isSubscribed && !isStopped;
    isSubscribed = false;
    if (isLost) onLost();
  });
  redis.on('message', (_channel: string, text: string) => {
    hear(text);
  });

  return {
    refused: (error) => {
      if ((error as Error).name !== 'ReplyError') throw error;
      log.troubled(error);
      return null;
    },
    start: async () => {
      const subscribed = new Promise<void>((resolve) => {
        redis.on('ready', () => void subscribe().then(resolve));
      });
      watch();
      await redis.connect().then(
        () => subscribed,
        () => undefined,
      );
    },
    stop: () => {
      isStopped = true;
      log.end();
      cancelBeat?.();
      redis.disconnect();
    },
  };
}
