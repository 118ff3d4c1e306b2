import { errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey, type JWTVerifyOptions } from 'jose';
import type { Clock } from '../clock.ts';
import { DAY_MS } from '../domain/day.ts';
import { GatewayError } from '../domain/errors.ts';
import type { Logger } from '../observability/logger.ts';
import { createOutage } from '../observability/outage.ts';
import { causeOfTrouble, fetchKeySet } from './key-set.ts';

/** Checks a token; rejects where it is not good. */
export type Verify = (token: string, check: JWTVerifyOptions) => Promise<JWTPayload>;

/** Older keys are fetched anew behind the callers' backs. */
const REFRESH_AFTER_MS = 10 * 60_000;
/** Older keys verify nothing any more: for so long an outage of the host that publishes them goes unnoticed. */
const KEEP_FOR_MS = DAY_MS;
/** How many fetches there may be at once, and how often one more: for made-up key ids, and while there are no keys. */
const AT_ONCE = 5;
const UNKNOWN_KEY_EVERY_MS = 10_000;
const NO_KEYS_EVERY_MS = 1000;

/**
 * Verifies with published keys. A key id that is not among those known means that the keys have been rotated, so
 * they are fetched anew at once, a single time for all who wait; made-up key ids can cause no more than a few
 * fetches, and then one in ten seconds. While there are no keys, nothing is verified, and they are asked for once in a
 * second at the most. That they cannot be fetched is logged once, and so is that they can be again.
 */
export function createPublishedKeys(url: URL, clock: Clock, logger: Logger): Verify {
  let keys: JWTVerifyGetKey | null = null;
  let loads = 0;
  let loadedAt = -Infinity;
  let triedAt = -Infinity;
  let loading: Promise<void> | null = null;
  const messages = { away: 'The published keys are away', back: 'The published keys are back' };
  const outage = createOutage({ ...messages, steadyMs: 0, clock, logger });
  const load = () => {
    if (loading !== null) return loading;
    triedAt = clock.now();
    loading = fetchKeySet(url, clock)
      .then((fetched) => {
        keys = fetched;
        loads += 1;
        loadedAt = clock.now();
        outage.worked();
      })
      .catch((error: unknown) => {
        outage.failed(causeOfTrouble(error));
        cannotBeFetched();
      })
      .finally(() => (loading = null));
    return loading;
  };
  const mayRefetch = createPermits(clock, UNKNOWN_KEY_EVERY_MS);
  const mayFetch = createPermits(clock, NO_KEYS_EVERY_MS);
  const known = () => (clock.now() - loadedAt > KEEP_FOR_MS ? null : keys);

  const keysNow = async (): Promise<JWTVerifyGetKey> => {
    if (known() === null) {
      if (loading === null && !mayFetch()) cannotBeFetched();
      await load();
    } else if (clock.now() - loadedAt > REFRESH_AFTER_MS && clock.now() - triedAt >= UNKNOWN_KEY_EVERY_MS) {
      void load().catch(() => null);
    }
    return known() ?? cannotBeFetched();
  };

  return async (token, check) => {
    const verify = async () => (await jwtVerify(token, await keysNow(), check)).payload;
    const loadsBefore = loads;
    try {
      return await verify();
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      if (loads === loadsBefore) {
        if (loading === null && !mayRefetch()) throw error;
        await load();
      }
      return await verify();
    }
  };
}

/** Hands out a few permits, and then one in so many milliseconds. */
function createPermits(clock: Clock, everyMs: number): () => boolean {
  let permits = AT_ONCE;
  let countedAt = clock.now();
  return () => {
    const now = clock.now();
    permits = Math.min(AT_ONCE, permits + (now - countedAt) / everyMs);
    countedAt = now;
    if (permits < 1) return false;
    permits -= 1;
    return true;
  };
}

/** The token may be good: that is not known. Why the keys are not there is nobody's business. */
function cannotBeFetched(): never {
  throw new GatewayError('UPSTREAM_UNAVAILABLE', 'The keys to verify tokens with cannot be fetched');
}
