import { afterEach, describe, expect, test } from '@jest/globals';
import { startLists, stopLists, toldIn } from '../support/live-lists.ts';
import { numbers } from '../support/numbers.ts';
import { stopAll } from '../support/gateway.ts';

afterEach(async () => {
  await stopLists();
  await stopAll();
});

const FEW = { sandbox: { executions: 5 } };
const SMALL_PAGES = { sandbox: { executions: 30 }, env: { MAX_PAGE_SIZE: '10' } };

describe('a list that is watched', () => {
  test('is told as it is now, then what begins, goes on and ends, each once', async () => {
    const { watch, begin, tick, sandbox } = await startLists(FEW);
    const old = begin();
    const viewer = watch();
    const first = await viewer.next();
    expect(first.changes).toHaveLength(6);
    expect(new Set(first.changes.map(({ kind }) => kind))).toEqual(new Set(['PRESENT']));
    expect(first.changes[0]?.execution.id).toBe(old);

    const run = begin('ERRORED', 1000);
    await tick();
    expect(toldIn(await viewer.next(), { run })).toEqual(['CREATED run RUNNING']);
    await tick();
    sandbox.advanceClock(1000);
    const short = sandbox.addExecutions({ account: 'demo@example.com', status: 'STOPPED' })[0] ?? '';
    await tick();
    expect(toldIn(await viewer.next(), { run, short })).toEqual([
      'ENDED run ERRORED',
      'CREATED short STOPPED',
      'ENDED short STOPPED',
    ]);
  });

  test('costs one call a tick, however many watch it, and all get the very same object', async () => {
    const { watch, begin, tick, asked } = await startLists(FEW);
    begin();
    const viewers = numbers(1, 100).map(() => watch());
    const firsts = await Promise.all(viewers.map((viewer) => viewer.next()));
    expect(new Set(firsts).size).toBe(1);
    expect(asked()).toEqual(['list']);
    begin();
    await tick();
    const seconds = await Promise.all(viewers.map((viewer) => viewer.next()));
    expect(new Set(seconds).size).toBe(1);
    await tick();
    expect(asked()).toEqual(['list', 'list']);
  });

  test('is read at the pace of what goes on, and by nobody once nobody watches', async () => {
    const { watch, clock, asked, tick } = await startLists({ sandbox: { executions: 0 } });
    const viewer = watch({ statuses: ['RUNNING'] });
    await viewer.next();
    asked();
    clock.advance(9999);
    expect(asked()).toEqual([]);
    await tick(1);
    expect(asked()).toEqual(['list']);
    await viewer.leave();
    expect(clock.due()).toEqual([4000]);
    clock.advance(4000);
    expect(clock.due()).toEqual([]);
  });

  test.each(['WAITING', 'QUEUED', 'PARTLY_DONE'])(
    'does not hurry for a run that is %s, maybe for days',
    async (status) => {
      const { watch, clock, asked, tick, sandbox } = await startLists({ sandbox: { executions: 0 } });
      sandbox.addExecutions({ account: 'demo@example.com', status });
      const viewer = watch();
      expect((await viewer.next()).changes).toHaveLength(1);
      asked();
      clock.advance(9999);
      expect(asked()).toEqual([]);
      await tick(1);
      expect(asked()).toContain('list');
    },
  );

  test('is warm for who comes back at once', async () => {
    const { watch, asked, clock } = await startLists(FEW);
    const viewer = watch();
    await viewer.next();
    await viewer.leave();
    clock.advance(1000);
    asked();
    expect((await watch().next()).changes).toHaveLength(5);
    expect(asked()).toEqual([]);
  });

  test('is read anew for who comes later than a fast tick, so that nothing older is shown', async () => {
    const { watch, asked, clock, begin } = await startLists({ sandbox: { executions: 0 } });
    const viewer = watch();
    await viewer.next();
    const run = begin();
    clock.advance(3000);
    asked();
    const late = watch();
    expect(toldIn(await late.next(), { run })).toEqual(['PRESENT run RUNNING']);
    expect(toldIn(await viewer.next(), { run })).toEqual(['CREATED run RUNNING']);
    expect(asked()).toEqual(['list']);
  });

  test('ends for its viewers when all ends', async () => {
    const { watch, live, clock } = await startLists(FEW);
    const viewer = watch();
    await viewer.next();
    live.stop();
    expect(await viewer.raw()).toEqual({ done: true, value: undefined });
    expect(clock.due()).toEqual([]);
  });
});

describe('a list with states', () => {
  test('is joined and left by runs, whatever their age, and an end is told to whom the run was told', async () => {
    const { watch, begin, tick, sandbox } = await startLists(FEW);
    const run = begin('ERRORED', 1000);
    const going = watch({ statuses: ['RUNNING'] });
    const failed = watch({ statuses: ['ERRORED'] });
    expect(toldIn(await going.next(), { run })).toEqual(['PRESENT run RUNNING']);
    const before = await failed.next();
    expect(before.changes.every(({ execution }) => execution.status === 'ERRORED')).toBe(true);
    sandbox.advanceClock(1000);
    await tick();
    expect(toldIn(await going.next(), { run })).toEqual(['ENDED run ERRORED']);
    expect(toldIn(await failed.next(), { run })).toEqual(['CREATED run ERRORED', 'ENDED run ERRORED']);
    const late = watch({ statuses: ['ERRORED'] });
    expect((await late.next()).changes).toHaveLength(before.changes.length + 1);
  });

  test('is read once for whoever comes while it is watched', async () => {
    const { watch, asked } = await startLists(FEW);
    await watch({ statuses: ['COMPLETED', 'ERRORED'] }).next();
    expect(asked().sort()).toEqual(['list', 'list COMPLETED', 'list ERRORED']);
    await watch({ statuses: ['ERRORED', 'COMPLETED'] }).next();
    await watch().next();
    expect(asked()).toEqual([]);
  });
});

