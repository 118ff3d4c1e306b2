import { generateKeyPairSync, KeyObject } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { loadConfig } from '../../src/config.ts';
import { describeSettings } from '../../src/settings/table.ts';
import { mistakesIn } from '../support/mistakes.ts';

type Env = Readonly<Record<string, string | undefined>>;

const PEM = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({
  type: 'spki',
  format: 'pem',
}) as string;

const SERVER_KEY = {
  REFOLD_API_KEY: 'tk_demo',
  JWT_JWKS_URL: 'https://id.example.com/jwks.json',
  JWT_ISSUER: 'https://id.example.com/',
  JWT_AUDIENCE: 'run-history',
};

/** The server-held key's settings, but for the keys where those are to be set in another way. */
function serverKeyWithout(name: string): Env {
  return name === 'JWT_PUBLIC_KEY' ? { ...SERVER_KEY, JWT_JWKS_URL: '' } : SERVER_KEY;
}

test('whoever is a subgraph is told what will not work', () => {
  const env = {
    FEDERATION: 'true',
    APOLLO_KEY: 'service:a:b',
    APOLLO_GRAPH_REF: 'a@b',
    TRUSTED_DOCUMENTS: 'only',
    TRUSTED_DOCUMENTS_FILES: 'documents.json',
  };
  const { studio, warnings } = loadConfig(env);
  expect(studio).toBeNull();
  expect(warnings).toEqual([
    expect.stringMatching(/^FEDERATION is on, and trusted documents are the only ones/),
    expect.stringMatching(/^APOLLO_KEY is set, and nothing is reported/),
  ]);
  expect(() => loadConfig({ APOLLO_KEY: 'service:a:b' })).toThrow('APOLLO_GRAPH_REF is missing');
});

test('an empty environment is a good one', () => {
  expect(loadConfig({})).toEqual({
    federation: null,
    studio: null,
    host: '127.0.0.1',
    port: 4000,
    metrics: true,
    metricsPort: null,
    mcp: false,
    logLevel: 'info',
    exploration: true,
    corsOrigins: ['https://studio.apollographql.com'],
    trustedProxies: [],
    shutdown: { delayMs: 0, timeoutMs: 10_000 },
    sockets: {
      maxConnections: 10_000,
      requestTimeoutMs: 15_000,
      maxPipelined: 16,
      unreadTimeoutMs: 15_000,
      maxBytes: 67_108_864,
    },
    overload: { maxOperations: 1000, afterMs: 2000, maxMemoryShare: 0.9 },
    runs: { maxRuns: 20_000, maxRunsPerCaller: 1000 },
    feeds: { maxFeeds: 1000, maxFeedsPerCaller: 20, pace: { fastMs: 2000, slowMs: 10_000 } },
    live: {
      maxViewers: 10_000,
      maxOperations: 20_000,
      maxOperationsPerCaller: 5000,
      maxOperationsPerConnection: 100,
      maxConnectionsPerCaller: 5000,
      initTimeoutMs: 5000,
      beatMs: 10_000,
      unreadTimeoutMs: 15_000,
      maxUnreadBytes: 67_108_864,
    },
    upstream: {
      url: new URL('https://api.gocobalt.io'),
      rate: { perSecond: 20, burst: 5 },
      attemptTimeoutMs: 2000,
      maxResponseBytes: 10_485_760,
      rateScope: 'gateway',
      maxQueue: 500,
    },
    replicas: 1,
    redis: null,
    webhookSecrets: [],
    cache: {
      maxAnswerBytes: 8_388_608,
      maxBytes: 25_165_824,
      fresh: {
        list: 2000,
        running: 2000,
        terminal: 3_600_000,
        workflow: 300_000,
        application: 60_000,
        notFound: 5000,
      },
      staleMs: 10_000,
      staleIfErrorMs: 600_000,
    },
    secretKeys: [],
    tracing: null,
    documents: {
      modes: { SESSION_TOKEN: 'off', API_KEY: 'off', SERVER_KEY: 'off', ANONYMOUS: 'off' },
      files: [],
      maxRegisteredBytes: null,
    },
    limits: {
      maxBodyBytes: 102_400,
      maxDocumentLength: 65_536,
      maxTokens: 5000,
      maxOperations: 20,
      maxFragments: 50,
      maxVariables: 100,
      maxDepth: 20,
      maxSelections: 2000,
      maxAliases: 100,
      maxRepeatedFields: 25,
      maxDirectives: 100,
      maxDirectivesInPlace: 5,
      maxListSize: 1000,
      maxInputDepth: 10,
      maxInputValues: 2500,
      maxResponseNodes: 15_000,
      maxPreferredResponseNodes: 15_000,
      maxResponseBytes: 4_194_304,
      maxPageSize: 100,
      maxBulkSize: 500,
      operationTimeoutMs: 5000,
    },
    auth: { sessionToken: true, apiKey: true, serverKey: null },
    warnings: [],
  });
});

