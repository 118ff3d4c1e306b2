import { z } from 'zod';

/** A URL of Redis, taken apart. */
export interface RedisUrl {
  readonly isTls: boolean;
  readonly kind: 'server' | 'sentinel' | 'cluster';
  readonly addresses: readonly [ServerAddress, ...ServerAddress[]];
  readonly username: string | null;
  readonly password: string | null;
  /** What the sentinels call their master; null unless they are sentinels. */
  readonly masterName: string | null;
  readonly database: number;
}

interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * One server `redis://user:password@host:6379/0`; sentinels `redis+sentinel://…@host:26379,host:26379/master/0`; or
 * nodes of a cluster `redis+cluster://…@host:6379,host:6379`. With `rediss` over TLS.
 */
export const redisUrl = z.string().transform((value, context): RedisUrl => {
  const url = redisUrlOf(value);
  if (typeof url !== 'string') return url;
  context.addIssue({ code: 'custom', message: url });
  return z.NEVER;
});

const FORM =
  'must be such as redis://host:6379, redis+sentinel://host:26379,host:26379/master or redis+cluster://host:6379,host:6379; rediss with TLS';

const PARTS =
  /^redis(?<tls>s?)(?:\+(?<kind>sentinel|cluster))?:\/\/(?:(?<login>[^@/?#]*)@)?(?<hosts>[^@/?#]+)(?<path>(?:\/[^?#]*)?)$/;

/** The parts, or what is wrong with it. */
function redisUrlOf(value: string): RedisUrl | string {
  const { tls, kind = 'server', login, hosts = '', path = '' } = PARTS.exec(value)?.groups ?? {};
  const addresses = hosts.split(',').map((host) => addressOf(host, kind === 'sentinel' ? 26_379 : 6379));
  const [first, ...others] = addresses.filter((address) => address !== null);
  if (tls === undefined || first === undefined || others.length + 1 < addresses.length) return FORM;
  const names = decoded(
    path
      .split('/')
      .slice(1)
      .filter((part) => part !== ''),
  );
  const user = decoded(partsOf(login ?? ''));
  if (names === null || user === null) return 'must have special characters in percent-encoding';
  if (kind === 'server' && others.length > 0)
    return 'must name one server: several are sentinels or a cluster';
  if (kind === 'cluster' && names.length > 0) return 'must not name a database: a cluster has one';
  const masterName = kind === 'sentinel' ? names.shift() : null;
  if (masterName === undefined) return 'must name the master that the sentinels watch, such as …/mymaster';
  const [database = '0', ...rest] = names;
  if (!/^\d{1,5}$/.test(database) || rest.length > 0)
    return 'must have the number of a database at its end, or none';
  const [username = '', password = ''] = user;
  return {
    isTls: tls === 's',
    kind: kind as RedisUrl['kind'],
    addresses: [first, ...others],
    username: username === '' ? null : username,
    password: password === '' ? null : password,
    masterName,
    database: Number(database),
  };
}

/** A user's name, and a password, which may have colons. */
function partsOf(login: string): string[] {
  const [username = '', ...password] = login.split(':');
  return [username, password.join(':')];
}

function decoded(parts: readonly string[]): string[] | null {
  try {
    return parts.map(decodeURIComponent);
  } catch {
    return null;
  }
}

/** A name or an address of IPv4, or one of IPv6 in brackets; and a port, if not the usual one. */
function addressOf(text: string, usualPort: number): ServerAddress | null {
  const found = /^(?:\[(?<v6>[\da-f:.]+)\]|(?<name>[\w.-]+))(?::(?<port>\d{1,5}))?$/i.exec(
    text.trim(),
  )?.groups;
  const host = found?.['v6'] ?? found?.['name'];
  const port = Number(found?.['port'] ?? usualPort);
  return host === undefined || port < 1 || port > 65_535 ? null : { host, port };
}
