import { readFileSync } from 'node:fs';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { z } from 'zod';
import { text, whole } from './readers.ts';
import { redisUrl, type RedisUrl } from './redis-url.ts';
import { optional, setting, type ValuesOf } from './setting.ts';

function readFrom(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/** What a file says, without the line break at its end. */
const fileText = z.string().transform((path, context) => {
  const found = readFrom(path)?.replace(/\r?\n$/, '') ?? '';
  if (found !== '') return found;
  context.addIssue({ code: 'custom', message: 'must name a file that can be read, and is not empty' });
  return z.NEVER;
});

/** @param kind what it is, as PEM has it in its first line */
function pem(kind: 'CERTIFICATE' | 'PRIVATE KEY', option: 'ca' | 'cert' | 'key') {
  return z.string().transform((value, context) => {
    const found = value.includes('-----BEGIN') ? value.replaceAll('\\n', '\n') : readFrom(value);
    if (found?.includes(`${kind}-----`) === true && isUsable({ [option]: found })) return found;
    const what = `a ${kind.toLowerCase()} in PEM form`;
    context.addIssue({ code: 'custom', message: `must be ${what}, or the path of a file with one` });
    return z.NEVER;
  });
}

function isUsable(options: SecureContextOptions): boolean {
  try {
    createSecureContext(options);
    return true;
  } catch {
    return false;
  }
}

/** What the replicas share. */
export const REDIS_SETTINGS = {
  REPLICAS: setting(
    whole(1, 1000),
    '1',
    'How many gateways share the rate. Each keeps to its part of it while Redis is away, or where there is none.',
  ),
  REDIS_URL: optional(
    redisUrl,
    '[Redis](redis.md) that the replicas share the rate and the cache through: `redis://host:6379`, `redis+sentinel://host:26379,host:26379/master`, `redis+cluster://host:6379,host:6379`; with TLS `rediss`. Unset: everything in memory.',
  ),
  REDIS_USERNAME: optional(text, 'The user to sign in to Redis as, where the URL names none.'),
  REDIS_PASSWORD: optional(text, 'The password for Redis, where the URL has none.'),
  REDIS_PASSWORD_FILE: optional(fileText, 'Or a file with it.'),
  REDIS_SENTINEL_USERNAME: optional(text, 'The user to sign in to the sentinels as.'),
  REDIS_SENTINEL_PASSWORD: optional(text, 'The password for the sentinels, where they want one.'),
  REDIS_TLS_CA: optional(
    pem('CERTIFICATE', 'ca'),
    'The authorities that sign the certificates of Redis, in the place of the usual ones: PEM, or a file.',
  ),
  REDIS_TLS_CERT: optional(
    pem('CERTIFICATE', 'cert'),
    'A certificate to show to Redis: PEM, or a file. Needs `REDIS_TLS_KEY`.',
  ),
  REDIS_TLS_KEY: optional(pem('PRIVATE KEY', 'key'), 'Its private key: PEM, or a file.'),
  REDIS_TLS_SERVERNAME: optional(
    text,
    'The name that the certificates of Redis are for, where it is none of those in the URL.',
  ),
};

type RedisValues = ValuesOf<typeof REDIS_SETTINGS>;

/** The same by its names in the code; null: there is no Redis. */
export function redisOf(values: RedisValues) {
  const { REDIS_URL: url } = values;
  if (url === null) return null;
  return {
    addresses: url.addresses,
    login: {
      username: url.username ?? values.REDIS_USERNAME,
      password: url.password ?? values.REDIS_PASSWORD ?? values.REDIS_PASSWORD_FILE,
    },
    database: url.database,
    sentinel: url.masterName === null ? null : sentinelOf(url.masterName, values),
    isCluster: url.kind === 'cluster',
    tls: url.isTls ? tlsOf(values) : null,
  };
}

function sentinelOf(masterName: string, values: RedisValues) {
  return {
    masterName,
    login: { username: values.REDIS_SENTINEL_USERNAME, password: values.REDIS_SENTINEL_PASSWORD },
  };
}

function tlsOf(values: RedisValues) {
  return {
    ca: values.REDIS_TLS_CA,
    cert: values.REDIS_TLS_CERT,
    key: values.REDIS_TLS_KEY,
    serverName: values.REDIS_TLS_SERVERNAME,
  };
}

type RedisName = Exclude<keyof typeof REDIS_SETTINGS, 'REPLICAS' | 'REDIS_URL'>;

/** What each needs of the URL, and what is said where it is not so. */
const NEEDS: Readonly<Record<RedisName, readonly [(url: RedisUrl) => boolean, string]>> = {
  REDIS_USERNAME: [({ username }) => username === null, 'a REDIS_URL that names no user'],
  REDIS_PASSWORD: [({ password }) => password === null, 'a REDIS_URL without a password'],
  REDIS_PASSWORD_FILE: [({ password }) => password === null, 'a REDIS_URL without a password'],
  REDIS_SENTINEL_USERNAME: [({ kind }) => kind === 'sentinel', 'a REDIS_URL with sentinels'],
  REDIS_SENTINEL_PASSWORD: [({ kind }) => kind === 'sentinel', 'a REDIS_URL with sentinels'],
  REDIS_TLS_CA: [({ isTls }) => isTls, 'a REDIS_URL that begins with rediss'],
  REDIS_TLS_CERT: [({ isTls }) => isTls, 'a REDIS_URL that begins with rediss'],
  REDIS_TLS_KEY: [({ isTls }) => isTls, 'a REDIS_URL that begins with rediss'],
  REDIS_TLS_SERVERNAME: [({ isTls }) => isTls, 'a REDIS_URL that begins with rediss'],
};

/**
 * What does not fit together, a sentence each.
 * @param isGiven whether the variable is set, rightly or not
 */
export function redisMistakes(values: RedisValues, isGiven: (name: keyof RedisValues) => boolean): string[] {
  const { REDIS_URL: url, REDIS_TLS_CERT: cert, REDIS_TLS_KEY: key } = values;
  const names = Object.keys(NEEDS) as RedisName[];
  const mistakes = names
    .filter((name) => isGiven(name) && (url === null ? !isGiven('REDIS_URL') : !NEEDS[name][0](url)))
    .map((name) => `${name} needs ${NEEDS[name][1]}`);
  const passwords = ['REDIS_PASSWORD', 'REDIS_PASSWORD_FILE'] as const;
  if (passwords.every(isGiven)) mistakes.push('REDIS_PASSWORD and REDIS_PASSWORD_FILE exclude each other');
  const hasUser = url?.username != null || isGiven('REDIS_USERNAME');
  if (hasUser && url?.password === null && !passwords.some(isGiven)) {
    mistakes.push('REDIS_PASSWORD or REDIS_PASSWORD_FILE is missing: a user needs a password');
  }
  if (isGiven('REDIS_SENTINEL_USERNAME') && !isGiven('REDIS_SENTINEL_PASSWORD')) {
    mistakes.push('REDIS_SENTINEL_PASSWORD is missing: a user needs a password');
  }
  if (isGiven('REDIS_TLS_CERT') !== isGiven('REDIS_TLS_KEY')) {
    mistakes.push('REDIS_TLS_CERT and REDIS_TLS_KEY need each other');
  } else if (cert !== null && key !== null && !isUsable({ cert, key })) {
    mistakes.push('REDIS_TLS_KEY must be the private key of REDIS_TLS_CERT');
  }
  return mistakes;
}
