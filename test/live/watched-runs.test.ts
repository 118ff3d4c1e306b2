import { describe, expect, test } from '@jest/globals';
import { accountTagOf } from '../../src/domain/hint.ts';
import type { RunEvent } from '../../src/live/watched-run.ts';
import { FAILED } from '../support/sandbox.ts';
import { passRetryWait } from '../support/watched.ts';
import { DEMO_CREDENTIAL, OTHER_CREDENTIAL, PACE, startWatchedRuns } from '../support/watched-runs.ts';

const UNKNOWN_ID = '65410cf6cdf931a12d7abfff';
const LONG_MS = 600_000;

type Events = AsyncIterator<RunEvent, undefined>;

/** What comes next: a state, `null`, or `over`. */
async function next(events: Events): Promise<string | null> {
  const { done, value } = await events.next();
  return done === true ? 'over' : (value?.status ?? null);
}

/** All that is told from now on, and that it comes to an end. */
async function rest(events: Events): Promise<(string | null)[]> {
  const told = [];
  for (let state = await next(events); state !== 'over'; state = await next(events)) told.push(state);
  return told;
}

/** Whether something is told by now. */
async function isTold(pending: Promise<unknown>): Promise<boolean> {
  const nothing = Symbol('nothing');
  return (await Promise.race([pending, Promise.resolve(nothing)])) !== nothing;
}

describe('a run that is watched', () => {
  test('is told as it is now, and its end once', async () => {
    const { add, watch, tick, asked } = await startWatchedRuns();
    const [id = ''] = add(1, 5000, 'ERRORED');
    const events = watch(id);
    expect(await next(events)).toBe('RUNNING');
    expect(asked()).toEqual([`/execution/${id}`]);
    const end = next(events);
    for (let ticks = 0; ticks < 2; ticks++) {
      await tick();
      expect(asked()).toEqual(['/execution RUNNING']);
      expect(await isTold(end)).toBe(false);
    }
    await tick();
    expect(asked()).toEqual(['/execution RUNNING', `/execution/${id}`]);
    expect(await end).toBe('ERRORED');
    expect(await rest(events)).toEqual([]);
  });

  test('costs nothing once it has ended', async () => {
    const { watch, due, asked } = await startWatchedRuns();
    expect(await rest(watch(FAILED))).toEqual(['ERRORED']);
    expect(await rest(watch(FAILED.toUpperCase()))).toEqual(['ERRORED']);
    expect(asked()).toEqual([`/execution/${FAILED}`]);
    expect(due()).toEqual([]);
  });

  test.each([
    ['unknown', UNKNOWN_ID, undefined],
    ['of another account', FAILED, OTHER_CREDENTIAL],
  ])('is null, and over, where it is %s', async (_what, id, credential) => {
    const { watch, due, asked } = await startWatchedRuns();
    expect(await rest(watch(id, credential && { credential }))).toEqual([null]);
    expect(asked()).toEqual([`/execution/${id}`]);
    expect(await rest(watch(id, credential && { credential }))).toEqual([null]);
    expect(asked()).toEqual([]);
    expect(due()).toEqual([]);
  });

  test('is named by what can be an id', async () => {
    const { watch } = await startWatchedRuns();
    expect(() => watch('../workflow')).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }));
  });

  test('is read for nobody once its last viewer has left', async () => {
    const { add, watch, tick, due, asked } = await startWatchedRuns();
    const [id = ''] = add(1, LONG_MS);
    const viewers = [watch(id), watch(id)];
    for (const viewer of viewers) expect(await next(viewer)).toBe('RUNNING');
    const pending = viewers.map((viewer) => viewer.next());
    await viewers[0]?.return();
    expect(await pending[0]).toEqual({ done: true, value: undefined });
    await tick();
    expect(asked()).toEqual([`/execution/${id}`, '/execution RUNNING']);
    await viewers[1]?.return();
    expect(due()).toEqual([]);
  });

  test('is one object for all who want the same', async () => {
    const { add, watch, tick } = await startWatchedRuns();
    const [id = ''] = add(1, 1000);
    const viewers = [
      watch(id),
      watch(id),
      watch(id, { wantsDetail: true }),
      watch(id, { wantsDetail: true }),
    ];
    const told = async () => Promise.all(viewers.map(async (viewer) => (await viewer.next()).value));
    await told();
    const later = told();
    await tick();
    const [one, other, detail, otherDetail] = await later;
    expect(one).toMatchObject({ id, status: 'COMPLETED' });
    expect(one).not.toHaveProperty('nodes');
    expect(other).toBe(one);
    expect(detail).toMatchObject({ id, status: 'COMPLETED', completionPercentage: 100 });
    expect(otherDetail).toBe(detail);
  });

  test('is told by its newest state to a viewer who is slow, and its end', async () => {
    const { add, watch, tick } = await startWatchedRuns();
    const [id = ''] = add(1, 3000);
    const [slow, detailed] = [watch(id), watch(id, { wantsDetail: true })];
    expect(await next(slow)).toBe('RUNNING');
    expect(await next(detailed)).toBe('RUNNING');
    await tick();
    await tick();
    expect(await rest(slow)).toEqual(['COMPLETED']);
    expect(await rest(detailed)).toEqual(['COMPLETED']);
  });

  test('with its steps is read by its detail alone, and only who wants them is told of progress', async () => {
    const { add, watch, tick, asked } = await startWatchedRuns();
    const [id = ''] = add(1, 5000);
    const [plain, detailed] = [watch(id), watch(id, { wantsDetail: true })];
    expect(await next(plain)).toBe('RUNNING');
    expect((await detailed.next()).value).toMatchObject({ status: 'RUNNING', completionPercentage: 0 });
    asked();
    const end = plain.next();
    for (const percentage of [40, 80]) {
      await tick();
      expect(asked()).toEqual([`/execution/${id}`]);
      expect((await detailed.next()).value).toMatchObject({ completionPercentage: percentage });
      expect(await isTold(end)).toBe(false);
    }
    await tick();
    expect((await detailed.next()).value).toMatchObject({ status: 'COMPLETED', completionPercentage: 100 });
    expect((await end).value).toMatchObject({ status: 'COMPLETED' });
  });

  test('whose viewers with steps have left is read with the others again', async () => {
    const { add, watch, tick, asked } = await startWatchedRuns();
    const [id = ''] = add(1, LONG_MS);
    const [plain, detailed] = [watch(id), watch(id, { wantsDetail: true })];
    expect(await next(plain)).toBe('RUNNING');
    expect(await next(detailed)).toBe('RUNNING');
    await detailed.return();
    asked();
    await tick();
    expect(asked()).toEqual(['/execution RUNNING']);
  });
});

