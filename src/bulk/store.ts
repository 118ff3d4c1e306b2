import type { Redis } from 'ioredis';
import { delay, type Clock } from '../clock.ts';
import { DAY_MS } from '../domain/day.ts';
import { textOf, textsOf } from '../redis/reply.ts';
import { defineScript, runScript } from '../redis/script.ts';
import type { SharedRedis } from '../redis/shared-redis.ts';
import { fieldsOf, interrupted, readFields, type JobRecord } from './record.ts';

/** What a runner knows of how its job is recorded. */
export interface KnownOfJob {
  /** Whether something of it may have been sent: then it is the one that has its name. */
  readonly hasBegun: boolean;
  /** The latest revision that is known to have been there moments ago; null: none. */
  readonly revision: number | null;
}

/** Jobs as they are kept in Redis: a hash each, a lease that its runner renews, and the name that its caller gave it. */
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
   * Writes a job's head and these of its items, and renews the lease, or ends it with the job. What is not there any
   * more is recorded once more. `aborted`: it is written, and somebody wants the job to end. Otherwise nothing is.
   * `lost`: another runner has the job. `taken`: another job has its name.
   */
  save(
    record: JobRecord,
    runnerId: string,
    indexes: Iterable<number>,
    known: KnownOfJob,
  ): Promise<'saved' | 'aborted' | 'lost' | 'taken' | 'away'>;
  /** Records a job that has ended once more, unless there is something newer. */
  restore(record: JobRecord, runnerId: string): Promise<void>;
  /** The job; interrupted when its lease is over. Null when it is not there, or Redis is not. */
  read(owner: string, id: string): Promise<JobRecord | null>;
  /** Whether there is certainly no such job. */
  isGone(owner: string, id: string): Promise<boolean>;
  /** Takes over a job that was interrupted, as it was left. Null when it is not to be had. */
  claim(owner: string, id: string, runnerId: string): Promise<JobRecord | null>;
  /** The id of the job of this name; null when there is none, or Redis is away. */
  find(owner: string, mutation: string): Promise<string | null>;
  /** Tells whoever runs the job to abort it. */
  flagAbort(owner: string, id: string): Promise<void>;
}

const KEEP_MS = DAY_MS;
/** How long a job counts as running after its runner's last word. */
export const LEASE_MS = 10_000;
/** How the value of a name ends while nothing was sent by the job that has it. */
const NEW = ':new';

/**
 * Records a job as a whole. Where Redis has lost it, somebody else may have taken its name: the one that has begun has
 * it. What is there is left to `SAVE`, unless it is older.
 */
const RECORD = defineScript(
  `
local id, hasBegun, state = ARGV[1], ARGV[3] == '1', ARGV[4]
if KEYS[3] then
  local known = redis.call('GET', KEYS[3])
  local isOwn = not known or known == id or known == id .. '${NEW}'
  local isNew = known and string.sub(known, -${String(NEW.length)}) == '${NEW}'
  if not isOwn and not (hasBegun and isNew) then return known end
  redis.call('SET', KEYS[3], (hasBegun or known == id) and id or id .. '${NEW}', 'PX', ${String(KEEP_MS)})
end
local head = redis.call('HGET', KEYS[1], 'head')
if head and cjson.decode(head).revision >= tonumber(ARGV[5]) then return id end
redis.call('DEL', KEYS[1], KEYS[2])
redis.call('HSET', KEYS[1], 'runner', ARGV[2], unpack(ARGV, 6))
redis.call('PEXPIRE', KEYS[1], ${String(KEEP_MS)})
if state == 'RUNNING' then redis.call('SET', KEYS[2], '', 'PX', ${String(LEASE_MS)}) end
return id
`,
  textOf,
);

/**
 * A runner that was taken for dead writes no more: the record names the one that may, and the name the job. A record
 * that is older than what was there moments ago is one that Redis came back with, or was given by somebody who has missed
 * the rest: it counts as gone. What was sent before something that is recorded already, and comes late, is not written
 * either.
 */
