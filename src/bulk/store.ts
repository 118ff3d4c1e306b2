import type { Redis } from 'ioredis';
import { delay, type Clock } from '../clock.ts';
import { DAY_MS } from '../domain/day.ts';
import type { RedisConnection } from '../redis/connection.ts';
import { fieldsOf, interrupted, readFields, type JobRecord } from './record.ts';

/** Jobs as they are kept in Redis: a hash each, and a lease that its runner renews. */
export interface JobStore {
  /**
   * Records a new job under the name that the caller gave it. `away`: it is not recorded. `unsure`: it may be.
   * Another job's id: that one has the name already, and this one is not recorded.
   */
  create(
    record: JobRecord,
    runnerId: string,
  ): Promise<'created' | 'away' | 'unsure' | { readonly id: string }>;
  /**
   * Writes a job's head and these of its items, and renews the lease, or ends it with the job. `lost`: another runner
   * has the job, and nothing is written. `aborted`: it is written, and somebody wants the job to end.
   */
  save(
    record: JobRecord,
    runnerId: string,
    indexes: readonly number[],
  ): Promise<'saved' | 'aborted' | 'lost' | 'away'>;
  /** The job; interrupted when its lease is over. Null when it is not there, or Redis is not. */
  read(owner: string, id: string): Promise<JobRecord | null>;
  /** Takes over a job that was interrupted, as it was left. Null when it is not to be had. */
  claim(owner: string, id: string, runnerId: string): Promise<JobRecord | null>;
  /** The id of the job of this name; null when there is none, or Redis is away. */
  find(owner: string, mutation: string): Promise<string | null>;
  /** Tells whoever runs the job to abort it. */
  flagAbort(owner: string, id: string): Promise<void>;
}

const KEEP_MS = DAY_MS;
/** How long a job counts as running after its runner's last word. */
const LEASE_MS = 10_000;

const CREATE = `
if KEYS[3] then
  local known = redis.call('GET', KEYS[3])
  if known and known ~= ARGV[1] then return known end
  redis.call('SET', KEYS[3], ARGV[1], 'PX', ${String(KEEP_MS)})
end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'runner', ARGV[2], unpack(ARGV, 3))
redis.call('PEXPIRE', KEYS[1], ${String(KEEP_MS)})
redis.call('SET', KEYS[2], '', 'PX', ${String(LEASE_MS)})
return ARGV[1]
`;

/** A runner that was taken for dead writes no more: the record names the one that may. */
const SAVE = `
local runner = redis.call('HGET', KEYS[1], 'runner')
if not runner then return 'gone' end
if runner ~= ARGV[1] then return 'lost' end
redis.call('HSET', KEYS[1], unpack(ARGV, 3))
if ARGV[2] == 'RUNNING' then
  redis.call('SET', KEYS[2], '', 'PX', ${String(LEASE_MS)})
else
  redis.call('DEL', KEYS[2])
end
return redis.call('EXISTS', KEYS[3]) == 1 and 'aborted' or 'saved'
`;

const READ = `return { redis.call('EXISTS', KEYS[2]), redis.call('HGETALL', KEYS[1]) }`;

const CLAIM = `
local head = redis.call('HGET', KEYS[1], 'head')
if not head then return {} end
if redis.call('EXISTS', KEYS[2]) == 1 and redis.call('HGET', KEYS[1], 'runner') ~= ARGV[1] then return {} end
local state = cjson.decode(head).state
if state ~= 'RUNNING' and state ~= 'INTERRUPTED' then return {} end
redis.call('HSET', KEYS[1], 'runner', ARGV[1])
redis.call('SET', KEYS[2], '', 'PX', ${String(LEASE_MS)})
return redis.call('HGETALL', KEYS[1])
`;

/** Redis is given up, for the moment, after so many tries: who asks for a job should not be told that there is none. */
const TRIES = 5;
const TRY_AGAIN_MS = 200;

/** Builds a store. All but `save` wait for Redis for a second, since a connection that is lost soon comes back. */
export function createJobStore(connection: RedisConnection, clock: Clock): JobStore {
  const patiently = async <R>(run: (redis: Redis) => Promise<R>): Promise<R | null> => {
    for (let tries = 1; ; tries++) {
      const found = await connection.attempt(async (redis) => ({ value: await run(redis) }));
      if (found !== null) return found.value;
      if (tries === TRIES) return null;
      await delay(clock, TRY_AGAIN_MS);
    }
  };

  const create: JobStore['create'] = async (record, runnerId) => {
    const { owner, id, mutation } = record;
    const keys = [jobKey(owner, id), leaseKey(owner, id)];
    if (mutation !== null) keys.push(mutationKey(owner, mutation));
    const sent = { any: false };
    const answer = await patiently((redis) => {
      sent.any = true;
      return redis.eval(CREATE, keys.length, ...keys, id, runnerId, ...fieldsOf(record, record.items.keys()));
    });
    if (typeof answer !== 'string') return sent.any ? 'unsure' : 'away';
    return answer === id ? 'created' : { id: answer };
  };

  return {
    create,
    save: async (record, runnerId, indexes) => {
      const { owner, id, state } = record;
      const keys = [jobKey(owner, id), leaseKey(owner, id), abortKey(owner, id)];
      const saved = await connection.attempt((redis) =>
        redis.eval(SAVE, keys.length, ...keys, runnerId, state, ...fieldsOf(record, indexes)),
      );
      if (saved === 'saved' || saved === 'aborted' || saved === 'lost') return saved;
      if (saved !== 'gone') return 'away';
      // Redis was emptied. The job is recorded once more, unless its name was given to another one meanwhile.
      const created = await create(record, runnerId);
      if (created === 'created') return 'saved';
      return typeof created === 'string' ? 'away' : 'lost';
    },
    read: async (owner, id) => {
      const found = await patiently((redis) => redis.eval(READ, 2, jobKey(owner, id), leaseKey(owner, id)));
      if (found === null) return null;
      const [leased, fields] = found as [number, string[]];
      const record = readFields(owner, fields);
      return record?.state === 'RUNNING' && leased === 0 ? interrupted(record) : record;
    },
    claim: async (owner, id, runnerId) => {
      const fields = await patiently((redis) =>
        redis.eval(CLAIM, 2, jobKey(owner, id), leaseKey(owner, id), runnerId),
      );
      return readFields(owner, (fields ?? []) as string[]);
    },
    find: (owner, mutation) => patiently((redis) => redis.get(mutationKey(owner, mutation))),
    flagAbort: async (owner, id) => {
      await patiently((redis) => redis.set(abortKey(owner, id), '', 'PX', KEEP_MS));
    },
  };
}

// The braces keep the keys of one identity in one slot of a cluster.

function jobKey(owner: string, id: string): string {
  return `{${owner}}:job:${id}`;
}

function leaseKey(owner: string, id: string): string {
  return `${jobKey(owner, id)}:lease`;
}

function abortKey(owner: string, id: string): string {
  return `${jobKey(owner, id)}:abort`;
}

function mutationKey(owner: string, mutation: string): string {
  return `{${owner}}:mutation:${mutation}`;
}
