import { afterEach, describe, expect, test } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { beaten, LOOKED, startOddRedis, type OddRedis } from '../support/odd-redis.ts';
import { createSharing, stopSharing } from '../support/sharing.ts';

/** So long that Redis does not count as away because the machine is busy. */
const PATIENT_MS = 20_000;
/** One for commands, and one to hear hints over. */
const OWN_CONNECTIONS = 2;

let redis: OddRedis;

afterEach(async () => {
  await stopSharing();
  redis.stop();
});

/** A replica of a Redis that answers all scripts with this error, until told to stop. */
async function startRefused(error: string) {
  let refuses = true;
  redis = await startOddRedis((text) => {
    if (refuses) return `-${error}\r\n`;
    return text.includes('local told =') ? beaten() : LOOKED;
  });
  const logs: string[] = [];
  const log = (message: string, { cause = '' } = {}) => void logs.push(`${message}: ${cause}`);
  const logger = { info: log, warn: log, error: log, debug: log };
  const shares = createSharing({ url: redis.url, commandTimeoutMs: PATIENT_MS, logger });
  await shares.start();
  const accept = () => {
    refuses = false;
    return eventually('Redis to be there', () => shares.connection.awayMs() === 0);
  };
  return { logs, accept };
}

const READONLY = "READONLY You can't write against a read only replica.";

describe('a server that does not hold the keys', () => {
  test.each([
    'MOVED 3999 127.0.0.1:6381',
    READONLY,
    `${READONLY} script: 0a1b, on @user_script:9.`,
    `ERR Error running script (call to f_0a1b): @user_script:9: @user_script: 9: -${READONLY}`,
    'CLUSTERDOWN The cluster is down',
    'MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to "no".',
  ])('is left for another look: %s', async (error) => {
    const { logs, accept } = await startRefused(error);
    expect(logs).toEqual(['Redis is away: no master']);
    await eventually('another connection', () => redis.connections > OWN_CONNECTIONS);
    await accept();
  });
});

describe('a server that cannot do it now', () => {
  test.each([
    ['ASK 3999 127.0.0.1:6381', 'no master'],
    ['TRYAGAIN Multiple keys request during rehashing of slot', 'no master'],
    ['NOREPLICAS Not enough good replicas to write.', 'no master'],
    ['LOADING Redis is loading the dataset in memory', 'loading'],
    ["OOM command not allowed when used memory > 'maxmemory'.", 'out of memory'],
    ["NOPERM this user has no permissions to run the 'evalsha' command", 'auth'],
    ['MISCONF Redis is configured to save RDB snapshots, but it is unable to persist on disk.', 'bad answer'],
    ["ERR unknown command 'EVALSHA'", 'bad answer'],
  ])('is asked again: %s', async (error, cause) => {
    const { logs, accept } = await startRefused(error);
    expect(logs).toEqual([`Redis is away: ${cause}`]);
    await accept();
    expect(redis.connections).toBe(OWN_CONNECTIONS);
  });
});
