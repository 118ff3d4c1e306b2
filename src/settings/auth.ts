import { z } from 'zod';
import { publicKey } from './public-key.ts';
import { flag, httpUrl, text, words } from './readers.ts';
import { optional, setting } from './setting.ts';

/** Who may sign in, and what is hidden from them. */
export const AUTH_SETTINGS = {
  REDACT_KEYS: optional(
    words,
    'More parts of keys, comma-separated, whose values in inputs and outputs of steps are hidden. Only letters and digits count, in either case.',
  ),
  AUTH_SESSION_TOKEN: setting(flag, 'true', 'Signing in with a session token.'),
  AUTH_API_KEY: setting(
    flag,
    'true',
    'Signing in with `x-api-key` and `linked_account_id`. Turn it off where browsers can reach the gateway.',
  ),
  REFOLD_API_KEY: optional(
    z.string().regex(/^[\x21-\x7e]+$/, 'must not have spaces or special characters'),
    "The organisation's API key, for callers who sign in with a token of your own product. Needs the `JWT_` settings.",
  ),
  JWT_JWKS_URL: optional(
    httpUrl(true),
    "Where your product's signing keys are published. Or set `JWT_PUBLIC_KEY`.",
  ),
  JWT_PUBLIC_KEY: optional(
    publicKey,
    "Your product's public key, RSA of at least 2048 bits or EC P-256 (PEM; `\\n` for line breaks is fine).",
  ),
  JWT_ISSUER: optional(text, 'The `iss` of its tokens.'),
  JWT_AUDIENCE: optional(text, 'The `aud` that its tokens must have.'),
  JWT_LINKED_ACCOUNT_CLAIM: setting(text, 'linked_account_id', 'The claim that names the linked account.'),
};