describe('a run that has gone out of sight', () => {
  test('is present, is covered by one list more, and its end is read by its id', async () => {
    const { watch, begin, tick, asked, sandbox } = await startLists(SMALL_PAGES);
    const run = begin('ERRORED', 60_000);
    sandbox.addExecutions({ account: 'demo@example.com', status: 'COMPLETED', count: 20 });
    const viewer = watch();
    const first = await viewer.next();
    expect(first.changes).toHaveLength(11);
    expect(toldIn(first, { run }).at(-1)).toBe('PRESENT run RUNNING');
    expect(asked().sort()).toEqual(['list', 'list RUNNING', 'list STOPPING']);
    await tick();
    expect(asked()).toEqual(['list', 'list RUNNING']);
    sandbox.advanceClock(60_000);
    await tick();
    expect(toldIn(await viewer.next(), { run })).toEqual(['ENDED run ERRORED']);
    expect(asked()).toEqual(['list', 'list RUNNING', 'run']);
    await tick(10_000);
    expect(asked()).toEqual(['list']);
  });

  test('is told of when many have ended at once: by pages, not by their ids', async () => {
    const { watch, begin, tick, asked, sandbox } = await startLists(SMALL_PAGES);
    const runs = numbers(1, 8).map(() => begin('ERRORED', 60_000));
    sandbox.addExecutions({ account: 'demo@example.com', status: 'COMPLETED', count: 12 });
    const viewer = watch();
    await viewer.next();
    sandbox.advanceClock(60_000);
    asked();
    await tick();
    const { changes } = await viewer.next();
    expect(changes.map(({ kind, execution }) => `${kind} ${execution.id}`)).toEqual(
      runs.map((id) => `ENDED ${id}`),
    );
    expect(asked()).toEqual(['list', 'list RUNNING', 'list 2']);
  });

  test('is followed by its id where upstream cannot be asked for its state', async () => {
    const { watch, tick, asked, sandbox, begin } = await startLists(SMALL_PAGES);
    const waiting = sandbox.addExecutions({ account: 'demo@example.com', status: 'WAITING', count: 2 });
    begin('COMPLETED', 3_600_000);
    const viewer = watch();
    await viewer.next();
    sandbox.addExecutions({ account: 'demo@example.com', status: 'COMPLETED', count: 9 });
    await tick();
    expect((await viewer.next()).changes).toHaveLength(18);
    asked();
    await tick();
    expect(asked()).toEqual(['list', 'run', 'run']);
    for (let ticks = 0; ticks < 4; ticks++) await tick();
    expect(asked()).toEqual(['list', 'list', 'list', 'list']);
    await tick();
    expect(asked()).toEqual(['list', 'run', 'run']);
    expect(waiting).toHaveLength(2);
  });
});

test('a full page is not taken for the last of a list, whatever total upstream tells with it', async () => {
  const { watch, tick, sandbox, begin } = await startLists({
    sandbox: { executions: 10 },
    env: { MAX_PAGE_SIZE: '5' },
  });
  begin();
  const viewer = watch();
  await viewer.next();
  const endOne = async () => {
    const [run = ''] = sandbox.addExecutions({ account: 'demo@example.com', status: 'COMPLETED' });
    await tick();
    return toldIn(await viewer.next(), { run });
  };
  await endOne();
  // Of the 12 rows it tells 10.
  sandbox.setOptions({ totalDocs: 'low' });
  await tick();
  sandbox.setOptions({ totalDocs: 'exact' });

  expect(await endOne()).toEqual(['CREATED run COMPLETED', 'ENDED run COMPLETED']);
});

test('more new runs than some pages hold let all begin again', async () => {
  const { watch, tick, sandbox, begin } = await startLists(SMALL_PAGES);
  const run = begin('ERRORED', 1000);
  const viewer = watch();
  const failed = watch({ statuses: ['ERRORED'] });
  await viewer.next();
  await failed.next();
  sandbox.addExecutions({ account: 'demo@example.com', status: 'ERRORED', count: 15 });
  await tick();
  expect((await viewer.next()).changes.map(({ kind }) => kind)).toEqual(
    numbers(1, 15).flatMap(() => ['CREATED', 'ENDED']),
  );
  await failed.next();
  sandbox.advanceClock(1000);
  sandbox.addExecutions({ account: 'demo@example.com', status: 'ERRORED', count: 60 });
  await tick();
  const again = toldIn(await viewer.next(), { run });
  expect(again[0]).toBe('ENDED run ERRORED');
  expect(again.slice(1).every((text) => text.startsWith('PRESENT'))).toBe(true);
  expect(again).toHaveLength(11);
  expect((await failed.next()).changes).toHaveLength(10);
});
