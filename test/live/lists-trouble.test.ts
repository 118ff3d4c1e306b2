import { afterEach, describe, expect, test } from '@jest/globals';
import { apiKeyCredential, sessionTokenCredential } from '../../src/domain/credential.ts';
import { accountTagOf } from '../../src/domain/hint.ts';
import { stopAll } from '../support/gateway.ts';
import { startLists, stopLists, toldIn } from '../support/live-lists.ts';

afterEach(async () => {
  await stopLists();
  await stopAll();
});

const FEW = { sandbox: { executions: 5 } };
const DEMO = apiKeyCredential('API_KEY', 'tk_demo', 'demo@example.com');

describe('a list that cannot be read', () => {
  test('for a while is told on from where it was, and how old it is for who comes meanwhile', async () => {
    const { watch, begin, tick, sandbox } = await startLists(FEW);
    const staying = begin();
    const viewer = watch();
    const before = await viewer.next();
    sandbox.addFault({ body: 'nonsense', times: 1000 });
    const run = begin();
    await tick();
    const late = await watch().next();
    expect(late.asOf).toEqual(before.asOf);
    expect(late.changes).toHaveLength(before.changes.length);
    sandbox.clearFaults();
    await tick(60_000);
    expect(toldIn(await viewer.next(), { run, staying })).toEqual(['CREATED run RUNNING']);
  });

  test('in time is shown as it was read last', async () => {
    const { watch, clock, sandbox } = await startLists(FEW);
    const first = await watch().next();
    clock.advance(3000);
    sandbox.addFault({ hang: 'before-headers', times: 1000 });
    const late = watch();
    clock.advance(1000);
    const frame = await late.next();
    expect(frame).toEqual(first);
    sandbox.clearFaults();
  });

  test.each([
    [401, 'UNAUTHENTICATED'],
    [403, 'FORBIDDEN'],
  ])('since upstream says %i ends for all who watch it', async (status, code) => {
    const { watch, begin, clock, sandbox } = await startLists(FEW);
    begin();
    const viewers = [watch(), watch({ statuses: ['ERRORED'] })];
    for (const viewer of viewers) await viewer.next();
    sandbox.addFault({ status, times: 1000 });
    clock.advance(2000);
    for (const viewer of viewers) {
      await expect(viewer.next()).rejects.toMatchObject({ code });
      expect(await viewer.raw()).toEqual({ done: true, value: undefined });
    }
    expect(clock.due()).toEqual([]);
  });

  test('by these credentials is refused, and leaves nothing behind', async () => {
    const { watch, clock } = await startLists(FEW);
    const viewer = watch({}, null, sessionTokenCredential('nobody', null));
    await expect(viewer.next()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    clock.advance(0);
    expect(clock.due()).toEqual([]);
  });

  test('by a filter that upstream ignores is NOT_SUPPORTED, and names it', async () => {
    const { watch } = await startLists({ sandbox: { executions: 20, generation: 'd1' } });
    const viewer = watch({ workflowId: '64f7258e35b72267edc02589' });
    await expect(viewer.next()).rejects.toMatchObject({
      code: 'NOT_SUPPORTED',
      message: expect.stringContaining('workflowId'),
    });
  });

  test('since the rate is used up waits as long as upstream says', async () => {
    const { watch, begin, tick, asked, clock, sandbox } = await startLists(FEW);
    begin();
    const viewer = watch();
    await viewer.next();
    sandbox.addFault({ status: 429, retryAfter: 20, times: 1 });
    await tick();
    asked();
    clock.advance(19_000);
    expect(asked()).toEqual([]);
    await tick(1000);
    expect(asked()).toEqual(['list']);
  });
});

describe('a hint', () => {
  test.each([
    ['of the linked account', { accountTag: accountTagOf('demo@example.com') }],
    ['of the caller', { identity: DEMO.identity }],
  ])('%s lets a list be read at once', async (_what, hint) => {
    const { watch, begin, tick, live } = await startLists(FEW);
    const viewer = watch();
    await viewer.next();
    const run = begin();
    live.wake(hint);
    await tick(0);
    expect(toldIn(await viewer.next(), { run })).toEqual(['CREATED run RUNNING']);
  });

  test('of a run that upstream has shown lets it be read by its id where it is out of sight', async () => {
    const { watch, begin, tick, live, sandbox, asked } = await startLists({
      sandbox: { executions: 30 },
      env: { MAX_PAGE_SIZE: '10' },
    });
    const waiting = sandbox.addExecutions({ account: 'demo@example.com', status: 'WAITING', count: 3 });
    const run = begin('ERRORED', 60_000);
    const viewer = watch();
    await viewer.next();
    sandbox.addExecutions({ account: 'demo@example.com', status: 'COMPLETED', count: 12 });
    await tick();
    await viewer.next();
    sandbox.advanceClock(60_000);
    asked();
    live.wake({ runId: run });
    await tick(0);
    expect(toldIn(await viewer.next(), { run })).toEqual(['ENDED run ERRORED']);
    expect(waiting).toHaveLength(3);
  });

  test.each([
    ['of another account', { accountTag: accountTagOf('other@example.com') }],
    ['of another caller', { identity: 'somebody' }],
    ['of a run that was not shown', { runId: '000000000000000000000000' }],
    ['of what another list was answered', { identity: DEMO.identity, isAnswered: true, reading: 'another' }],
    ['of nothing', {}],
  ])('%s lets nothing be read', async (_what, hint) => {
    const { watch, live, clock } = await startLists(FEW);
    await watch().next();
    const due = clock.due();
    live.wake(hint);
    expect(clock.due()).toEqual(due);
  });

  test('after hint lets a list be read five times a second at the most', async () => {
    const { watch, tick, live, asked, clock } = await startLists(FEW);
    await watch().next();
    asked();
    const hint = () => {
      for (let count = 0; count < 100; count++) live.wake({ identity: DEMO.identity });
    };
    hint();
    await tick(0);
    hint();
    clock.advance(199);
    expect(asked()).toEqual(['list']);
    await tick(1);
    hint();
    await tick(200);
    expect(asked()).toEqual(['list', 'list']);
  });
});

describe('so many lists', () => {
  test('can be watched by one caller, and one more when nobody watches one of them any more', async () => {
    const { watch } = await startLists({ ...FEW, env: { LIVE_MAX_FEEDS_PER_CALLER: '2' } });
    const viewer = watch();
    await viewer.next();
    await watch({ source: 'EVENT' }).next();
    await watch({ source: 'EVENT', statuses: ['ERRORED'] }).next();
    const overloaded = { code: 'OVERLOADED', details: { retryAfterMs: 5000 } };
    expect(() => watch({ source: 'SCHEDULE' })).toThrow(expect.objectContaining(overloaded));
    await watch({}, null, apiKeyCredential('API_KEY', 'tk_demo', 'other@example.com')).next();
    await viewer.leave();
    expect((await watch({ source: 'SCHEDULE' }).next()).cursor).not.toBe('');
  });

  test('can be watched by all together', async () => {
    const { watch } = await startLists({ ...FEW, env: { LIVE_MAX_FEEDS: '1' } });
    await watch().next();
    const other = apiKeyCredential('API_KEY', 'tk_demo', 'other@example.com');
    expect(() => watch({}, null, other)).toThrow(expect.objectContaining({ code: 'OVERLOADED' }));
  });
});