test('a variable that is empty counts as unset', () => {
  const names = [...describeSettings().matchAll(/^\| `(\w+)`/gm)].map(([, name = '']) => name);
  expect(names).toContain('PORT');
  expect(loadConfig(Object.fromEntries(names.map((name) => [name, ''])))).toEqual(loadConfig({}));
});

describe('each variable', () => {
  test.each<[string, Env, object]>([
    ['HOST', { HOST: '0.0.0.0' }, { host: '0.0.0.0' }],
    ['PORT', { PORT: '0' }, { port: 0 }],
    ['METRICS_PORT', { METRICS_PORT: '9090' }, { metricsPort: 9090 }],
    ['LOG_LEVEL', { LOG_LEVEL: 'silent' }, { logLevel: 'silent' }],
    ['NODE_ENV production', { NODE_ENV: 'production' }, { exploration: false, corsOrigins: [] }],
    ['NODE_ENV test', { NODE_ENV: 'test' }, { exploration: true }],
    ['EXPLORATION on', { NODE_ENV: 'production', EXPLORATION: 'true' }, { exploration: true }],
    ['EXPLORATION off', { EXPLORATION: 'false' }, { exploration: false, corsOrigins: [] }],
    [
      'CORS_ORIGINS',
      { CORS_ORIGINS: 'https://a.example, http://localhost:3000', EXPLORATION: 'false' },
      { corsOrigins: ['https://a.example', 'http://localhost:3000'] },
    ],
    [
      'TRUST_PROXY',
      { TRUST_PROXY: '192.0.2.1, 10.0.0.0/8,2001:db8::/32' },
      { trustedProxies: ['192.0.2.1', '10.0.0.0/8', '2001:db8::/32'] },
    ],
    ['SHUTDOWN_DELAY_MS', { SHUTDOWN_DELAY_MS: '3000' }, { shutdown: { delayMs: 3000 } }],
    ['SHUTDOWN_TIMEOUT_MS', { SHUTDOWN_TIMEOUT_MS: '0' }, { shutdown: { timeoutMs: 0 } }],
    [
      'UPSTREAM_URL',
      { UPSTREAM_URL: 'http://127.0.0.1:4100/proxy/' },
      { upstream: { url: new URL('http://127.0.0.1:4100/proxy/') } },
    ],
    [
      'UPSTREAM_URL with the path of the API',
      { UPSTREAM_URL: 'https://api.example.com/api/v2/public' },
      { upstream: { url: new URL('https://api.example.com') } },
    ],
    [
      'UPSTREAM_URL with a path in front of it',
      { UPSTREAM_URL: 'https://proxy.example.com/refold/api/v2/public/' },
      { upstream: { url: new URL('https://proxy.example.com/refold/') } },
    ],
    [
      'UPSTREAM_RATE_PER_SECOND',
      { UPSTREAM_RATE_PER_SECOND: '0.5' },
      { upstream: { rate: { perSecond: 0.5 } } },
    ],
    ['UPSTREAM_BURST', { UPSTREAM_BURST: '1' }, { upstream: { rate: { burst: 1 } } }],
    ['UPSTREAM_TIMEOUT_MS', { UPSTREAM_TIMEOUT_MS: '500' }, { upstream: { attemptTimeoutMs: 500 } }],
    [
      'UPSTREAM_MAX_RESPONSE_BYTES',
      { UPSTREAM_MAX_RESPONSE_BYTES: '1024' },
      { upstream: { maxResponseBytes: 1024 } },
    ],
    ['OPERATION_TIMEOUT_MS', { OPERATION_TIMEOUT_MS: '1' }, { limits: { operationTimeoutMs: 1 } }],
    ['MAX_LIST_SIZE', { MAX_LIST_SIZE: '2000' }, { limits: { maxListSize: 2000 } }],
    [
      'MAX_LIST_SIZE below MAX_BULK_SIZE',
      { MAX_LIST_SIZE: '10', MAX_BULK_SIZE: '600' },
      { limits: { maxListSize: 600 } },
    ],
    ['MAX_PAGE_SIZE', { MAX_PAGE_SIZE: '1000' }, { limits: { maxPageSize: 1000 } }],
    ['MAX_BULK_SIZE', { MAX_BULK_SIZE: '1000' }, { limits: { maxBulkSize: 1000 } }],
    ['AUTH_SESSION_TOKEN', { AUTH_SESSION_TOKEN: 'false' }, { auth: { sessionToken: false, apiKey: true } }],
    ['AUTH_API_KEY', { AUTH_API_KEY: 'false' }, { auth: { sessionToken: true, apiKey: false } }],
    [
      'the server-held key',
      SERVER_KEY,
      {
        auth: {
          serverKey: {
            apiKey: 'tk_demo',
            keys: new URL('https://id.example.com/jwks.json'),
            issuer: 'https://id.example.com/',
            audience: 'run-history',
            claim: 'linked_account_id',
          },
        },
      },
    ],
    [
      'JWT_LINKED_ACCOUNT_CLAIM',
      { ...SERVER_KEY, JWT_LINKED_ACCOUNT_CLAIM: 'sub' },
      { auth: { serverKey: { claim: 'sub' } } },
    ],
    [
      'the server-held key as the only way',
      { ...SERVER_KEY, AUTH_SESSION_TOKEN: 'false', AUTH_API_KEY: 'false' },
      { auth: { sessionToken: false, apiKey: false } },
    ],
  ])('%s is read', (_case, env, expected) => {
    expect(loadConfig(env)).toMatchObject(expected);
  });

  test.each([PEM, PEM.replaceAll('\n', '\\n')])(
    'JWT_PUBLIC_KEY is read, its line breaks escaped or not',
    (key) => {
      const { auth } = loadConfig({ ...SERVER_KEY, JWT_JWKS_URL: undefined, JWT_PUBLIC_KEY: key });
      expect(auth.serverKey?.keys).toBeInstanceOf(KeyObject);
      expect((auth.serverKey?.keys as KeyObject).export({ type: 'spki', format: 'pem' })).toBe(PEM);
    },
  );
});

