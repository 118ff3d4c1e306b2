import { expect, test } from '@jest/globals';
import type { ExecutionChanges } from '../../src/domain/execution-changes.ts';
import { createMailbox } from '../../src/live/mailbox.ts';
import { frameOf, runOf, textsOf } from '../support/live-rows.ts';
import { numbers } from '../support/numbers.ts';

const PRESENT = frameOf('now', ['PRESENT', runOf(1)]);

function open(capacity = 100) {
  let ended = 0;
  const mailbox = createMailbox({
    capacity,
    begin: () => PRESENT,
    onEnd: () => {
      ended += 1;
    },
  });
  return { mailbox, ended: () => ended };
}

async function taken(mailbox: ReturnType<typeof open>['mailbox']): Promise<ExecutionChanges> {
  const { value } = await mailbox.next();
  if (value === undefined) throw new Error('It has ended');
  return value;
}

test('who keeps pace gets the very objects that all get', async () => {
  const { mailbox } = open();
  const [first, second] = [frameOf('1', ['CREATED', runOf(1)]), frameOf('2', ['ENDED', runOf(1)])];
  const waiting = mailbox.next();
  mailbox.put(first);
  expect((await waiting).value).toBe(first);
  mailbox.put(second);
  expect(await taken(mailbox)).toBe(second);
});

const RUN = runOf(1);
const LATER = runOf(1, 'STOPPING');
const END = runOf(1, 'ERRORED');

test.each<[string, ExecutionChanges[], string[]]>([
  [
    'CREATED and UPDATED are CREATED, with the newest state',
    [frameOf('1', ['CREATED', RUN]), frameOf('2', ['UPDATED', LATER])],
    ['CREATED 1 STOPPING'],
  ],
  [
    'CREATED and ENDED stay both',
    [frameOf('1', ['CREATED', RUN]), frameOf('2', ['UPDATED', LATER]), frameOf('3', ['ENDED', END])],
    ['CREATED 1 STOPPING', 'ENDED 1 ERRORED'],
  ],
  [
    'UPDATED and ENDED are ENDED',
    [frameOf('1', ['UPDATED', LATER]), frameOf('2', ['ENDED', END])],
    ['ENDED 1 ERRORED'],
  ],
  [
    'PRESENT and UPDATED are PRESENT, with the newest state',
    [frameOf('1', ['PRESENT', RUN]), frameOf('2', ['UPDATED', LATER])],
    ['PRESENT 1 STOPPING'],
  ],
  [
    'an end outlives a new beginning',
    [frameOf('1', ['ENDED', END]), frameOf('2', ['PRESENT', END], ['PRESENT', runOf(2)])],
    ['ENDED 1 ERRORED', 'PRESENT 2 RUNNING'],
  ],
  [
    'an end that only a new beginning tells is told',
    [frameOf('1', ['CREATED', RUN]), frameOf('2', ['PRESENT', END])],
    ['CREATED 1 RUNNING', 'ENDED 1 ERRORED'],
  ],
  [
    'runs stay in their order',
    [
      frameOf('1', ['CREATED', runOf(2)], ['CREATED', runOf(3)]),
      frameOf('2', ['ENDED', runOf(3, 'COMPLETED')], ['CREATED', runOf(4)]),
      frameOf('3', ['ENDED', runOf(2, 'STOPPED')]),
    ],
    ['CREATED 2 RUNNING', 'ENDED 2 STOPPED', 'CREATED 3 RUNNING', 'ENDED 3 COMPLETED', 'CREATED 4 RUNNING'],
  ],
])('for who is slow, %s', async (_what, frames, expected) => {
  const { mailbox } = open();
  for (const frame of frames) mailbox.put(frame);
  const folded = await taken(mailbox);
  expect(textsOf(folded)).toEqual(expected);
  expect(folded.cursor).toBe(frames.at(-1)?.cursor);
});

test('who is so slow that too many runs wait begins again, and goes on from there', async () => {
  const { mailbox } = open(10);
  for (const number of numbers(1, 11)) mailbox.put(frameOf('1', ['CREATED', runOf(number)]));
  for (const number of numbers(1, 11)) mailbox.put(frameOf('1', ['ENDED', runOf(number, 'ERRORED')]));
  expect(await taken(mailbox)).toBe(PRESENT);
  const next = frameOf('2', ['CREATED', runOf(12)]);
  mailbox.put(next);
  expect(await taken(mailbox)).toBe(next);
});

test('who begins again is told all ends of runs that it knew', async () => {
  const { mailbox } = open(10);
  mailbox.put(frameOf('1', ['ENDED', runOf(20, 'STOPPED')]));
  for (const number of numbers(2, 13)) mailbox.put(frameOf('1', ['UPDATED', runOf(number)]));
  mailbox.put(frameOf('2', ['CREATED', runOf(30)], ['ENDED', runOf(30, 'ERRORED')]));
  mailbox.put(frameOf('3', ['ENDED', runOf(1, 'ERRORED')], ['UPDATED', runOf(2)]));
  const { changes, cursor } = await taken(mailbox);
  expect(textsOf({ ...PRESENT, changes })).toEqual(['ENDED 20 STOPPED', 'ENDED 1 ERRORED']);
  expect(cursor).toBe(PRESENT.cursor);
});

test('the same few runs can change as often as they like', async () => {
  const { mailbox } = open(10);
  for (const number of numbers(1, 1000)) {
    mailbox.put(frameOf(String(number), ['UPDATED', runOf(number % 10)]));
  }
  expect((await taken(mailbox)).changes).toHaveLength(10);
});

test('who leaves has nothing more, and is told so at once', async () => {
  const { mailbox, ended } = open();
  const waiting = mailbox.next();
  await mailbox.return();
  expect(await waiting).toEqual({ done: true, value: undefined });
  mailbox.put(PRESENT);
  expect(await mailbox.next()).toEqual({ done: true, value: undefined });
  await mailbox.return();
  expect(ended()).toBe(1);
});

test('an error comes after what waits, once', async () => {
  const { mailbox, ended } = open();
  mailbox.put(PRESENT);
  mailbox.fail(new Error('It is over'));
  expect(ended()).toBe(1);
  expect(await taken(mailbox)).toBe(PRESENT);
  await expect(mailbox.next()).rejects.toThrow('It is over');
  expect(await mailbox.next()).toEqual({ done: true, value: undefined });
});

test('an error reaches who waits', async () => {
  const { mailbox } = open();
  const waiting = mailbox.next();
  mailbox.fail(new Error('It is over'));
  await expect(waiting).rejects.toThrow('It is over');
  expect(await mailbox.next()).toEqual({ done: true, value: undefined });
});
