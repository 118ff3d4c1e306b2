import { afterEach, describe, expect, test } from '@jest/globals';
import type { ExecutionChanges } from '../../src/domain/execution-changes.ts';
import { stopAll } from '../support/gateway.ts';
import { startLists, stopLists } from '../support/live-lists.ts';

afterEach(async () => {
  await stopLists();
  await stopAll();
});

const SMALL_PAGES = { sandbox: { executions: 30 }, env: { MAX_PAGE_SIZE: '10' } };
const HOUR_MS = 3_600_000;

/** A list of which a page holds ten runs, and runs of it that have begun at once. */
async function startMany() {
  const lists = await startLists(SMALL_PAGES);
  const { sandbox, tick } = lists;
  return {
    ...lists,
    add: (count: number, durationMs = HOUR_MS) =>
      sandbox.addExecutions({ account: 'demo@example.com', endStatus: 'ERRORED', durationMs, count }),
    addEnded: (count: number) =>
      sandbox.addExecutions({ account: 'demo@example.com', status: 'COMPLETED', count }),
    /** Lets so many readings be made, at whichever pace. */
    ticks: async (count: number) => {
      for (let ticks = 0; ticks < count; ticks++) await tick(10_000);
    },
  };
}

/** The runs that were told so, in the order of their ids. */
function idsOf({ changes }: ExecutionChanges, kind: string, among?: readonly string[]): string[] {
  return changes
    .filter((change) => change.kind === kind && (among?.includes(change.execution.id) ?? true))
    .map(({ execution }) => execution.id)
    .sort();
}

describe('more runs that go on than one page holds', () => {
  test('are all present, and all their ends are told, each once', async () => {
    const { watch, add, addEnded, ticks, asked, sandbox } = await startMany();
    const runs = [...add(35)].sort();
    addEnded(12);
    const viewer = watch();
    const first = await viewer.next();
    expect(idsOf(first, 'PRESENT', runs)).toEqual(runs);
    expect(first.changes).toHaveLength(45);
    const running = ['list RUNNING', 'list RUNNING 2', 'list RUNNING 3', 'list RUNNING 4'];
    expect(asked().sort()).toEqual(['list', ...running, 'list STOPPING']);
    sandbox.advanceClock(HOUR_MS);
    await ticks(4);
    const { changes, ...ended } = await viewer.next();
    expect(idsOf({ changes, ...ended }, 'ENDED')).toEqual(runs);
    expect(changes).toHaveLength(35);
  });

  test('are present to who watches those that go on alone', async () => {
    const { watch, add } = await startMany();
    const runs = [...add(35)].sort();
    const first = await watch({ statuses: ['RUNNING'] }).next();
    expect(idsOf(first, 'PRESENT')).toEqual(runs);
  });

  test('are read in turn, so that whichever ends is told soon', async () => {
    const { watch, add, ticks, tick, asked, sandbox } = await startMany();
    const oldest = [...add(3, 60_000)].sort();
    add(62);
    const viewer = watch();
    expect((await viewer.next()).changes).toHaveLength(65);
    asked();
    await tick();
    await tick();
    expect(asked()).toEqual([
      ...['list', 'list RUNNING', 'list RUNNING 2', 'list RUNNING 3'],
      ...['list', 'list RUNNING', 'list RUNNING 4', 'list RUNNING 5'],
    ]);
    sandbox.advanceClock(60_000);
    await ticks(5);
    expect(idsOf(await viewer.next(), 'ENDED')).toEqual(oldest);
  });

  test('are told as their turn comes where they are more than a first reading reads', async () => {
    const { watch, add, ticks, asked, sandbox } = await startMany();
    const runs = [...add(130)].sort();
    const viewer = watch();
    const present = idsOf(await viewer.next(), 'PRESENT');
    expect(present).toHaveLength(100);
    expect(asked()).toHaveLength(12);
    await ticks(2);
    const created = idsOf(await viewer.next(), 'CREATED');
    expect([...present, ...created].sort()).toEqual(runs);
    asked();
    sandbox.advanceClock(HOUR_MS);
    await ticks(10);
    const frame = await viewer.next();
    expect(idsOf(frame, 'ENDED')).toEqual(runs);
    expect(frame.changes).toHaveLength(130);
    expect(asked().filter((call) => call === 'run').length).toBeLessThanOrEqual(20);
  });
});

test('more runs begin between two readings than some pages hold: all are present, and their ends are told', async () => {
  const { watch, begin, tick, ticks, add, asked, sandbox } = await startMany();
  begin();
  const viewers = [watch(), watch({ statuses: ['RUNNING'] })];
  for (const viewer of viewers) await viewer.next();
  asked();
  const runs = [...add(60, 60_000)].sort();
  await tick();
  for (const viewer of viewers) expect(idsOf(await viewer.next(), 'PRESENT', runs)).toEqual(runs);
  expect(asked()).toContain('list STOPPING');
  await tick();
  sandbox.advanceClock(60_000);
  await ticks(5);
  for (const viewer of viewers) {
    const { changes, ...frame } = await viewer.next();
    expect(idsOf({ changes, ...frame }, 'ENDED')).toEqual(runs);
    expect(changes).toHaveLength(60);
  }
});

test('many runs that are being stopped are followed by their list', async () => {
  const { watch, addEnded, tick, asked, sandbox } = await startMany();
  const runs = sandbox.addExecutions({ account: 'demo@example.com', status: 'STOPPING', count: 5 });
  addEnded(10);
  const viewer = watch();
  expect(idsOf(await viewer.next(), 'PRESENT', runs)).toHaveLength(5);
  asked();
  await tick();
  expect(asked()).toEqual(['list', 'list STOPPING']);
});
