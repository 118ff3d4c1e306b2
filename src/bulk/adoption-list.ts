import type { RedisConnection } from '../redis/connection.ts';
import { textsOf } from '../redis/reply.ts';
import { defineScript, runScript } from '../redis/script.ts';
import { DAY_MS } from '../domain/day.ts';
import { isFinal, type JobRecord } from './record.ts';
import { LEASE_MS, type JobStore } from './store.ts';

type Key = Pick<JobRecord, 'owner' | 'id'>;

/**
 * The jobs in Redis that gateways may go on with by themselves, and when each is to be looked at: once its lease is over,
 * if nobody renews it. It is a hint: whose a job is, its record alone tells.
 */
export interface AdoptionList {
  /** Those that are to be looked at, the longest due first; null: Redis is away. */
  due(count: number): Promise<readonly Key[] | null>;
  /** Is looked at after so long again. */
  postpone(key: Key, delayMs: number): Promise<void>;
  /** Is never looked at again. */
  remove(key: Key): Promise<void>;
}

/** More are never waited for: the longest due are forgotten then, and wait for their callers. */
const MAX_LISTED = 10_000;

const TIME = `
if redis.call('TYPE', KEYS[1]).ok ~= 'zset' then redis.call('DEL', KEYS[1]) end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`;

const POSTPONE = defineScript(
  `${TIME}
redis.call('ZADD', KEYS[1], string.format('%.0f', now + ARGV[2]), ARGV[1])
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -${String(MAX_LISTED + 1)})
redis.call('PEXPIRE', KEYS[1], ${String(DAY_MS)})
`,
  () => undefined,
);

const DUE = defineScript(
  `${TIME}
return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now), 'LIMIT', 0, ARGV[1])
`,
  textsOf,
);

/** @param name which list: jobs of one key are in one */
export function createAdoptionList(connection: RedisConnection, name: string): AdoptionList {
  const listKey = `${name}:adoptable`;
  return {
    due: async (count) => {
      const found = await connection.attempt((redis) => runScript(redis, DUE, [listKey], [count]));
      return found?.map(keyOf) ?? null;
    },
    postpone: async (key, delayMs) => {
      await connection.attempt((redis) => runScript(redis, POSTPONE, [listKey], [memberOf(key), delayMs]));
    },
    remove: async (key) => {
      await connection.attempt((redis) => redis.zrem(listKey, memberOf(key)));
    },
  };
}

/** The same store; a job that gateways may go on with is on the list for as long as there is something left to do. */
export function listing(store: JobStore, list: AdoptionList): JobStore {
  const note = (record: JobRecord) => {
    if (record.account === null) return;
    if (isFinal(record)) void list.remove(record);
    else void list.postpone(record, record.state === 'RUNNING' ? LEASE_MS : 0);
  };
  return {
    ...store,
    create: (record, runnerId) => {
      note(record);
      return store.create(record, runnerId);
    },
    save: (record, ...given) => {
      note(record);
      return store.save(record, ...given);
    },
  };
}

function memberOf({ owner, id }: Key): string {
  return `${owner}:${id}`;
}

function keyOf(member: string): Key {
  const [owner = '', id = ''] = member.split(':');
  return { owner, id };
}
