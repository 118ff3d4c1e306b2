import { z } from 'zod';
import { optional } from './setting.ts';

/** More than any organisation has valid at once. */
const MAX_SECRETS = 10;

const secrets = z.string().transform((value, context) => {
  const list = value.split(',').map((secret) => secret.trim());
  const isSound = list.length <= MAX_SECRETS && list.every((secret) => /^[\x21-\x7e]{1,512}$/.test(secret));
  if (isSound) return list;
  context.addIssue({
    code: 'custom',
    message: `must be up to ${String(MAX_SECRETS)} API keys without spaces or special characters, comma-separated`,
  });
  return z.NEVER;
});

/** Upstream's webhooks. */
export const WEBHOOK_SETTINGS = {
  WEBHOOK_SECRETS: optional(
    secrets,
    'What Refold signs its webhooks with, comma-separated: the API keys of your organisation, of each environment, and during a rotation the old and the new one. `REFOLD_API_KEY` counts by itself. Without any, `/webhooks/refold` is off.',
  ),
};
