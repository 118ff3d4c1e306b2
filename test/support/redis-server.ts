import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll } from '@jest/globals';

export { createRedisServer, type RedisServer } from './redis-process.ts';

// A file that imports this one has a turn of its own: see redis-turns.js. Other files may take theirs before.
const MOST_PATIENT_MS = 1_800_000;
let turn: Socket | undefined;

beforeAll(async () => {
  turn = connect(Number(process.env['REDIS_TURNS_PORT']), '127.0.0.1');
  await once(turn, 'data');
}, MOST_PATIENT_MS);

afterAll(() => {
  turn?.destroy();
});
