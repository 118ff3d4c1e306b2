import { createHash } from 'node:crypto';
import type { Credential } from '../domain/credential.ts';
import { GatewayError } from '../domain/errors.ts';
import { accountTagOf, type Hint } from '../domain/hint.ts';
import type { ExecutionFilter } from '../domain/model.ts';
import { tagOf } from '../lists/cursor.ts';
import { createFeed, type Feed, type FeedOptions, type Watching } from './feed.ts';
import { nameOf, withoutStates } from './list-name.ts';
import type { Mailbox } from './mailbox.ts';
import type { ReadingParts } from './upstream-for.ts';

/** How many lists may be watched. */
export interface FeedLimits {
  /** By all together, and by one caller. */
  readonly maxFeeds: number;
  readonly maxFeedsPerCaller: number;
}

/** All lists that are watched. */
export interface Feeds {
  /**
   * Watches a list; see `Feed.watch`.
   * @throws OVERLOADED where too many lists are watched; BAD_USER_INPUT for a cursor of another list
   */
  readonly watch: (credential: Credential, watching: Watching) => Mailbox;
  readonly wake: (hint: Hint) => void;
  /** Nothing is passed on to this replica any more; see `Heard`. */
  readonly forgetRelayed: () => void;
  /** Ends all of them, and their viewers. */
  readonly stop: () => void;
}

/** Which linked account somebody acts for, as far as that is known. */
export interface Accounts {
  of(credential: Credential): string | null;
  note(credential: Credential, linkedAccountId: string): void;
}

/** What feeds are built from. */
export interface FeedsOptions extends Omit<ReadingParts, 'credential'>, FeedLimits {
  readonly clock: FeedOptions['clock'];
  readonly pace: FeedOptions['pace'];
  readonly metrics: FeedOptions['metrics'];
  readonly maxPageSize: number;
  readonly accounts: Accounts;
  /** A change was seen by a call of this process. */
  readonly onSeen: (hint: Hint) => void;
}

/** When it is worth trying again where too many lists are watched. */
const RETRY_AFTER_MS = 5000;

/**
 * Builds the registry of feeds. One is for a caller and a list, and for nothing else that a client can choose: all
 * who watch the same are served by the same readings.
 */
export function createFeeds(options: FeedsOptions): Feeds {
  const { send, capabilities, pageLimits, tracing, clock, pace, metrics } = options;
  const { maxPageSize, accounts, onSeen, maxFeeds, maxFeedsPerCaller } = options;
  const feeds = new Map<string, Feed>();

  const makeRoom = (identity: string) => {
    const ownCount = () => [...feeds.values()].filter((feed) => feed.identity === identity).length;
    const isFull = () => feeds.size >= maxFeeds;
    for (const feed of [...feeds.values()]) {
      const helps = isFull() || (feed.identity === identity && ownCount() >= maxFeedsPerCaller);
      if (helps && feed.viewers() === 0) feed.stop();
    }
    if (ownCount() >= maxFeedsPerCaller) {
      throw tooMany(`At most ${String(maxFeedsPerCaller)} different lists can be watched by one caller`);
    }
    if (isFull()) throw tooMany('Too many lists are watched: try again later');
  };

  const feedOf = (credential: Credential, filter: ExecutionFilter): Feed => {
    const { identity } = credential;
    const base = withoutStates(filter);
    const key = `${identity} ${nameOf(base)}`;
    const known = feeds.get(key);
    if (known !== undefined) return known;
    makeRoom(identity);
    const name = createHash('sha256').update(key).digest('base64url');
    let account: { readonly id: string; readonly tag: string; readonly owner: string } | null = null;
    const accountNow = () => {
      const id = accounts.of(credential);
      // Each hint and each frame asks, and hashes cost more than that.
      if (id !== (account?.id ?? null)) {
        account = id === null ? null : { id, tag: accountTagOf(id), owner: tagOf(id) };
      }
      return account;
    };
    const feed = createFeed({
      parts: { send, credential, capabilities, pageLimits, tracing },
      name,
      filter: base,
      clock,
      pace,
      metrics,
      pageSize: maxPageSize,
      account: accountNow,
      noteAccount: (linkedAccountId) => {
        accounts.note(credential, linkedAccountId);
      },
      onEnd: () => {
        if (feeds.get(key) === feed) feeds.delete(key);
      },
      onSeen: () => {
        onSeen({ identity, isAnswered: true, reading: name });
      },
    });
    feeds.set(key, feed);
    return feed;
  };

  metrics.watch('live_feeds', () => feeds.size);

  return {
    watch: (credential, watching) => feedOf(credential, watching.filter).watch(watching),
    wake: (hint) => {
      for (const feed of feeds.values()) feed.wake(hint);
    },
    forgetRelayed: () => {
      for (const feed of feeds.values()) feed.forgetRelayed();
    },
    stop: () => {
      for (const feed of [...feeds.values()]) feed.stop();
    },
  };
}

function tooMany(message: string): GatewayError {
  return new GatewayError('OVERLOADED', message, { retryAfterMs: RETRY_AFTER_MS });
}
