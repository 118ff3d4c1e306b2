import { setImmediate } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { untilLeft } from '../../src/upstream/until-left.ts';

const LEFT = new Error('left');

// A rejection that nobody handles would end the gateway; here it fails the test.
test('who has left before is told so, and a failure that comes later is nobody’s', async () => {
  const late = Promise.withResolvers<string>();

  await expect(untilLeft(AbortSignal.abort(LEFT), late.promise)).rejects.toBe(LEFT);

  late.reject(new Error('late'));
  await setImmediate();
});

test('who leaves while it is waited for is told so at once', async () => {
  const late = Promise.withResolvers<string>();
  const leaving = new AbortController();
  const waited = untilLeft(leaving.signal, late.promise);

  leaving.abort(LEFT);
  await expect(waited).rejects.toBe(LEFT);

  late.reject(new Error('late'));
  await setImmediate();
});
