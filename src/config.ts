import type { KeyObject } from 'node:crypto';
import { cacheOf } from './settings/cache.ts';
import { federationOf } from './settings/federation.ts';
import { documentMistakes, documentsOf } from './settings/documents.ts';
import { limitsOf } from './settings/limits.ts';
import { liveOf } from './settings/live.ts';
import { runsOf } from './settings/runs.ts';
import { feedsOf } from './settings/feeds.ts';
import type { Setting } from './settings/setting.ts';
import { SETTINGS, type Name, type Values } from './settings/table.ts';
import { overloadOf } from './settings/overload.ts';
import { redisMistakes, redisOf } from './settings/redis.ts';
import { socketsOf } from './settings/sockets.ts';
import { tracingMistakes, tracingOf, tracingWarnings } from './settings/tracing.ts';
import { tellUnknown } from './settings/unknown.ts';
import { studioMistake, studioOf } from './settings/studio.ts';
import { upstreamOf } from './settings/upstream.ts';

/** The gateway's configuration. A feature that is off is null. What belongs together has its part in settings/. */
export interface Config {
  readonly host: string;
  readonly port: number;
  /** Whether anything is counted. */
  readonly metrics: boolean;
  /** Where `/metrics` is apart from the rest. */
  readonly metricsPort: number | null;
  readonly logLevel: Values['LOG_LEVEL'];
  /** Introspection, the explorer, and CORS for Apollo Studio. */
  readonly exploration: boolean;
  /** Whether assistants may ask at `/mcp`. */
  readonly mcp: boolean;
  readonly corsOrigins: readonly string[];
  /** Addresses and ranges of the proxies in front, whose word on protocol and host is believed. */
  readonly trustedProxies: readonly string[];
  readonly shutdown: { readonly delayMs: number; readonly timeoutMs: number };
  readonly limits: ReturnType<typeof limitsOf>;
  readonly documents: ReturnType<typeof documentsOf>;
  readonly sockets: ReturnType<typeof socketsOf>;
  readonly overload: ReturnType<typeof overloadOf>;
  readonly live: ReturnType<typeof liveOf>;
  readonly runs: ReturnType<typeof runsOf>;
  readonly feeds: ReturnType<typeof feedsOf>;
  readonly upstream: ReturnType<typeof upstreamOf>;
  readonly replicas: number;
  /** More parts of keys whose values in inputs and outputs are hidden. */
  readonly secretKeys: readonly string[];
  /** What the replicas share, and how to get in. */
  readonly redis: ReturnType<typeof redisOf>;
  /** Where traces are sent to, and which. */
  readonly tracing: ReturnType<typeof tracingOf>;
  readonly cache: ReturnType<typeof cacheOf>;
  readonly auth: {
    readonly sessionToken: boolean;
    readonly apiKey: boolean;
    readonly serverKey: ServerKeyConfig | null;
  };
  /** What Refold may have signed a webhook with; none: webhooks are off. */
  readonly webhookSecrets: readonly string[];
  /** How it is a subgraph; null: it is none. */
  readonly federation: ReturnType<typeof federationOf>;
  /** What is reported to Apollo Studio; null: nothing. */
  readonly studio: ReturnType<typeof studioOf>;
  /** What may not be meant so, for whoever starts the gateway: a sentence each. */
  readonly warnings: readonly string[];
}

/** Signing in with tokens of the customer's own product. */
export interface ServerKeyConfig {
  readonly apiKey: string;
  /** Where the keys are published, or the one key. */
  readonly keys: URL | KeyObject;
  readonly issuer: string;
  readonly audience: string;
  readonly claim: string;
}

/** Everything that is wrong with the environment, one line a mistake, each naming its variable. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    super(`The configuration has mistakes:\n${mistakes.map((mistake) => `  ${mistake}`).join('\n')}`);
    this.mistakes = mistakes;
  }
}

/**
 * Reads the configuration. Values are not repeated in mistakes: they may
 * be secrets.
 * @param env such as `process.env`
 * @throws ConfigError with all mistakes at once
 */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const mistakes: string[] = [];
  const values = Object.fromEntries(
    Object.entries<Setting<unknown>>(SETTINGS).map(([name, { read, preset }]) => {
      const given = env[name];
      const value = given === undefined || given === '' ? preset : given;
      const result = value === null ? null : read(value);
      if (result?.success === false) {
        mistakes.push(`${name} ${result.error.issues.map(({ message }) => message).join(', ')}`);
      }
      return [name, result?.data ?? null];
    }),
  ) as Values;
  const serverKey = serverKeyOf(values, mistakes);
  mistakes.push(...redisMistakes(values, (name) => isSet(env[name])));
  mistakes.push(...tracingMistakes(values));
  const ways = ['AUTH_SESSION_TOKEN', 'AUTH_API_KEY', 'REFOLD_API_KEY'] as const;
  if (ways.every((name) => !values[name] && !isToldOf(mistakes, name))) {
    mistakes.push(
      'AUTH_SESSION_TOKEN and AUTH_API_KEY are both off, and REFOLD_API_KEY is not set: nobody could sign in',
    );
  }
  const ofStudio = studioMistake(values);
  if (ofStudio !== null && !isToldOf(mistakes, 'APOLLO_GRAPH_REF')) mistakes.push(ofStudio);
  mistakes.push(...documentMistakes(values));
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  return { ...configOf(values, serverKey), warnings: warningsOn(env, values) };
}

