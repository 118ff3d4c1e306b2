import { expect } from '@jest/globals';
import type { Row } from '../row.ts';

const LIST = '{ executions { totalCount } }';

/** Redis is not as it should be. */
export const REDIS: readonly Row[] = [
  {
    number: '19',
    fault: 'Redis is killed',
    right: 'full service',
    retries: 0,
    boundMs: null,
    run: async (world) => {
      const redis = await world.redis();
      const { query, sandbox } = await world.gatewayOnRealTime({ env: { REDIS_URL: redis.url } });
      expect((await query(LIST)).errors).toEqual([]);
      await redis.kill();
      const answer = await world.timed(() => query(LIST));
      expect(answer.errors).toEqual([]);
      return { retries: sandbox.requests().length - 2 };
    },
  },
];
