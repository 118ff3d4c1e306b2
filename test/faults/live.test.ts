import { test } from '@jest/globals';
import { RUN_MS, runsOf } from './frame.ts';
import { PARTS } from './rows.ts';

test.each(runsOf(PARTS.live))('row $number: $fault, seed $seed', ({ expectRight }) => expectRight(), RUN_MS);
