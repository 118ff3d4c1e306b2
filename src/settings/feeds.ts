import { whole } from './readers.ts';
import { limit, setting, type ValuesOf } from './setting.ts';

/** Lists that are read again and again for those who watch them. */
export const FEED_SETTINGS = {
  LIVE_FAST_MS: setting(
    whole(100, 600_000),
    '2000',
    'How far apart the readings of a list that is watched are while a run of it is RUNNING or STOPPING.',
  ),
  LIVE_SLOW_MS: setting(
    whole(100, 3_600_000),
    '10000',
    'The same while none does. Both are three times as long while webhooks arrive.',
  ),
  LIVE_MAX_FEEDS: limit(
    whole(1, 1_000_000),
    '1000',
    'How many different lists may be watched at once. Everybody who watches the same list with the same credentials counts once.',
    '`OVERLOADED` of that operation',
  ),
  LIVE_MAX_FEEDS_PER_CALLER: limit(
    whole(1, 10_000),
    '20',
    'How many of them may be of the same credentials and linked account.',
    '`OVERLOADED` of that operation',
  ),
};

/** The same by its names in the code. */
export function feedsOf(values: ValuesOf<typeof FEED_SETTINGS>) {
  return {
    pace: { fastMs: values.LIVE_FAST_MS, slowMs: Math.max(values.LIVE_FAST_MS, values.LIVE_SLOW_MS) },
    maxFeeds: values.LIVE_MAX_FEEDS,
    maxFeedsPerCaller: values.LIVE_MAX_FEEDS_PER_CALLER,
  };
}
