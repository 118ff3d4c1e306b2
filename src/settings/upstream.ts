import { z } from 'zod';
import { positive, upstreamUrl, whole } from './readers.ts';
import { setting, type ValuesOf } from './setting.ts';

/** The way to Refold. */
export const UPSTREAM_SETTINGS = {
  UPSTREAM_URL: setting(
    upstreamUrl,
    'https://api.gocobalt.io',
    'Where the Refold API is, with or without its `/api/v2/public`.',
  ),
  UPSTREAM_TIMEOUT_MS: setting(whole(1, 600_000), '2000', 'How long one upstream request may take.'),
  UPSTREAM_MAX_RESPONSE_BYTES: setting(
    whole(1024, 1_073_741_824),
    '10485760',
    'Upstream answers larger than this are refused.',
  ),
  UPSTREAM_RATE_PER_SECOND: setting(
    positive(100_000),
    '20',
    'Sustained requests a second that upstream allows.',
  ),
  UPSTREAM_BURST: setting(whole(1, 100_000), '5', 'Requests that upstream takes at once after a pause.'),
  UPSTREAM_RATE_SCOPE: setting(
    z.enum(['gateway', 'api-key', 'linked-account'], 'must be gateway, api-key or linked-account'),
    'gateway',
    'What upstream counts: all that this deployment sends (right where it serves one organisation), what one API key sends, or one linked account.',
  ),
  UPSTREAM_QUEUE_SIZE: setting(
    whole(1, 100_000),
    '500',
    'How many requests may wait for the rate to allow them.',
  ),
};

/** The same by its names in the code. */
export function upstreamOf(values: ValuesOf<typeof UPSTREAM_SETTINGS>) {
  return {
    url: values.UPSTREAM_URL,
    rate: { perSecond: values.UPSTREAM_RATE_PER_SECOND, burst: values.UPSTREAM_BURST },
    attemptTimeoutMs: values.UPSTREAM_TIMEOUT_MS,
    maxResponseBytes: values.UPSTREAM_MAX_RESPONSE_BYTES,
    rateScope: values.UPSTREAM_RATE_SCOPE,
    maxQueue: values.UPSTREAM_QUEUE_SIZE,
  };
}