/** A variable that is empty counts as unset. */
function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}

function warningsOn(env: Readonly<Record<string, string | undefined>>, values: Values): string[] {
  const set = Object.keys(env).filter((name) => isSet(env[name]));
  const warnings = [...tellUnknown(set, Object.keys(SETTINGS)), ...tracingWarnings(env)];
  if (values.NODE_ENV === 'production' && values.AUTH_API_KEY && !isSet(env['AUTH_API_KEY'])) {
    warnings.push(
      'Signing in with an API key is on, since AUTH_API_KEY is not set: set it to false where browsers can reach the gateway, or to true',
    );
  }
  if (values.FEDERATION && Object.values(documentsOf(values).modes).includes('only')) {
    warnings.push(
      'FEDERATION is on, and trusted documents are the only ones: what the gateway in front asks is refused',
    );
  }
  if (values.FEDERATION && values.APOLLO_KEY !== null) {
    warnings.push(
      'APOLLO_KEY is set, and nothing is reported: with FEDERATION the gateway in front does that',
    );
  }
  return warnings;
}

function serverKeyOf(values: Values, mistakes: string[]): ServerKeyConfig | null {
  const { REFOLD_API_KEY: apiKey, JWT_ISSUER: issuer, JWT_AUDIENCE: audience } = values;
  const keys = values.JWT_JWKS_URL ?? values.JWT_PUBLIC_KEY;
  if (apiKey === null && issuer === null && audience === null && keys === null) return null;
  if (values.JWT_JWKS_URL !== null && values.JWT_PUBLIC_KEY !== null) {
    mistakes.push('JWT_JWKS_URL and JWT_PUBLIC_KEY exclude each other');
  }
  if (apiKey !== null && issuer !== null && audience !== null && keys !== null) {
    return { apiKey, keys, issuer, audience, claim: values.JWT_LINKED_ACCOUNT_CLAIM };
  }
  for (const names of [['REFOLD_API_KEY'], ['JWT_ISSUER'], ['JWT_AUDIENCE'], KEY_NAMES] as const) {
    if (names.some((name) => values[name] !== null || isToldOf(mistakes, name))) continue;
    mistakes.push(`${names.join(' or ')} is missing: signing in with a token of your own product needs it`);
  }
  return null;
}

const KEY_NAMES = ['JWT_JWKS_URL', 'JWT_PUBLIC_KEY'] as const;

/** Whether a variable's value is one of the mistakes: then it is neither missing nor off. */
function isToldOf(mistakes: readonly string[], name: Name): boolean {
  return mistakes.some((mistake) => mistake.startsWith(`${name} `));
}

/** Where Apollo Studio's pages come from. */
const STUDIO_ORIGIN = 'https://studio.apollographql.com';

function configOf(values: Values, serverKey: ServerKeyConfig | null): Omit<Config, 'warnings'> {
  const exploration = values.EXPLORATION ?? values.NODE_ENV !== 'production';
  return {
    host: values.HOST,
    port: values.PORT,
    metrics: values.METRICS,
    metricsPort: values.METRICS ? values.METRICS_PORT : null,
    logLevel: values.LOG_LEVEL,
    exploration,
    mcp: values.MCP,
    corsOrigins: [...(values.CORS_ORIGINS ?? []), ...(exploration ? [STUDIO_ORIGIN] : [])],
    trustedProxies: values.TRUST_PROXY ?? [],
    shutdown: { delayMs: values.SHUTDOWN_DELAY_MS, timeoutMs: values.SHUTDOWN_TIMEOUT_MS },
    limits: limitsOf(values),
    documents: documentsOf(values),
    sockets: socketsOf(values),
    overload: overloadOf(values),
    live: liveOf(values),
    runs: runsOf(values),
    feeds: feedsOf(values),
    upstream: upstreamOf(values),
    replicas: values.REPLICAS,
    secretKeys: values.REDACT_KEYS ?? [],
    redis: redisOf(values),
    tracing: tracingOf(values),
    cache: cacheOf(values),
    auth: { sessionToken: values.AUTH_SESSION_TOKEN, apiKey: values.AUTH_API_KEY, serverKey },
    federation: federationOf(values, exploration),
    studio: values.FEDERATION ? null : studioOf(values),
    webhookSecrets: [...(serverKey === null ? [] : [serverKey.apiKey]), ...(values.WEBHOOK_SECRETS ?? [])],
  };
}
