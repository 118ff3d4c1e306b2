import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { readDrawing, type Drawing } from '../support/drawing.ts';
import { createRedisServer } from '../support/redis-process.ts';
import { runFuzz } from './fuzz.ts';

const drawing = readDrawing(
  'npm run fuzz [-- options]: malformed inputs of every kind, and whether what follows is right',
  100_000,
);
if (drawing !== null) await run(drawing);

async function run(drawing: Drawing): Promise<void> {
  const since = performance.now();
  const redis = await startRedis();
  const rows = await runFuzz({
    ...drawing,
    redisUrl: redis?.url ?? null,
  }).finally(() => redis?.kill());
  for (const { name, inputs, outcomes, complaints } of rows) {
    const verdict = complaints.length === 0 ? 'right' : 'WRONG';
    const answers = [...outcomes]
      .sort(([, one], [, other]) => other - one)
      .map(([outcome, count]) => `${outcome} x ${String(count)}`);
    console.log(
      [name.padEnd(16), verdict.padEnd(6), String(inputs).padStart(8), answers.join(', ')].join('  '),
    );
    for (const complaint of complaints) console.log(`  ${complaint}`);
  }
  const isRight = rows.every(({ complaints }) => complaints.length === 0);
  const seconds = ((performance.now() - since) / 1000).toFixed(0);
  console.log(
    `Seed ${String(drawing.seed)}, ${String(drawing.inputs)} inputs from ${String(drawing.from)} on, in ${seconds} s: ${isRight ? 'right' : 'WRONG'}.`,
  );
  process.exitCode = isRight ? 0 : 1;
}

/** Redis of its own for the gateway; null where it is not installed. */
async function startRedis() {
  if (spawnSync('redis-server', ['--version']).status !== 0) {
    console.log('Redis is left out: install redis-server.');
    return null;
  }
  const redis = await createRedisServer();
  await redis.start();
  return redis;
}
