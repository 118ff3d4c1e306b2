import { describe, expect, test } from '@jest/globals';
import type { RunEvent } from '../../src/live/watched-run.ts';
import { FAILED } from '../support/sandbox.ts';
import { OTHER_CREDENTIAL, startWatchedRuns } from '../support/watched-runs.ts';

const UNKNOWN_ID = '65410cf6cdf931a12d7abfff';
const LONG_MS = 600_000;
/** How long a list counts as fresh. */
const FRESH_MS = 2000;

/** What each viewer is told first. */
async function firstOf(viewers: readonly AsyncIterator<RunEvent, undefined>[]) {
  const events = await Promise.all(viewers.map((viewer) => viewer.next()));
  return events.map(({ value }) => value?.status ?? null);
}

function all(count: number, state = 'RUNNING') {
  return Array.from({ length: count }, () => state);
}

describe('runs that are opened at once', () => {
  test.each([10, 50])('are %i, and one list tells of all but the first', async (count) => {
    const { add, watch, asked } = await startWatchedRuns();
    const ids = add(count, LONG_MS);
    expect(await firstOf(ids.map((id) => watch(id)))).toEqual(all(count));
    expect(asked().toSorted()).toEqual(['/execution', `/execution/${ids[0] ?? ''}`]);
  });

  test('cost nothing where the newest runs have just been read', async () => {
    const { add, watch, readList, asked } = await startWatchedRuns();
    const ids = add(50, LONG_MS);
    await readList();
    expect(await firstOf(ids.map((id) => watch(id)))).toEqual(all(50));
    expect(asked()).toEqual(['/execution']);
  });

  test('cost nothing where the running ones have just been read for others', async () => {
    const { add, watch, tick, asked } = await startWatchedRuns();
    const [first = '', ...others] = add(50, LONG_MS);
    await firstOf([watch(first)]);
    await tick();
    asked();
    expect(await firstOf(others.map((id) => watch(id)))).toEqual(all(49));
    expect(asked()).toEqual([]);
  });

  test('are one and the same, and read once', async () => {
    const { add, watch, asked } = await startWatchedRuns();
    const [id = ''] = add(1, LONG_MS);
    expect(await firstOf([watch(id), watch(id), watch(id.toUpperCase())])).toEqual(all(3));
    expect(asked()).toEqual([`/execution/${id}`]);
  });

  test('and are older than the newest page, are told by the list of those that run', async () => {
    const { add, watch, asked, clock } = await startWatchedRuns({ pageSize: 3 });
    const ids = add(3, LONG_MS);
    const [one = '', two = '', three = ''] = ids;
    add(3, 1);
    clock.advance(1);
    for (const id of ids) expect(await firstOf([watch(id)])).toEqual(['RUNNING']);
    // One is alone, two is the only one that the page lacks, and three is not.
    expect(asked()).toEqual([`/execution/${one}`, '/execution', `/execution/${two}`, '/execution RUNNING']);
    expect(await firstOf([watch(three)])).toEqual(['RUNNING']);
  });

  test('and are on no list that is read, are read by their ids', async () => {
    const { add, watch, asked, clock } = await startWatchedRuns({ pageSize: 3 });
    const ids = add(4, 1);
    clock.advance(1);
    add(3, LONG_MS);
    expect(await firstOf(ids.map((id) => watch(id)))).toEqual(all(4, 'COMPLETED'));
    expect(asked().toSorted()).toEqual([
      '/execution',
      '/execution RUNNING',
      ...ids.map((id) => `/execution/${id}`),
    ]);
  });

  test.each([
    ['unknown', UNKNOWN_ID],
    ['of another account', FAILED],
  ])('and one of them is %s: it is null, for the same calls', async (_what, id) => {
    const { add, watch, asked } = await startWatchedRuns();
    const credential = OTHER_CREDENTIAL;
    const [first = '', second = ''] = add(2, LONG_MS, 'COMPLETED', 'other@example.com');
    const viewers = [first, id, second].map((one) => watch(one, { credential }));
    expect(await firstOf(viewers)).toEqual(['RUNNING', null, 'RUNNING']);
    expect(await viewers[1]?.next()).toEqual({ done: true, value: undefined });
    expect(asked()).toEqual([`/execution/${first}`, '/execution', `/execution/${id}`]);
    expect(await firstOf([watch(id, { credential })])).toEqual([null]);
    expect(asked()).toEqual([]);
  });

  test.each([
    ['cannot be read', { body: 'no list' }],
    ['is refused', { status: 403 }],
  ])('are read by their ids where the list %s', async (_how, fault) => {
    const { add, watch, sandbox } = await startWatchedRuns();
    sandbox.addFault({ match: { route: '/execution' }, ...fault });
    expect(await firstOf(add(3, LONG_MS).map((id) => watch(id)))).toEqual(all(3));
  });
});

describe('what a viewer is told first', () => {
  test('is as fresh as what a query answers, and what has happened since is told by the next reading', async () => {
    const { add, watch, readList, tick, clock, asked } = await startWatchedRuns();
    const ids = add(3, FRESH_MS - 1);
    await readList();
    clock.advance(FRESH_MS - 1);
    const viewers = ids.slice(0, 2).map((id) => watch(id));
    expect(await firstOf(viewers)).toEqual(all(2));
    const ends = firstOf(viewers);
    expect(asked()).toEqual(['/execution']);
    clock.advance(1);
    expect(await firstOf([watch(ids[2] ?? '')])).toEqual(['COMPLETED']);
    await tick();
    expect(await ends).toEqual(all(2, 'COMPLETED'));
  });

  test('is no older for whoever comes after others', async () => {
    const { add, watch, readList, clock } = await startWatchedRuns();
    const [id = ''] = add(1, FRESH_MS - 1);
    await readList();
    clock.advance(FRESH_MS - 1);
    expect(await firstOf([watch(id)])).toEqual(['RUNNING']);
    clock.advance(1);
    expect(await firstOf([watch(id)])).toEqual(['COMPLETED']);
  });
});
