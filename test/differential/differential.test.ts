import process from 'node:process';
import { expect, test } from '@jest/globals';
import { runDifferential } from './differential.ts';

/** How many questions are asked: `DIFFERENTIAL=100000` for more. */
const CASES = Number(process.env['DIFFERENTIAL'] ?? '20000');
/** Each upstream has a seed of its own; this is the first one's. */
const SEED = Number(process.env['DIFFERENTIAL_SEED'] ?? '1');

test(
  `answers what the rows say, or refuses honestly, from seed ${String(SEED)} on`,
  async () => {
    const { right, refused, complaints } = await runDifferential({
      cases: CASES,
      seed: SEED,
      maxComplaints: 10,
      atOnce: 1,
    });
    expect(complaints.join('\n')).toBe('');
    expect(right + refused).toBe(CASES);
    // One that refuses all would never be wrong.
    expect(right).toBeGreaterThan(refused * 3);
  },
  // So many take as long as they take.
  Math.max(300_000, CASES * 100),
);

test('answers what the rows say where several questions are asked at once', async () => {
  const { complaints } = await runDifferential({ cases: 3000, seed: SEED, maxComplaints: 10, atOnce: 6 });
  expect(complaints.join('\n')).toBe('');
});

// Upstreams beyond those above that the gateway has once answered wrongly about.
test.each([4556, 5926, 5991, 7386, 40_603])('answers what the rows of seed %i say', async (seed) => {
  const { complaints } = await runDifferential({ cases: 15, seed, maxComplaints: 1, atOnce: 1 });
  expect(complaints.join('\n')).toBe('');
});
