import { Redis } from 'ioredis';
import { tlsOptionsOf } from './tls.ts';
import type { Address, Login, RedisTarget } from './target.ts';

/** Finds the server that holds the gateway's keys now; rejects where nobody can tell. */
export type Finder = () => Promise<Address>;

/** Whoever does not answer within so long is not asked any more: others may know. */
const ASK_MS = 250;
/** So many nodes of a cluster are remembered beyond those that were configured. */
const MAX_REMEMBERED = 10;

/**
 * Builds what finds it. Each time another one is asked first, since one that cannot be reached by others may tell for
 * ever what is not so any more.
 * @param key any of the gateway's keys: in a cluster all are in one slot
 */
export function createFinder(target: RedisTarget, key: string): Finder {
  const { addresses, sentinel, isCluster } = target;
  if (sentinel !== null) {
    const { masterName, login } = sentinel;
    return askingInTurn(
      () => addresses,
      (address) => ask(target, address, login, (redis) => masterOf(redis, masterName)),
    );
  }
  if (!isCluster) return () => Promise.resolve(addresses[0]);
  /** Those that were found, the latest first: a cluster outlives the nodes that it began with. */
  let found: readonly Address[] = [];
  const find = askingInTurn(
    () => [...addresses, ...found],
    (address) => ask(target, address, target.login, (redis) => holderOf(redis, key, address)),
  );
  return async () => {
    const holder = await find();
    const others = found.filter(({ host, port }) => host !== holder.host || port !== holder.port);
    found = [holder, ...others].slice(0, MAX_REMEMBERED);
    return holder;
  };
}

function askingInTurn(
  addresses: () => readonly Address[],
  askOne: (address: Address) => Promise<Address>,
): Finder {
  let first = 0;
  return async () => {
    const all = addresses();
    const start = first++ % all.length;
    let problem: NodeJS.ErrnoException | undefined;
    for (const address of [...all.slice(start), ...all.slice(0, start)]) {
      try {
        return await askOne(address);
      } catch (error) {
        // What one of them says tells more than that another cannot be reached, which has a code.
        if (problem === undefined || problem.code !== undefined) problem = error as NodeJS.ErrnoException;
      }
    }
    throw problem ?? new Error('There is nobody to ask');
  };
}

/** Asks one of them, over a connection of its own. */
async function ask<R>(
  target: RedisTarget,
  address: Address,
  { username, password }: Login,
  run: (redis: Redis) => Promise<R>,
): Promise<R> {
  const tls = tlsOptionsOf(target, address);
  const redis = new Redis({
    ...address,
    ...(username !== null && { username }),
    ...(password !== null && { password }),
    ...(tls !== null && { tls }),
    lazyConnect: true,
    enableReadyCheck: false,
    disableClientInfo: true,
    retryStrategy: null,
    connectTimeout: ASK_MS,
    commandTimeout: ASK_MS,
    // So long the process would be kept from ending.
    disconnectTimeout: ASK_MS,
  });
  const failed = Promise.withResolvers<never>();
  redis.on('error', failed.reject);
  try {
    return await Promise.race([redis.connect().then(() => run(redis)), failed.promise]);
  } finally {
    redis.disconnect();
  }
}

async function masterOf(redis: Redis, masterName: string): Promise<Address> {
  const told: unknown = await redis.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', masterName);
  const [host, port] = Array.isArray(told) ? (told as readonly unknown[]) : [];
  if (typeof host !== 'string' || typeof port !== 'string') throw new Error('There is no such master');
  return { host, port: Number(port) };
}

/** Any node of a cluster tells who holds a key, by saying so or by sending on whoever asks for it. */
async function holderOf(redis: Redis, key: string, asked: Address): Promise<Address> {
  try {
    await redis.exists(key);
    return asked;
  } catch (error) {
    const moved = /^MOVED \d+ (.*):(\d+)$/.exec((error as Error).message);
    if (moved === null) throw error;
    const [, host = '', port] = moved;
    return { host: host === '' ? asked.host : host, port: Number(port) };
  }
}