describe('the runs that one caller watches', () => {
  test.each([1, 10, 50])('are %i, and one list is read for them', async (count) => {
    const { add, watch, tick, asked } = await startWatchedRuns();
    const ids = add(count, LONG_MS);
    const viewers = ids.map((id) => watch(id));
    for (const viewer of viewers) expect(await next(viewer)).toBe('RUNNING');
    expect(asked()).toHaveLength(Math.min(count, 2));
    for (let ticks = 0; ticks < 5; ticks++) await tick();
    expect(asked()).toEqual(Array.from({ length: 5 }, () => '/execution RUNNING'));
  });

  test('are told their ends with few calls where many end at once', async () => {
    const { add, watch, tick, asked } = await startWatchedRuns();
    const viewers = add(50, 3000).map((id) => watch(id));
    for (const viewer of viewers) expect(await next(viewer)).toBe('RUNNING');
    const ends = viewers.map(rest);
    await tick();
    asked();
    await tick();
    expect(asked()).toEqual(['/execution RUNNING', '/execution']);
    for (const end of ends) expect(await end).toEqual(['COMPLETED']);
  });

  test('are kept apart from what others watch', async () => {
    const { add, watch, tick, asked } = await startWatchedRuns();
    const [mine = ''] = add(1, LONG_MS);
    const [theirs = ''] = add(1, LONG_MS, 'COMPLETED', 'other@example.com');
    expect(await next(watch(mine))).toBe('RUNNING');
    expect(await next(watch(theirs, { credential: OTHER_CREDENTIAL }))).toBe('RUNNING');
    expect(await rest(watch(theirs))).toEqual([null]);
    asked();
    await tick(PACE.fastMs, 2);
    expect(asked()).toEqual(['/execution RUNNING', '/execution RUNNING']);
  });
});

describe('runs that the list of running ones is without', () => {
  test('are read in turn, two at a time', async () => {
    const { sandbox, add, watch, tick, asked } = await startWatchedRuns();
    const ids = sandbox.addExecutions({ account: 'demo@example.com', count: 4, status: 'QUEUED' });
    const [running = ''] = add(1, LONG_MS);
    expect(await next(watch(running))).toBe('RUNNING');
    for (const id of ids) expect(await next(watch(id))).toBe('QUEUED');
    asked();
    const read = [];
    for (let ticks = 0; ticks < 4; ticks++) {
      await tick();
      const [list, ...byId] = asked();
      expect(list).toBe('/execution RUNNING');
      expect(byId).toHaveLength(2);
      read.push(...byId);
    }
    expect(read.toSorted()).toEqual([...ids, ...ids].map((id) => `/execution/${id}`).toSorted());
  });

  test('since they do not fit its page, are read in turn, too', async () => {
    const { add, watch, tick, asked } = await startWatchedRuns({ pageSize: 3 });
    const ids = add(5, LONG_MS);
    for (const id of ids) expect(await next(watch(id))).toBe('RUNNING');
    asked();
    await tick();
    expect(asked().toSorted()).toEqual([
      '/execution RUNNING',
      ...ids.slice(0, 2).map((id) => `/execution/${id}`),
    ]);
  });

  test('since they are being stopped, are told when they have stopped', async () => {
    const { sandbox, watch, tick } = await startWatchedRuns();
    const [id = ''] = sandbox.addExecutions({ account: 'demo@example.com', status: 'STOPPING' });
    const events = watch(id);
    expect(await next(events)).toBe('STOPPING');
    await tick();
    expect(await rest(events)).toEqual(['STOPPED']);
  });
});

