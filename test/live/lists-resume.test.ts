import { afterEach, describe, expect, test } from '@jest/globals';
import { sessionTokenCredential } from '../../src/domain/credential.ts';
import type { ExecutionFilter } from '../../src/domain/model.ts';
import { stopAll } from '../support/gateway.ts';
import { startLists, stopLists, toldIn } from '../support/live-lists.ts';
import { numbers } from '../support/numbers.ts';

afterEach(async () => {
  await stopLists();
  await stopAll();
});

const ACCOUNT = 'demo@example.com';
const refused = { code: 'BAD_USER_INPUT', message: 'after is not a cursor of this list with this filter' };

/** Two replicas over one upstream that share nothing. */
async function startTwo(env: Record<string, string> = {}) {
  const one = await startLists({ sandbox: { executions: 30 }, env });
  const { sandbox, clock } = one;
  return { one, two: await startLists({ upstream: sandbox, clock, env }), sandbox, clock, begin: one.begin };
}

describe('who goes on from a cursor at another replica', () => {
  test('is told what began and ended meanwhile, once and in order, and what comes then', async () => {
    const { one, two, sandbox, begin } = await startTwo();
    const [ending, staying] = [begin('ERRORED', 1000), begin()];
    const { cursor } = await one.watch().next();
    sandbox.advanceClock(1000);
    const going = begin('COMPLETED', 5000);
    const short = sandbox.addExecutions({ account: ACCOUNT, status: 'STOPPED' })[0] ?? '';

    const names = { ending, staying, going, short };
    const viewer = two.watch({}, cursor);
    expect(toldIn(await viewer.next(), names)).toEqual([
      'ENDED ending ERRORED',
      'CREATED going RUNNING',
      'CREATED short STOPPED',
      'ENDED short STOPPED',
    ]);
    sandbox.advanceClock(5000);
    await two.tick();
    const after = await viewer.next();
    expect(toldIn(after, names)).toEqual(['ENDED going COMPLETED']);
    expect(toldIn(await one.watch({}, after.cursor).next(), names)).toEqual([]);
  });

  test('is not told again what was told before this one has read it', async () => {
    const { one, two, sandbox, begin } = await startTwo();
    const ending = begin('ERRORED', 1000);
    const staying = two.watch();
    await staying.next();
    const viewer = one.watch();
    await viewer.next();
    sandbox.advanceClock(1000);
    const short = sandbox.addExecutions({ account: ACCOUNT, status: 'STOPPED' })[0] ?? '';
    one.live.wake({ runId: ending });
    await one.tick(1000);
    const names = { ending, short };
    const { changes, cursor } = await viewer.next();
    expect(changes).toHaveLength(3);

    const again = two.watch({}, cursor);
    expect(toldIn(await again.next(), names)).toEqual([]);
    const next = begin();
    await two.tick(10_000);
    expect(toldIn(await again.next(), { next })).toEqual(['CREATED next RUNNING']);
  });

  test('has nothing to be told where nothing has happened', async () => {
    const { one, two } = await startTwo();
    const { cursor } = await one.watch().next();
    const viewer = two.watch({}, cursor);
    const first = await viewer.next();
    expect(first.changes).toEqual([]);
    expect((await one.watch({}, first.cursor).next()).changes).toEqual([]);
  });

  test('is told of ends that are out of sight: those runs are read by their ids', async () => {
    const { one, two, sandbox, begin } = await startTwo({ MAX_PAGE_SIZE: '10' });
    const runs = numbers(1, 3).map(() => begin('ERRORED', 1000));
    const { cursor } = await one.watch().next();
    sandbox.advanceClock(1000);
    sandbox.addExecutions({ account: ACCOUNT, status: 'COMPLETED', count: 15 });
    two.asked();
    const { changes } = await two.watch({}, cursor).next();
    const ends = changes.filter(({ kind, execution }) => kind === 'ENDED' && runs.includes(execution.id));
    expect(ends.map(({ execution }) => execution.id)).toEqual(runs);
    expect(changes.filter(({ kind }) => kind === 'CREATED')).toHaveLength(15);
    expect(two.asked().sort()).toEqual(['list', 'list 2', 'list RUNNING', 'list STOPPING']);
  });

  test('is told that a run has left a list with states only by its end', async () => {
    const { one, two, sandbox } = await startTwo();
    const filter: ExecutionFilter = { statuses: ['RUNNING'] };
    const run = sandbox.addExecutions({ account: ACCOUNT, durationMs: 3_600_000 })[0] ?? '';
    const { cursor } = await one.watch(filter).next();
    await fetch(`${sandbox.url}/api/v2/public/execution/${run}/stop`, {
      method: 'POST',
      headers: { 'x-api-key': 'tk_demo', linked_account_id: ACCOUNT },
    });
    const viewer = two.watch(filter, cursor);
    expect(toldIn(await viewer.next(), { run })).toEqual(['UPDATED run STOPPING']);
    sandbox.advanceClock(60_000);
    await two.tick();
    expect(toldIn(await viewer.next(), { run })).toEqual(['ENDED run STOPPED']);
  });

  test('is told of a run that has joined a list with states by failing, however old it is', async () => {
    const { one, two, sandbox, begin } = await startTwo();
    const run = begin('ERRORED', 1000);
    const { cursor } = await one.watch({ statuses: ['ERRORED'] }).next();
    sandbox.advanceClock(1000);
    expect(toldIn(await two.watch({ statuses: ['ERRORED'] }, cursor).next(), { run })).toEqual([
      'CREATED run ERRORED',
      'ENDED run ERRORED',
    ]);
  });

  test('begins again where more has begun than some pages hold', async () => {
    const { one, two, sandbox } = await startTwo({ MAX_PAGE_SIZE: '10' });
    const { cursor } = await one.watch().next();
    sandbox.addExecutions({ account: ACCOUNT, status: 'COMPLETED', count: 80 });
    const { changes } = await two.watch({}, cursor).next();
    expect(changes.map(({ kind }) => kind)).toEqual(numbers(1, 10).map(() => 'PRESENT'));
  });

  test('begins again where more runs went on than a cursor holds', async () => {
    const { one, two, begin, sandbox } = await startTwo();
    sandbox.addExecutions({ account: ACCOUNT, count: 100, durationMs: 3_600_000 });
    const viewer = one.watch();
    const { cursor } = await viewer.next();
    expect((await two.watch({}, cursor).next()).changes).toEqual([]);
    begin();
    await one.tick();
    const { cursor: full } = await viewer.next();
    const { changes } = await two.watch({}, full).next();
    expect(new Set(changes.map(({ kind }) => kind))).toEqual(new Set(['PRESENT']));
  });
});

describe('a cursor', () => {
  test.each<[string, ExecutionFilter]>([
    ['another filter', { source: 'EVENT' }],
    ['other states', { statuses: ['ERRORED'] }],
  ])('of a list with %s is refused without a call', async (_what, filter) => {
    const { watch, asked } = await startLists();
    const { cursor } = await watch(filter).next();
    asked();
    expect(() => watch({}, cursor)).toThrow(expect.objectContaining(refused));
    expect(() => watch({}, 'nonsense')).toThrow(expect.objectContaining(refused));
    expect(asked()).toEqual([]);
  });

  test('outlives the session token that it was got with, and is of no use for another account', async () => {
    const { watch } = await startLists();
    const { cursor } = await watch({}, null, sessionTokenCredential('session-demo', null)).next();
    expect((await watch({}, cursor).next()).changes).toEqual([]);
    const other = watch({}, cursor, sessionTokenCredential('session-other', null));
    await expect(other.next()).rejects.toMatchObject(refused);
  });
});