const SAVE = defineScript(
  `
local runner = redis.call('HGET', KEYS[1], 'runner')
if not runner then return 'gone' end
if runner ~= ARGV[1] then
  local head = redis.call('HGET', KEYS[1], 'head')
  return head and cjson.decode(head).revision < tonumber(ARGV[5]) and 'gone' or 'lost'
end
if tonumber(redis.call('HGET', KEYS[1], 'turn') or 0) >= tonumber(ARGV[4]) then return 'late' end
if KEYS[4] then
  local known = redis.call('GET', KEYS[4])
  if known and known ~= ARGV[3] and known ~= ARGV[3] .. '${NEW}' then return 'taken' end
  redis.call('SET', KEYS[4], ARGV[3], 'PX', ${String(KEEP_MS)})
end
redis.call('HSET', KEYS[1], 'turn', ARGV[4], unpack(ARGV, 6))
if ARGV[2] == 'RUNNING' then
  redis.call('SET', KEYS[2], '', 'PX', ${String(LEASE_MS)})
else
  redis.call('DEL', KEYS[2])
end
return redis.call('EXISTS', KEYS[3]) == 1 and 'aborted' or 'saved'
`,
  textOf,
);

const READ = defineScript(
  `
local fields = redis.call('HGETALL', KEYS[1])
table.insert(fields, 1, redis.call('EXISTS', KEYS[2]))
return fields
`,
  (reply) => {
    const [leased, ...fields] = textsOf(reply);
    return { isLeased: leased === '1', fields };
  },
);

const CLAIM = defineScript(
  `
local head = redis.call('HGET', KEYS[1], 'head')
if not head then return {} end
if redis.call('EXISTS', KEYS[2]) == 1 and redis.call('HGET', KEYS[1], 'runner') ~= ARGV[1] then return {} end
local state = cjson.decode(head).state
if state ~= 'RUNNING' and state ~= 'INTERRUPTED' then return {} end
redis.call('HSET', KEYS[1], 'runner', ARGV[1])
redis.call('HDEL', KEYS[1], 'turn')
redis.call('SET', KEYS[2], '', 'PX', ${String(LEASE_MS)})
return redis.call('HGETALL', KEYS[1])
`,
  textsOf,
);

/** Redis is waited for until it has been away for so long: who asks for a job should not be told that there is none. */
const PATIENCE_MS = 1000;
const TRY_AGAIN_MS = 200;
/** And no longer where it comes and goes. */
const TRIES = 5;

