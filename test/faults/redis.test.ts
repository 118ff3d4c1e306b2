import { test } from '@jest/globals';
// Takes this file's turn at Redis.
import '../support/redis-server.ts';
import { RUN_MS, runsOf } from './frame.ts';
import { PARTS } from './rows.ts';

test.each(runsOf(PARTS.redis))('row $number: $fault, seed $seed', ({ expectRight }) => expectRight(), RUN_MS);
