import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { MUTANTS } from './mutant-list.ts';
import { mutate } from './mutate.ts';

test.each(MUTANTS)('the mutant still has a place in the source: $name', async (mutant) => {
  const source = await readFile(mutant.file, 'utf8');
  expect(mutate(mutant, source)).not.toBe(source);
});