/** Builds a store. All but `save` wait for a Redis that has just gone away, since a connection that is lost soon comes back. */
export function createJobStore(
  { connection, dataSet }: Pick<SharedRedis, 'connection' | 'dataSet'>,
  clock: Clock,
): JobStore {
  const patiently = async <R>(run: (redis: Redis) => Promise<R>): Promise<R | null> => {
    for (let tries = 1; ; tries++) {
      const found = await connection.attempt(async (redis) => ({ value: await run(redis) }));
      if (found !== null) return found.value;
      if (tries === TRIES || connection.awayMs() >= PATIENCE_MS) return null;
      await delay(clock, TRY_AGAIN_MS);
    }
  };

  const write = (redis: Redis, record: JobRecord, runnerId: string, hasBegun: boolean) => {
    const keys = [jobKey(record), leaseKey(record), ...nameKeys(record)];
    const { id, state, revision, items } = record;
    const fields = fieldsOf(record, items.keys());
    return runScript(redis, RECORD, keys, [id, runnerId, hasBegun ? 1 : 0, state, revision, ...fields]);
  };

  let turn = 0;
  const update = (record: JobRecord, runnerId: string, indexes: Iterable<number>, known: KnownOfJob) => {
    const keys = [jobKey(record), leaseKey(record), abortKey(record), ...nameKeys(record)];
    const { id, state } = record;
    turn += 1;
    const given = [runnerId, state, id, turn, known.revision ?? -1, ...fieldsOf(record, indexes)];
    return connection.attempt((redis) => runScript(redis, SAVE, keys, given));
  };

  const save: JobStore['save'] = async (record, runnerId, indexes, known) => {
    const { hasBegun } = known;
    const saved = await update(record, runnerId, indexes, known);
    if (saved === 'gone') {
      // Who has not begun waits for who has, and may have the name.
      if (!hasBegun && (await dataSet.unsettledMs()) !== 0) return 'away';
      const recorded = await connection.attempt((redis) => write(redis, record, runnerId, hasBegun));
      if (recorded !== null && recorded !== record.id) return 'taken';
      const again = recorded === null ? null : await update(record, runnerId, record.items.keys(), known);
      return isSaved(again) ? again : 'away';
    }
    return isSaved(saved) ? saved : 'away';
  };

  return {
    create: async (record, runnerId) => {
      const sent = { any: false };
      const answer = await patiently((redis) => {
        sent.any = true;
        return write(redis, record, runnerId, false);
      });
      if (answer === null) return sent.any ? 'unsure' : 'away';
      return answer === record.id ? 'created' : { id: idOf(answer) };
    },
    save,
    restore: async (record, runnerId) => {
      const [, head] = fieldsOf(record, []);
      const kept = await connection.attempt((redis) =>
        Promise.all([redis.hget(jobKey(record), 'head'), ...nameKeys(record).map((key) => redis.get(key))]),
      );
      if (kept === null || (kept[0] === head && !kept.includes(null))) return;
      await connection.attempt((redis) => write(redis, record, runnerId, true));
    },
    read: async (owner, id) => {
      const found = await patiently((redis) =>
        runScript(redis, READ, [jobKey({ owner, id }), leaseKey({ owner, id })], []),
      );
      if (found === null) return null;
      const record = readFields(owner, found.fields);
      return record?.state === 'RUNNING' && !found.isLeased ? interrupted(record) : record;
    },
    isGone: async (owner, id) =>
      (await connection.attempt((redis) => redis.exists(jobKey({ owner, id })))) === 0,
    claim: async (owner, id, runnerId) => {
      const fields = await patiently((redis) =>
        runScript(redis, CLAIM, [jobKey({ owner, id }), leaseKey({ owner, id })], [runnerId]),
      );
      return readFields(owner, fields ?? []);
    },
    find: async (owner, mutation) => {
      const value = await patiently((redis) => redis.get(nameKey(owner, mutation)));
      return value === null ? null : idOf(value);
    },
    flagAbort: async (owner, id) => {
      await patiently((redis) => redis.set(abortKey({ owner, id }), '', 'PX', KEEP_MS));
    },
  };
}

type Saved = 'saved' | 'aborted' | 'lost' | 'taken';

/** Whether the script has come to an end that says how the record is. */
function isSaved(answer: unknown): answer is Saved {
  return answer === 'saved' || answer === 'aborted' || answer === 'lost' || answer === 'taken';
}

/** The job in the value of a name. */
function idOf(value: string): string {
  return value.endsWith(NEW) ? value.slice(0, -NEW.length) : value;
}

type Key = Pick<JobRecord, 'owner' | 'id'>;

function jobKey({ owner, id }: Key): string {
  return `${owner}:job:${id}`;
}

function leaseKey(key: Key): string {
  return `${jobKey(key)}:lease`;
}

function abortKey(key: Key): string {
  return `${jobKey(key)}:abort`;
}

function nameKey(owner: string, mutation: string): string {
  return `${owner}:mutation:${mutation}`;
}

/** The key of its name, where it has one. */
function nameKeys({ owner, mutation }: JobRecord): string[] {
  return mutation === null ? [] : [nameKey(owner, mutation)];
}
