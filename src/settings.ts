import { createPublicKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';

/** One environment variable: how to read it, what it is when unset (null: nothing), and what it is for. */
export interface Setting<T> {
  readonly read: (value: string) => z.ZodSafeParseResult<T>;
  readonly preset: string | null;
  readonly about: string;
}

function setting<T>(shape: z.ZodType<T, string>, preset: string, about: string): Setting<T> {
  return { read: (value) => shape.safeParse(value), preset, about };
}

function optional<T>(shape: z.ZodType<T, string>, about: string): Setting<T | null> {
  return { read: (value) => shape.safeParse(value), preset: null, about };
}

const text = z.string();
const flag = z.enum(['true', 'false'], 'must be true or false').transform((value) => value === 'true');

function whole(min: number, max: number) {
  const range = `must be a whole number from ${String(min)} to ${String(max)}`;
  return z
    .string()
    .regex(/^\d+$/, range)
    .transform(Number)
    .refine((value) => value >= min && value <= max, range);
}

function positive(max: number) {
  const range = `must be a number above 0 and up to ${String(max)}`;
  return z
    .string()
    .regex(/^\d+(\.\d+)?$/, range)
    .transform(Number)
    .refine((value) => value > 0 && value <= max, range);
}

const duration = whole(0, 7 * 24 * 3600 * 1000);

const secretKeys = z.string().transform((value) =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);

const redisUrl = z.string().transform((value, context) => {
  if (URL.canParse(value) && /^rediss?:$/.test(new URL(value).protocol)) return new URL(value);
  context.addIssue({ code: 'custom', message: 'must be a redis or rediss URL' });
  return z.NEVER;
});

/** @param allowsQuery whether it may have a query string */
function httpUrl(allowsQuery: boolean) {
  const without = allowsQuery ? 'user or fragment' : 'user, query or fragment';
  return z.string().transform((value, context) => {
    const url = URL.canParse(value) ? new URL(value) : null;
    if (url !== null && isPlainHttpUrl(url) && (allowsQuery || url.search === '')) return url;
    context.addIssue({ code: 'custom', message: `must be an http or https URL without ${without}` });
    return z.NEVER;
  });
}

/** Whoever copies it from the documentation may take the path of the API with it. */
const upstreamUrl = httpUrl(false).transform((url) => {
  url.pathname = url.pathname.replace(/\/api\/v2\/public\/?$/, '/');
  return url;
});

function isPlainHttpUrl({ protocol, username, password, hash }: URL): boolean {
  return /^https?:$/.test(protocol) && username + password + hash === '';
}

const origins = z.string().transform((value, context) => {
  const list = value.split(',').map((origin) => origin.trim());
  if (list.every((origin) => URL.canParse(origin) && new URL(origin).origin === origin)) return list;
  context.addIssue({
    code: 'custom',
    message: 'must be origins such as https://app.example.com, comma-separated',
  });
  return z.NEVER;
});

const publicKey = z.string().transform((value, context): KeyObject => {
  const key = publicKeyOf(value.replaceAll('\\n', '\n'));
  if (typeof key !== 'string') return key;
  context.addIssue({ code: 'custom', message: key });
  return z.NEVER;
});

/** The key, or what is wrong with it. */
function publicKeyOf(pem: string): KeyObject | string {
  // Node.js would work the public key out, and the private one would go on lying about in the environment.
  if (pem.includes('PRIVATE KEY'))
    return 'must be the public key: the private one belongs to your product alone';
  try {
    const key = createPublicKey(pem);
    return verifiesTokens(key)
      ? key
      : 'must be an RSA key of at least 2048 bits, or an EC key of the curve P-256';
  } catch {
    return 'must be a public key in PEM form';
  }
}

/** Whether tokens signed with RS256 or ES256 can be verified with it. */
function verifiesTokens({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): boolean {
  if (type === 'rsa') return (details?.modulusLength ?? 0) >= 2048;
  return type === 'ec' && details?.namedCurve === 'prime256v1';
}

/** Every environment variable that the gateway reads. */
export const SETTINGS = {
  NODE_ENV: setting(
    z.enum(['development', 'test', 'production'], 'must be development, test or production'),
    'development',
    '`production` turns exploration off.',
  ),
  HOST: setting(text, '127.0.0.1', 'Address to listen on; `0.0.0.0` for all. The Docker image sets that.'),
  PORT: setting(whole(0, 65535), '4000', 'Port to listen on; 0 picks a free one.'),
  LOG_LEVEL: setting(
    z.enum(['debug', 'info', 'warn', 'error', 'silent'], 'must be debug, info, warn, error or silent'),
    'info',
    'The least severe lines to log.',
  ),
  EXPLORATION: optional(
    flag,
    'Introspection, Apollo Sandbox at `/graphql`, and CORS for Apollo Studio. Unset: on, unless `NODE_ENV` is `production`.',
  ),
  CORS_ORIGINS: optional(origins, 'Origins whose pages may ask, comma-separated.'),
  SHUTDOWN_DELAY_MS: setting(
    whole(0, 60_000),
    '0',
    'How long to go on serving after SIGTERM while `/health/ready` already says no: give load balancers time to notice.',
  ),
  SHUTDOWN_TIMEOUT_MS: setting(
    whole(0, 600_000),
    '10000',
    'How long requests in flight may take to finish after that.',
  ),
  UPSTREAM_URL: setting(
    upstreamUrl,
    'https://api.gocobalt.io',
    'Where the Refold API is, with or without its `/api/v2/public`.',
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
  REPLICAS: setting(
    whole(1, 1000),
    '1',
    'How many gateways share the rate. Each keeps to its part of it while Redis is away, or where there is none.',
  ),
  REDIS_URL: optional(
    redisUrl,
    'Redis that the replicas share the rate and the cache through. Unset: everything in memory.',
  ),
  UPSTREAM_TIMEOUT_MS: setting(whole(1, 600_000), '2000', 'How long one upstream request may take.'),
  UPSTREAM_MAX_RESPONSE_BYTES: setting(
    whole(1024, 1_073_741_824),
    '10485760',
    'Upstream answers larger than this are refused.',
  ),
  OPERATION_TIMEOUT_MS: setting(
    whole(1, 600_000),
    '5000',
    'How long one GraphQL operation may take, retries included.',
  ),
  MAX_PAGE_SIZE: setting(
    whole(1, 1000),
    '100',
    'The largest page that may be asked for. Upstream is never asked for more in one call.',
  ),
  MAX_BULK_SIZE: setting(whole(1, 1000), '500', 'How many executions may be stopped or run again at once.'),
  CACHE_MAX_BYTES: setting(whole(0, 2 ** 40), '67108864', 'About how much memory the cache may take.'),
  CACHE_LIST_MS: setting(
    duration,
    '2000',
    'How long a list of executions is as good as new; 0: not kept at all.',
  ),
  CACHE_RUNNING_MS: setting(duration, '2000', 'The same for an execution that has not ended.'),
  CACHE_TERMINAL_MS: setting(duration, '3600000', 'The same for one that has: it does not change.'),
  CACHE_WORKFLOW_MS: setting(duration, '300000', 'The same for workflows.'),
  CACHE_APPLICATION_MS: setting(duration, '60000', 'The same for applications.'),
  CACHE_NOT_FOUND_MS: setting(duration, '5000', 'The same for what does not exist.'),
  CACHE_STALE_MS: setting(
    duration,
    '10000',
    'How long after that an answer is still shown where a new one would have to wait or takes long, and is fetched in the background.',
  ),
  CACHE_STALE_IF_ERROR_MS: setting(
    duration,
    '600000',
    'How old an answer may be to be shown while upstream cannot be asked.',
  ),
  REDACT_KEYS: optional(
    secretKeys,
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

/** A variable's name. */
export type Name = keyof typeof SETTINGS;
/** All variables as they were read; null: unset. */
export type Values = { readonly [K in Name]: (typeof SETTINGS)[K] extends Setting<infer T> ? T : never };

/** The table of all variables, in Markdown; the one in docs/configuration.md is checked against it. */
export function describeSettings(): string {
  const rows = Object.entries<Setting<unknown>>(SETTINGS).map(
    ([name, { preset, about }]) => `| \`${name}\` | ${preset === null ? '' : `\`${preset}\``} | ${about} |`,
  );
  return ['| variable | default | what it is for |', '|---|---|---|', ...rows].join('\n');
}
