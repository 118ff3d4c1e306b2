import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { WatchedConnection } from './connection.ts';
import { textsIn } from './reply.ts';
import { defineScript, runScript } from './script.ts';

/**
 * All that replicas have recorded in Redis, as one of them sees it: whether some of it may have been lost lately,
 * since Redis was emptied, has come back with something older, or has had to evict. What somebody still has in memory
 * is recorded once more then.
 */
export interface DataSet {
  /**
   * Asks Redis. How long until whoever has lost something there has had the time to record it once more, in
   * milliseconds: 0 where nothing was lost lately. Null: Redis is away.
   */
  unsettledMs(): Promise<number | null>;
  /** Whether there was time enough since Redis was last emptied or away, as far as is known without asking. */
  isSettled(): boolean;
  /** Calls back whenever something may have been lost, and Redis is there to record it once more. */
  onLoss(callback: () => void): void;
  /** Looks, and keeps on looking. */
  start(): Promise<void>;
  stop(): void;
}

/** How often to look: a fraction of what others wait for this replica to have noticed. */
const LOOK_MS = 200;
/** For so long after a loss nobody takes what is not recorded for what is not there. */
const SETTLE_MS = 2000;

const MARK_KEY = 'shared:data-set';

/**
 * Tells the data set's mark, which server it is on, and how many keys were evicted from it: of the latter two nothing
 * where a user may not know. Whatever is not of the right type is not ours.
 */
const LOOK = defineScript(
  `
if redis.call('TYPE', KEYS[1]).ok ~= 'string' then redis.call('DEL', KEYS[1]) end
redis.call('SET', KEYS[1], ARGV[1], 'NX')
local function told(section, pattern)
  local info = redis.pcall('INFO', section)
  return type(info) == 'string' and string.match(info, pattern) or ''
end
return { redis.call('GET', KEYS[1]), told('server', 'run_id:(%w+)'), told('stats', 'evicted_keys:(%d+)') }
`,
  (reply) => textsIn(reply, 3),
);

/** Builds what watches the data set; it does not look yet. */
export function createDataSet(connection: WatchedConnection, clock: Clock): DataSet {
  const callbacks = new Set<() => void>();
  let seen = { mark: '', server: '', evicted: '', connections: 0 };
  let lostAt = clock.now();
  let evictedAt = -Infinity;
  let cancelLook: (() => void) | undefined;
  let stopped = false;

  /** Whether Redis was there to be looked at. */
  const look = async (): Promise<boolean> => {
    // Who answers over another connection may be another Redis, or the same one with what it had on its disk.
    const { connections } = connection;
    const told = await connection.attempt((redis) => runScript(redis, LOOK, [MARK_KEY], [randomUUID()]));
    if (told === null) return false;
    const [mark = '', server = '', evicted = ''] = told;
    // Behind a proxy another server may take over, with a little less, and the connection stays.
    const isLost = mark !== seen.mark || server !== seen.server || connections !== seen.connections;
    const isEvicted = evicted !== seen.evicted;
    seen = { mark, server, evicted, connections };
    if (isLost) lostAt = clock.now();
    if (isEvicted) evictedAt = clock.now();
    if (isLost || isEvicted) for (const callback of callbacks) callback();
    return true;
  };

  const watch = () => {
    if (stopped) return;
    cancelLook = clock.after(LOOK_MS, () => void look().catch(connection.fail).finally(watch));
  };

  return {
    unsettledMs: async () =>
      (await look()) ? Math.max(0, Math.max(lostAt, evictedAt) + SETTLE_MS - clock.now()) : null,
    isSettled: () => clock.now() - lostAt >= SETTLE_MS && connection.connections === seen.connections,
    onLoss: (callback) => {
      callbacks.add(callback);
    },
    start: async () => {
      await look();
      watch();
    },
    stop: () => {
      stopped = true;
      cancelLook?.();
    },
  };
}
