import { delay } from '../../clock.ts';
import { hasExpired, noteRead, type CacheOptions } from './cache.ts';
import { isGoodAtAnyAge, isRecent, type Send, type UpstreamAnswer, type UpstreamCall } from '../call.ts';
import { enter } from '../operation.ts';
import { CLAIM_MS } from './shared-store.ts';

/** How often to look whether another replica has its answer. */
const LOOK_MS = 20;

/**
 * Answers reads from what another replica was told while it is fresh, and lets one replica at a time ask. The others
 * wait for its answer: for half a second at the most, and as long as it has not failed.
 */
export function withSharing({ shared, times, outdatedAt, clock, metrics }: CacheOptions, send: Send): Send {
  if (shared === null) return send;
  // An answer that is not kept is not worth waiting for, and which one that is is only known once it is there.
  const claims = Object.values(times.fresh).every((freshMs) => freshMs > 0);

  const lookUp = async <T>(call: UpstreamCall<T>): Promise<UpstreamAnswer<T> | null> => {
    const answer = await shared.get(call);
    if (answer === null || !isRecent(call, answer.at)) return null;
    const freshness = call.freshness(answer.value);
    const isFresh = clock.now() - answer.at < times.fresh[freshness];
    const isGood = isFresh || isGoodAtAnyAge(call);
    if (!isGood || answer.at < outdatedAt(call, freshness)) return null;
    enter(call.operation.ledger, { cacheHits: 1 });
    metrics.cached('shared');
    noteRead(call, 'shared');
    return answer;
  };

  return async (call) => {
    if (call.method !== 'GET' || hasExpired(call.credential, clock)) return send(call);
    const giveUpAt = clock.now() + CLAIM_MS;
    let found = await lookUp(call);
    if (found !== null) return found;
    if (!claims) return send(call);
    while (!(await shared.claim(call))) {
      if (clock.now() >= giveUpAt) return send(call);
      await delay(clock, LOOK_MS, call.operation.signal);
      found = await lookUp(call);
      if (found !== null) return found;
    }
    try {
      // Who had the claim before may have been answered between the last look and now.
      return (await lookUp(call)) ?? (await send(call));
    } finally {
      void shared.release(call);
    }
  };
}
