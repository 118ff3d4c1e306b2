import { execFile } from 'node:child_process';
import process from 'node:process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const run = promisify(execFile);
const CLOCK = new URL('../../src/clock.ts', import.meta.url).href;

// In a process of its own: here a rejection that nobody handles fails the test.
const SCRIPT = `
  import { Ending } from ${JSON.stringify(CLOCK)};
  process.on('unhandledRejection', ({ message }) => console.log('noted:', message));
  const ending = new Ending();
  const fail = (message) => () => {
    throw new Error(message);
  };
  const told = (name) => () => console.log('told:', name);
  for (const listener of [fail('one'), told('two'), fail('three'), told('four')]) ending.addEventListener('abort', listener);
  ending.abort(new Error('It is over'));
  console.log('goes on');
`;

test('all hear of an end, whatever some of them throw, and so does whoever notes defects', async () => {
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', SCRIPT]);

  expect(stdout.trim().split('\n')).toEqual([
    'told: two',
    'told: four',
    'goes on',
    'noted: one',
    'noted: three',
  ]);
});