test('a run of the first generation is told of, too', async () => {
  const { add, watch, tick } = await startWatchedRuns({ sandbox: { generation: 'd1' } });
  const [id = ''] = add(1, 3000);
  const [plain, detailed] = [watch(id), watch(id, { wantsDetail: true })];
  for (const events of [plain, detailed]) expect(await next(events)).toBe('RUNNING');
  const ends = [rest(plain), rest(detailed)];
  await tick();
  await tick();
  expect(await Promise.all(ends)).toEqual([['COMPLETED'], ['RUNNING', 'COMPLETED']]);
  expect(await rest(watch(UNKNOWN_ID))).toEqual([null]);
});

describe('what fails', () => {
  test('for a while is read again, and its end is told', async () => {
    const { add, watch, tick, sandbox, clock } = await startWatchedRuns();
    const [id = ''] = add(1, 3000);
    const events = watch(id);
    expect(await next(events)).toBe('RUNNING');
    sandbox.addFault({ match: { route: '/execution' }, status: 503, times: 2 });
    const failed = tick();
    await passRetryWait(clock);
    await failed;
    await tick(2 * PACE.fastMs);
    expect(await rest(events)).toEqual(['COMPLETED']);
  });

  test('in one way is done in another', async () => {
    const { add, watch, tick, sandbox } = await startWatchedRuns();
    const [id = ''] = add(1, 1000);
    const events = watch(id);
    expect(await next(events)).toBe('RUNNING');
    sandbox.addFault({ match: { route: '/execution' }, body: 'no list', times: 1 });
    await tick();
    expect(await rest(events)).toEqual(['COMPLETED']);
  });

  test.each([
    [401, 'UNAUTHENTICATED'],
    [403, 'FORBIDDEN'],
  ])('with %i ends it for all with %s', async (status, code) => {
    const { add, watch, tick, sandbox, due } = await startWatchedRuns();
    const viewers = add(2, LONG_MS).map((id) => watch(id));
    for (const viewer of viewers) expect(await next(viewer)).toBe('RUNNING');
    sandbox.addFault({ match: { route: '/execution' }, status });
    const ends = viewers.map((viewer) => viewer.next());
    const checks = ends.map((end) => expect(end).rejects.toMatchObject({ code }));
    await tick();
    await Promise.all(checks);
    expect(await rest(viewers[0] as Events)).toEqual([]);
    expect(due()).toEqual([]);
  });

  test('at first is that viewer’s affair', async () => {
    const { add, watch, sandbox } = await startWatchedRuns();
    const [id = ''] = add(1, LONG_MS);
    sandbox.addFault({ match: { route: '/execution/{execution_id}' }, status: 401 });
    await expect(watch(id).next()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await next(watch(id))).toBe('RUNNING');
  });
});

describe('too many runs', () => {
  test.each([
    ['by one caller', { maxRunsPerCaller: 2 }, false],
    ['by all together', { maxRuns: 2 }, true],
  ])('watched %s are refused, and not those that are watched already', async (_by, limits, isForAll) => {
    const { add, watch } = await startWatchedRuns(limits);
    const [one = '', two = '', three = ''] = add(3, LONG_MS);
    const [theirs = ''] = add(1, LONG_MS, 'COMPLETED', 'other@example.com');
    const viewers = [watch(one), watch(two), watch(two)];
    for (const viewer of viewers) expect(await next(viewer)).toBe('RUNNING');
    await expect(watch(three).next()).rejects.toMatchObject({
      code: 'OVERLOADED',
      details: { retryAfterMs: 5000 },
    });
    const other = watch(theirs, { credential: OTHER_CREDENTIAL }).next();
    const refused = await other.then(
      () => false,
      () => true,
    );
    expect(refused).toBe(isForAll);
    await viewers[0]?.return();
    expect(await next(watch(three))).toBe('RUNNING');
  });
});

