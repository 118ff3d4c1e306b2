import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { loadConfig } from '../../src/config.ts';
import { createAuthority } from '../support/certificates.ts';
import { mistakesIn } from '../support/mistakes.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'redis-config-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function fileWith(name: string, text: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
}

const redisOf = (env: Record<string, string>) => loadConfig(env).redis;

const authority = createAuthority();
const issue = () => authority.issue({ host: 'redis.example', notAfter: new Date('2040-01-01') });
const [own, other] = [issue(), issue()];

const NOBODY = { username: null, password: null };
const ONE = {
  addresses: [{ host: 'redis.example', port: 6379 }],
  login: NOBODY,
  database: 0,
  sentinel: null,
  isCluster: false,
  tls: null,
};
const TLS = { ca: null, cert: null, key: null, serverName: null };
const [TWO, THREE] = [
  [
    { host: 'a', port: 26_379 },
    { host: 'b', port: 1 },
  ],
  [
    { host: 'a', port: 6379 },
    { host: '10.0.0.2', port: 1 },
    { host: '::1', port: 6379 },
  ],
];

describe('REDIS_URL', () => {
  test.each<[string, unknown]>([
    ['', null],
    ['redis://redis.example', ONE],
    ['redis://redis.example:6379/0', ONE],
    ['redis://redis.example:7000/', { ...ONE, addresses: [{ host: 'redis.example', port: 7000 }] }],
    ['redis://redis.example/15', { ...ONE, database: 15 }],
    ['rediss://redis.example', { ...ONE, tls: TLS }],
    ['redis://:a%3Ab%40c:d@redis.example', { ...ONE, login: { username: null, password: 'a:b@c:d' } }],
    ['redis://me:secret@redis.example', { ...ONE, login: { username: 'me', password: 'secret' } }],
    [
      'redis+sentinel://me:secret@a,b:1/mymaster/3',
      {
        ...ONE,
        addresses: TWO,
        login: { username: 'me', password: 'secret' },
        database: 3,
        sentinel: { masterName: 'mymaster', login: NOBODY },
      },
    ],
    ['rediss+cluster://a,10.0.0.2:1,[::1]', { ...ONE, addresses: THREE, isCluster: true, tls: TLS }],
  ])('%s is taken apart', (url, target) => {
    expect(redisOf({ REDIS_URL: url })).toEqual(target);
  });

  const form =
    'must be such as redis://host:6379, redis+sentinel://host:26379,host:26379/master or redis+cluster://host:6379,host:6379; rediss with TLS';
  const database = 'must have the number of a database at its end, or none';
  test.each([
    ['secret', form],
    ['http://redis.example', form],
    ['redis:redis.example', form],
    ['redis://', form],
    ['redis://host:0', form],
    ['redis://host:65536', form],
    ['redis://host?family=6', form],
    ['redis://host#secret', form],
    ['redis+cluster://a,,b', form],
    ['redis+else://a', form],
    ['redis://user:se@cret@host', form],
    ['redis://:%zz@host', 'must have special characters in percent-encoding'],
    ['redis://a,b', 'must name one server: several are sentinels or a cluster'],
    ['redis://host/one', database],
    ['redis://host/1/2', database],
    ['redis+cluster://a/1', 'must not name a database: a cluster has one'],
    ['redis+sentinel://a', 'must name the master that the sentinels watch, such as …/mymaster'],
    ['redis+sentinel://a/mymaster/x', database],
  ])('%s is a mistake', (url, complaint) => {
    expect(mistakesIn({ REDIS_URL: url })).toEqual([`REDIS_URL ${complaint}`]);
  });
});

