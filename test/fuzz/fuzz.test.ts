import { expect, test } from '@jest/globals';
import { runFuzz } from './fuzz.ts';

/** What took long says something about the machine too: `npm run fuzz` has a verdict on that. */
const TIMED = 'event loop';

test('10,000 malformed inputs, and all that was wrong once, are refused or answered rightly', async () => {
  const rows = await runFuzz({ inputs: 10_000, seed: 1, from: 0, redisUrl: null });

  const sent = rows
    .filter(({ name }) => name !== 'found before')
    .reduce((sum, { inputs }) => sum + inputs, 0);
  expect(sent).toBe(10_000);
  expect(rows.filter(({ name }) => name !== TIMED).flatMap(({ complaints }) => complaints)).toEqual([]);
}, 600_000);