describe('a mistake', () => {
  const plainUrl = 'must be an http or https URL without user, query or fragment';
  const queriedUrl = 'must be an http or https URL without user or fragment';
  const addressList = 'must be addresses or ranges of them such as 10.0.0.0/8, comma-separated';
  const originList = 'must be origins such as https://app.example.com, comma-separated';
  test.each([
    ['NODE_ENV', 'staging', 'must be development, test or production'],
    ['PORT', '65536', 'must be a whole number from 0 to 65535'],
    ['PORT', '-1', 'must be a whole number from 0 to 65535'],
    ['PORT', '0x50', 'must be a whole number from 0 to 65535'],
    ['PORT', '80 ', 'must be a whole number from 0 to 65535'],
    ['METRICS_PORT', 'on', 'must be a whole number from 0 to 65535'],
    ['LOG_LEVEL', 'loud', 'must be debug, info, warn, error or silent'],
    ['EXPLORATION', 'yes', 'must be true or false'],
    ['CORS_ORIGINS', '*', originList],
    ['CORS_ORIGINS', 'https://a.example/path', originList],
    ['CORS_ORIGINS', 'https://a.example,', originList],
    ['TRUST_PROXY', 'true', addressList],
    ['TRUST_PROXY', '1', addressList],
    ['TRUST_PROXY', 'proxy.example.com', addressList],
    ['TRUST_PROXY', '10.0.0.0/33', addressList],
    ['TRUST_PROXY', '0.0.0.0/0', addressList],
    ['TRUST_PROXY', '10.0.0.1/', addressList],
    ['TRUST_PROXY', '10.0.0.1,', addressList],
    ['TRUST_PROXY', '2001:db8::/129', addressList],
    ['SHUTDOWN_DELAY_MS', '60001', 'must be a whole number from 0 to 60000'],
    ['SHUTDOWN_TIMEOUT_MS', '1s', 'must be a whole number from 0 to 600000'],
    ['UPSTREAM_URL', 'api.example.com', plainUrl],
    ['UPSTREAM_URL', 'ftp://api.example.com', plainUrl],
    ['UPSTREAM_URL', 'https://user:password@api.example.com', plainUrl],
    ['UPSTREAM_URL', 'https://api.example.com/?key=1', plainUrl],
    ['UPSTREAM_RATE_PER_SECOND', '0', 'must be a number above 0 and up to 100000'],
    ['UPSTREAM_RATE_PER_SECOND', 'Infinity', 'must be a number above 0 and up to 100000'],
    ['UPSTREAM_BURST', '0', 'must be a whole number from 1 to 100000'],
    ['UPSTREAM_TIMEOUT_MS', '0', 'must be a whole number from 1 to 600000'],
    ['UPSTREAM_MAX_RESPONSE_BYTES', '1023', 'must be a whole number from 1024 to 1073741824'],
    ['OPERATION_TIMEOUT_MS', '5e3', 'must be a whole number from 1 to 600000'],
    ['MAX_PAGE_SIZE', '1001', 'must be a whole number from 1 to 1000'],
    ['AUTH_SESSION_TOKEN', '1', 'must be true or false'],
    ['AUTH_API_KEY', 'TRUE', 'must be true or false'],
    ['REFOLD_API_KEY', 'tk demo', 'must not have spaces or special characters'],
    ['JWT_JWKS_URL', 'file:///keys.json', queriedUrl],
    ['JWT_JWKS_URL', 'https://id.example.com/jwks.json?a=1#b', queriedUrl],
    ['JWT_JWKS_URL', 'https://user@id.example.com/jwks.json', queriedUrl],
    ['JWT_PUBLIC_KEY', 'not a key', 'must be a public key in PEM form'],
  ])('%s=%s is told by name', (name, value, complaint) => {
    const env = name.startsWith('JWT_') || name === 'REFOLD_API_KEY' ? serverKeyWithout(name) : {};
    expect(mistakesIn({ ...env, [name]: value })).toEqual([`${name} ${complaint}`]);
  });

  const SPKI = { type: 'spki', format: 'pem' } as const;
  const unfit = 'must be an RSA key of at least 2048 bits, or an EC key of the curve P-256';
  const secret = 'must be the public key: the private one belongs to your product alone';
  const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  test.each([
    ['RSA of 1024 bits', generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export(SPKI), unfit],
    ['RSA-PSS', generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).publicKey.export(SPKI), unfit],
    ['EC P-384', generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export(SPKI), unfit],
    ['Ed25519', generateKeyPairSync('ed25519').publicKey.export(SPKI), unfit],
    ['a private key', p256.privateKey.export({ type: 'pkcs8', format: 'pem' }), secret],
    ['a private key of the older form', p256.privateKey.export({ type: 'sec1', format: 'pem' }), secret],
  ])('it is to verify with a key that cannot or must not: %s', (_case, pem, complaint) => {
    const env = { ...serverKeyWithout('JWT_PUBLIC_KEY'), JWT_PUBLIC_KEY: String(pem) };
    expect(mistakesIn(env)).toEqual([`JWT_PUBLIC_KEY ${complaint}`]);
  });

  test('is told together with all others, and without the values, which may be secrets', () => {
    const env = {
      PORT: 'secret-1',
      UPSTREAM_URL: 'https://secret-2@api.example.com',
      MAX_PAGE_SIZE: 'secret-3',
      AUTH_API_KEY: 'secret-4',
      REFOLD_API_KEY: 'secret-5 with a blank',
      JWT_PUBLIC_KEY: 'secret-6',
      JWT_AUDIENCE: 'secret-7',
    };
    const mistakes = mistakesIn(env);
    expect(mistakes.map((mistake) => mistake.split(' ')[0])).toEqual([
      'PORT',
      'UPSTREAM_URL',
      'MAX_PAGE_SIZE',
      'AUTH_API_KEY',
      'REFOLD_API_KEY',
      'JWT_PUBLIC_KEY',
      'JWT_ISSUER',
    ]);
    expect(mistakes.join('\n')).not.toContain('secret');
    expect(() => loadConfig(env)).toThrow(
      `The configuration has mistakes:\n${mistakes.map((mistake) => `  ${mistake}`).join('\n')}`,
    );
  });

  test.each(['REFOLD_API_KEY', 'JWT_ISSUER', 'JWT_AUDIENCE'])(
    'it is to set up the server-held key without %s',
    (name) => {
      expect(mistakesIn({ ...SERVER_KEY, [name]: '' })).toEqual([
        `${name} is missing: signing in with a token of your own product needs it`,
      ]);
    },
  );

  test('it is to set up the server-held key without keys, or with two sorts of them', () => {
    expect(mistakesIn({ ...SERVER_KEY, JWT_JWKS_URL: '' })).toEqual([
      'JWT_JWKS_URL or JWT_PUBLIC_KEY is missing: signing in with a token of your own product needs it',
    ]);
    expect(mistakesIn({ ...SERVER_KEY, JWT_PUBLIC_KEY: PEM })).toEqual([
      'JWT_JWKS_URL and JWT_PUBLIC_KEY exclude each other',
    ]);
  });

  test('it is that nobody could sign in', () => {
    const nobody =
      'AUTH_SESSION_TOKEN and AUTH_API_KEY are both off, and REFOLD_API_KEY is not set: nobody could sign in';
    const off = { AUTH_SESSION_TOKEN: 'false', AUTH_API_KEY: 'false' };
    expect(mistakesIn(off)).toEqual([nobody]);
    expect(mistakesIn({ ...off, PORT: 'x' })).toContain(nobody);
    expect(mistakesIn({ ...off, REFOLD_API_KEY: 'tk_demo' })).not.toContain(nobody);
  });
});

