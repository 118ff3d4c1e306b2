import { Redis } from 'ioredis';
import { canaryIn, CANARIES } from './canaries.ts';
import { startGatewayProcess, type GatewayProcess, type Listeners } from './gateway-process.ts';
import { startStandIn } from './stand-in.ts';
import type { World } from './target.ts';
import { CALLER } from './requests.ts';
import { createProduct } from '../support/product.ts';
import { ANY_RATE } from '../support/settings.ts';

/** Something that is where it must not be. */
export interface Found {
  readonly place: string;
  readonly complaint: string;
}

/** A gateway with canaries on all sides of it. */
export interface FuzzWorld extends World {
  readonly gateway: GatewayProcess;
  /** Searches what the gateway says elsewhere than in answers and in its log, and empties Redis. */
  searchTheRest(): Promise<readonly Found[]>;
  stop(): Promise<void>;
}

/** A gateway that asks at once and remembers what it is told. */
const SETTINGS = {
  // An account whose upstream asks for patience is to pause no other one.
  UPSTREAM_RATE_SCOPE: 'linked-account',
  LOG_LEVEL: 'info',
  ...ANY_RATE,
};

/** Starts a gateway in front of a stand-in for its upstream. */
export async function startWorld(
  options: Listeners & { readonly redisUrl: string | null },
): Promise<FuzzWorld> {
  const { redisUrl } = options;
  const standIn = await startStandIn();
  const { env, tokenOf } = await createProduct();
  const gateway = await startGatewayProcess(
    {
      ...SETTINGS,
      ...env,
      REFOLD_API_KEY: CANARIES.serverKey,
      UPSTREAM_URL: standIn.url,
      ...(redisUrl === null ? {} : { REDIS_URL: redisUrl }),
    },
    options,
  );
  return {
    standIn,
    gateway,
    token: await tokenOf('demo@example.com'),
    cursors: await cursorsOf(gateway.url),
    searchTheRest: async () => {
      const found: Found[] = [];
      const metrics = gateway.hasEnded() ? '' : await (await fetch(`${gateway.url}/metrics`)).text();
      const inMetrics = canaryIn(metrics);
      if (inMetrics !== null) found.push({ place: 'metrics', complaint: `they have a canary: ${inMetrics}` });
      if (redisUrl !== null) found.push(...(await searchRedis(redisUrl)));
      return found;
    },
    stop: async () => {
      await gateway.stop();
      await standIn.stop();
    },
  };
}

async function cursorsOf(url: string): Promise<string[]> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...CALLER },
    body: JSON.stringify({ query: '{ executions(first: 10) { edges { cursor } } }' }),
  });
  const { data } = (await response.json()) as {
    data: { executions: { edges: { readonly cursor: string }[] } };
  };
  return data.executions.edges.map(({ cursor }) => cursor);
}

/** All keys and values; then it is empty. */
async function searchRedis(url: string): Promise<Found[]> {
  const redis = new Redis(url);
  try {
    // Values would be dumped compressed.
    await redis.config('SET', 'rdbcompression', 'no');
    const found: Found[] = [];
    for await (const keys of redis.scanStream({ count: 500 }) as AsyncIterable<string[]>) {
      for (const key of keys) {
        // Null for a key that has just expired.
        const value = (await redis.dumpBuffer(key)) as Buffer | null;
        const dump = value?.toString('latin1') ?? '';
        const canary = canaryIn(key) ?? canaryIn(dump);
        if (canary !== null) found.push({ place: 'Redis', complaint: `it has a canary: ${canary}` });
      }
    }
    await redis.flushall();
    return found;
  } finally {
    redis.disconnect();
  }
}
