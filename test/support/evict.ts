import type { Redis } from 'ioredis';

/** How many keys come at least: more than there is room for. */
const FILLERS = 300;

/** Has Redis evict keys, all that it has recorded of jobs among them, and gives it room again. */
export async function evictJobs(client: Redis): Promise<void> {
  const used = /used_memory:(\d+)/.exec(await client.info('memory'))?.[1];
  await client.config('SET', 'maxmemory-policy', 'allkeys-random');
  await client.config('SET', 'maxmemory', Number(used) + 100_000);
  const left = async () => [...(await client.keys('*:job:*')), ...(await client.keys('*:mutation:*'))];
  for (let nth = 0; nth < FILLERS || (await left()).length > 0; nth++)
    await client.set(`filler:${String(nth)}`, 'x'.repeat(1000));
  await client.config('SET', 'maxmemory', 0);
}