describe('what is set beside it', () => {
  test('says who signs in', () => {
    const login = { username: 'me', password: 'secret' };
    const url = { REDIS_URL: 'redis://redis.example' };
    expect(redisOf({ ...url, REDIS_USERNAME: 'me', REDIS_PASSWORD: 'secret' })).toEqual({ ...ONE, login });
    const file = { REDIS_PASSWORD_FILE: fileWith('password', 'secret\n') };
    expect(redisOf({ REDIS_URL: 'redis://me@redis.example', ...file })).toEqual({ ...ONE, login });
    const sentinel = { REDIS_SENTINEL_USERNAME: 'me', REDIS_SENTINEL_PASSWORD: 'secret' };
    expect(redisOf({ REDIS_URL: 'redis+sentinel://a,b:1/mymaster', ...sentinel })).toEqual({
      ...ONE,
      addresses: TWO,
      sentinel: { masterName: 'mymaster', login },
    });
  });

  test.each([
    ['in files', (name: string, text: string) => fileWith(name, text)],
    ['as they are', (_name: string, text: string) => text],
    ['in one line', (_name: string, text: string) => text.replaceAll('\n', '\\n')],
  ])('says whom to trust, and with what to prove oneself: %s', (_where, given) => {
    const env = {
      REDIS_URL: 'rediss://redis.example',
      REDIS_TLS_CA: given('ca', authority.cert),
      REDIS_TLS_CERT: given('cert', own.cert),
      REDIS_TLS_KEY: given('key', own.key),
      REDIS_TLS_SERVERNAME: 'other.example',
    };
    const tls = { ca: authority.cert, cert: own.cert, key: own.key, serverName: 'other.example' };
    expect(redisOf(env)).toEqual({ ...ONE, tls });
  });

  const rediss = 'needs a REDIS_URL that begins with rediss';
  const url = (text: string) => ({ REDIS_URL: text });
  const pair = { REDIS_TLS_CERT: own.cert, REDIS_TLS_KEY: other.key };
  test.each<[string, Record<string, string>, readonly string[]]>([
    ['no URL', { REDIS_PASSWORD: 'secret' }, ['REDIS_PASSWORD needs a REDIS_URL without a password']],
    [
      'two users and two passwords',
      { ...url('redis://me:secret@a'), REDIS_USERNAME: 'me', REDIS_PASSWORD: 'secret' },
      [
        'REDIS_USERNAME needs a REDIS_URL that names no user',
        'REDIS_PASSWORD needs a REDIS_URL without a password',
      ],
    ],
    [
      'a password and a file with one',
      { ...url('redis://a'), REDIS_PASSWORD: 'secret', REDIS_PASSWORD_FILE: fileWith('one', 'secret') },
      ['REDIS_PASSWORD and REDIS_PASSWORD_FILE exclude each other'],
    ],
    [
      'a user without a password',
      url('redis://me@a'),
      ['REDIS_PASSWORD or REDIS_PASSWORD_FILE is missing: a user needs a password'],
    ],
    [
      'a user of the sentinels without a password',
      { ...url('redis+sentinel://a/m'), REDIS_SENTINEL_USERNAME: 'me' },
      ['REDIS_SENTINEL_PASSWORD is missing: a user needs a password'],
    ],
    [
      'a password for sentinels that are none',
      { ...url('redis://a'), REDIS_SENTINEL_PASSWORD: 'secret' },
      ['REDIS_SENTINEL_PASSWORD needs a REDIS_URL with sentinels'],
    ],
    [
      'certificates in the clear',
      { ...url('redis://a'), REDIS_TLS_CA: authority.cert, REDIS_TLS_SERVERNAME: 'b' },
      [`REDIS_TLS_CA ${rediss}`, `REDIS_TLS_SERVERNAME ${rediss}`],
    ],
    [
      'half of a pair',
      { ...url('rediss://a'), REDIS_TLS_CERT: own.cert },
      ['REDIS_TLS_CERT and REDIS_TLS_KEY need each other'],
    ],
    [
      'a pair that is none',
      { ...url('rediss://a'), ...pair },
      ['REDIS_TLS_KEY must be the private key of REDIS_TLS_CERT'],
    ],
    [
      'files that are not there or empty',
      { ...url('redis://a'), REDIS_PASSWORD_FILE: fileWith('empty', '\n') },
      ['REDIS_PASSWORD_FILE must name a file that can be read, and is not empty'],
    ],
    [
      'something else than certificates',
      { ...url('rediss://a'), REDIS_TLS_CA: 'secret', REDIS_TLS_CERT: own.key, REDIS_TLS_KEY: own.cert },
      [
        'REDIS_TLS_CA must be a certificate in PEM form, or the path of a file with one',
        'REDIS_TLS_CERT must be a certificate in PEM form, or the path of a file with one',
        'REDIS_TLS_KEY must be a private key in PEM form, or the path of a file with one',
      ],
    ],
    [
      'a URL that is none',
      { ...url('secret'), REDIS_PASSWORD: 'x', REDIS_TLS_CA: authority.cert },
      ['REDIS_URL'],
    ],
  ])('is told where it is of no use: %s', (_case, env, mistakes) => {
    const told = mistakesIn(env);
    expect(told.map((mistake, index) => mistake.slice(0, mistakes[index]?.length))).toEqual(mistakes);
    expect(told.join()).not.toContain('secret');
  });
});