describe('a hint', () => {
  const ACCOUNT = accountTagOf('demo@example.com');

  test.each([
    ['of the run', (id: string) => ({ runId: id.toUpperCase(), accountTag: ACCOUNT })],
    ['of the run alone', (id: string) => ({ runId: id })],
  ])('%s lets it be read at once, by its id', async (_of, hintOf) => {
    const { add, watch, tick, runs, clock, asked } = await startWatchedRuns();
    const [id = '', other = ''] = add(2, 100);
    const events = watch(id);
    expect(await next(events)).toBe('RUNNING');
    expect(await next(watch(other))).toBe('RUNNING');
    asked();
    clock.advance(100);
    runs.wake(hintOf(id));
    await tick(0);
    expect(asked()).toEqual([`/execution/${id}`]);
    expect(await rest(events)).toEqual(['COMPLETED']);
  });

  test.each([
    ['the linked account', { accountTag: ACCOUNT }],
    ['the caller', { identity: DEMO_CREDENTIAL.identity }],
  ])('of %s lets all be read at once, by what is answered from then on', async (_of, hint) => {
    const { add, watch, tick, runs, clock, asked } = await startWatchedRuns();
    const events = add(1, 100).map((id) => watch(id))[0] as Events;
    expect(await next(events)).toBe('RUNNING');
    asked();
    clock.advance(100);
    runs.wake(hint);
    await tick(0);
    expect(asked()).toEqual(['/execution RUNNING', expect.stringMatching(/^\/execution\/\w{24}$/)]);
    expect(await rest(events)).toEqual(['COMPLETED']);
  });

  test('of something else wakes nobody', async () => {
    const { add, watch, runs, due } = await startWatchedRuns();
    const [id = ''] = add(1, LONG_MS);
    expect(await next(watch(id))).toBe('RUNNING');
    runs.wake({ runId: FAILED, accountTag: ACCOUNT });
    runs.wake({ accountTag: accountTagOf('other@example.com') });
    runs.wake({ identity: OTHER_CREDENTIAL.identity });
    runs.wake({ identity: DEMO_CREDENTIAL.identity, isAnswered: true, reading: 'a list' });
    // The next reading is still to come, and none has begun.
    expect(due()).toEqual([PACE.fastMs]);
  });

  test('after another one waits, and what comes meanwhile is read together with it', async () => {
    const { add, watch, tick, runs, asked } = await startWatchedRuns();
    const ids = add(5, LONG_MS);
    for (const id of ids) expect(await next(watch(id))).toBe('RUNNING');
    asked();
    const [first = '', ...others] = ids;
    runs.wake({ runId: first });
    await tick(0);
    for (const id of others) runs.wake({ runId: id });
    await tick(250);
    expect(asked()).toEqual([`/execution/${first}`, '/execution RUNNING']);
  });

  test('that upstream tells slows the pace, and does not stop it', async () => {
    const { add, watch, tick, runs, due } = await startWatchedRuns();
    const [id = ''] = add(1, LONG_MS);
    expect(await next(watch(id))).toBe('RUNNING');
    await tick();
    expect(due()).toEqual([PACE.fastMs]);
    runs.wake({ runId: id, accountTag: ACCOUNT });
    await tick(0);
    await tick();
    expect(due()).toEqual([3 * PACE.fastMs]);
  });

  test('is given when upstream has told news, and not when it has told none', async () => {
    const { add, watch, tick, seen } = await startWatchedRuns();
    const [id = ''] = add(1, 3000);
    expect(await next(watch(id))).toBe('RUNNING');
    await tick();
    expect(seen).toEqual([]);
    await tick();
    expect(seen).toEqual([{ identity: DEMO_CREDENTIAL.identity, isAnswered: true, reading: 'runs' }]);
  });
});

test('readings, events and their lag are counted', async () => {
  const { add, watch, tick, metrics } = await startWatchedRuns();
  const [id = ''] = add(1, 3000);
  const viewers = [watch(id), watch(id)];
  for (const viewer of viewers) expect(await next(viewer)).toBe('RUNNING');
  await tick();
  expect((await metrics.print()).text).toContain('refold_gateway_live_runs 1');
  await tick();
  const { text: printed } = await metrics.print();
  for (const line of [
    'live_runs 0',
    'live_ticks_total{what="runs",outcome="unchanged"} 1',
    'live_ticks_total{what="runs",outcome="changed"} 1',
    'live_events_total{kind="ENDED"} 2',
    'live_lag_seconds_bucket{le="1"} 1',
    'live_lag_seconds_bucket{le="0.5"} 0',
  ]) {
    expect(printed).toContain(`refold_gateway_${line}`);
  }
});

test('all that is watched ends when the gateway does', async () => {
  const { add, watch, runs, due } = await startWatchedRuns();
  const viewers = add(2, LONG_MS).map((id) => watch(id));
  for (const viewer of viewers) expect(await next(viewer)).toBe('RUNNING');
  runs.stop();
  for (const viewer of viewers) expect(await rest(viewer)).toEqual([]);
  expect(due()).toEqual([]);
});
