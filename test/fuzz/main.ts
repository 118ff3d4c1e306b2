import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { createRedisServer } from '../support/redis-process.ts';
import { runFuzz } from './fuzz.ts';

const USAGE = `npm run fuzz [-- options]: malformed inputs of every kind, and whether what follows is right

  --inputs <count>  how many (default: 100000)
  --seed <number>   what they are made from (default: another one each time)
  --from <number>   the first of them, to see one again
`;

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    from: { type: 'string', default: '0' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(USAGE);
} else {
  await run();
}

async function run(): Promise<void> {
  const since = performance.now();
  const redis = await startRedis();
  const rows = await runFuzz({
    inputs: Number(values.inputs),
    seed: Number(values.seed),
    from: Number(values.from),
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
    `Seed ${values.seed}, ${values.inputs} inputs from ${values.from} on, in ${seconds} s: ${isRight ? 'right' : 'WRONG'}.`,
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