describe('a warning', () => {
  test.each([
    ['UPSTREAM_TIMOUT_MS', 'UPSTREAM_TIMEOUT_MS'],
    ['UPSTREAM_RATE', null],
    ['CACHE_LIST', null],
    ['REDISURL', 'REDIS_URL'],
    ['MAX_PAGESIZE', 'MAX_PAGE_SIZE'],
    ['upstream_url', 'UPSTREAM_URL'],
    ['JWT_SECRET', null],
    ['AUTH_APIKEY', 'AUTH_API_KEY'],
  ])('names a variable that looks like ours: %s', (name, meant) => {
    const hint = meant === null ? '' : `: did you mean ${meant}?`;
    expect(loadConfig({ [name]: 'secret' }).warnings).toEqual([
      `${name} is set, and is no variable of the gateway${hint}`,
    ]);
  });

  test.each([
    'PATH',
    'HOSTNAME',
    'PORTS',
    'NODE_OPTIONS',
    'npm_config_cache',
    'REDIS_SERVICE_HOST',
    'REDIS_PORT',
    'REDIS_PORT_6379_TCP_ADDR',
    'UPSTREAM_SERVICE_PORT_HTTP',
  ])('is not given for what others set: %s', (name) => {
    expect(loadConfig({ [name]: 'x' }).warnings).toEqual([]);
  });

  test('is not given for a variable that is empty', () => {
    expect(loadConfig({ UPSTREAM_TIMOUT_MS: '' }).warnings).toEqual([]);
  });

  const apiKeyIsOn =
    'Signing in with an API key is on, since AUTH_API_KEY is not set: set it to false where browsers can reach the gateway, or to true';
  test.each<[string, Env, readonly string[]]>([
    ['nobody has asked for it', {}, [apiKeyIsOn]],
    ['its variable is empty', { AUTH_API_KEY: '' }, [apiKeyIsOn]],
    ['somebody has', { AUTH_API_KEY: 'true' }, []],
    ['it is off', { AUTH_API_KEY: 'false' }, []],
    ['this is no production', { NODE_ENV: 'development' }, []],
  ])('says that the API-key sign-in is on in production: %s', (_case, env, warnings) => {
    expect(loadConfig({ NODE_ENV: 'production', ...env }).warnings).toEqual(warnings);
  });
});
