import { afterEach, expect, test } from '@jest/globals';
import { createRunList, type RunListOptions, type RunListState } from '@refold-gateway/run-history/core';
import { stopAll } from '../support/gateway.ts';
import { startClient } from '../support/run-client.ts';
import { settled } from '../support/stores.ts';

const leaving: (() => void)[] = [];

afterEach(async () => {
  for (const leave of leaving.splice(0)) leave();
  await stopAll();
});

async function startList(options: RunListOptions = {}, setup: Parameters<typeof startClient>[0] = {}) {
  const started = await startClient(setup);
  const list = createRunList(started.client, { pageSize: 10, ...options });
  const watch = () => leaving.push(list.subscribe(() => undefined));
  return { ...started, list, watch };
}

const isReady = ({ phase, live }: RunListState) => phase === 'ready' && live === 'on';
const idsOf = ({ rows }: RunListState) => rows.map(({ id }) => id);

test('a run that begins and ends while the list is watched comes by itself, and changes in place', async () => {
  const { list, watch, add, gateway } = await startList();
  const [old = ''] = add();
  watch();
  await settled(list, (state) => isReady(state) && state.rows.length === 1);

  const [run = ''] = add('RUNNING', 1, 60_000);
  const begun = await settled(list, ({ rows }) => rows.length === 2);
  expect(begun.rows.map(({ id, status }) => [id, status])).toEqual([
    [run, 'RUNNING'],
    [old, 'COMPLETED'],
  ]);

  gateway.sandbox.advanceClock(60_000);
  const ended = await settled(list, ({ rows }) => rows[0]?.status !== 'RUNNING');
  expect(idsOf(ended)).toEqual([run, old]);
  expect(ended.rows[1]).toBe(begun.rows[1]);
});

test('new runs wait while the reader is elsewhere, and come when it is back at the top', async () => {
  const { list, watch, add } = await startList();
  const [old = ''] = add();
  watch();
  await settled(list, (state) => isReady(state) && state.rows.length === 1);

  list.setAtTop(false);
  const [one = ''] = add();
  const waiting = await settled(list, ({ newCount }) => newCount === 1);
  expect(idsOf(waiting)).toEqual([old]);
  list.setAtTop(true);
  expect(list.get()).toMatchObject({ newCount: 0 });
  expect(idsOf(list.get())).toEqual([one, old]);
});

test('nothing changes while it is paused, and all that happened meanwhile comes afterwards', async () => {
  const { list, watch, add, client } = await startList();
  const [old = ''] = add();
  watch();
  await settled(list, (state) => isReady(state) && state.rows.length === 1);

  list.pause();
  const [run = ''] = add('RUNNING', 1, 60_000);
  const other = createRunList(client);
  leaving.push(other.subscribe(() => undefined));
  await settled(other, ({ rows, live }) => rows.length === 2 && live === 'on');
  const [last = ''] = add();
  await settled(other, ({ rows }) => rows.length === 3);
  expect(list.get()).toMatchObject({ live: 'paused' });
  expect(idsOf(list.get())).toEqual([old]);
  list.resume();
  const resumed = await settled(list, ({ rows }) => rows.length === 3);
  expect(idsOf(resumed)).toEqual([last, run, old]);
});

test('pages follow each other without any row twice, while new runs arrive', async () => {
  const { list, watch, add } = await startList();
  const old = add('COMPLETED', 25);
  watch();
  await settled(list, (state) => isReady(state) && state.rows.length === 10);
  list.setAtTop(false);
  add('COMPLETED', 5);
  await settled(list, ({ newCount }) => newCount === 5);

  list.loadMore();
  list.loadMore();
  await settled(list, ({ rows }) => rows.length === 20);
  list.loadMore();
  const all = await settled(list, ({ hasMore }) => !hasMore);

  expect(idsOf(all).toSorted()).toEqual([...old].sort());
  list.showNew();
  expect(new Set(idsOf(list.get())).size).toBe(30);
});

test('the oldest come first where that is asked for, and new ones follow at the end', async () => {
  const { list, watch, add } = await startList({ sort: 'ASC' });
  const [one = ''] = add();
  watch();
  await settled(list, (state) => isReady(state) && state.rows.length === 1);
  list.setAtTop(false);
  const [two = ''] = add();
  const { rows } = await settled(list, (state) => state.rows.length === 2);
  expect(rows.map(({ id }) => id)).toEqual([one, two]);
});

test('a run that ends before the list is told of it, and matches no longer by then, does not go on for ever', async () => {
  const { list, watch, add, gateway } = await startList({ filter: { status: ['RUNNING'] } });
  const [seen = ''] = add('RUNNING', 1, 60_000);
  const unwatch = list.subscribe(() => {
    // The page has told it; the subscription has told nothing yet.
    if (list.get().rows.length === 1) gateway.sandbox.advanceClock(60_000);
  });
  leaving.push(unwatch);
  watch();
  const { rows } = await settled(
    list,
    (state) => state.rows[0] !== undefined && state.rows[0].status !== 'RUNNING',
  );
  expect(rows.map(({ id }) => id)).toEqual([seen]);
});

test('a run that matches no longer stays where it is seen, and one that never was seen stays away', async () => {
  const { list, watch, add, gateway } = await startList({ filter: { status: ['RUNNING'] } });
  const [seen = ''] = add('RUNNING', 1, 60_000);
  watch();
  await settled(list, (state) => isReady(state) && state.rows.length === 1);
  const [next = ''] = add('RUNNING', 1, 60_000);
  await settled(list, (state) => state.rows.length === 2);

  add('COMPLETED', 3);
  gateway.sandbox.advanceClock(60_000);
  const { rows } = await settled(list, (state) => state.rows.every(({ status }) => status !== 'RUNNING'));
  expect(rows.map(({ id }) => id)).toEqual([next, seen]);
});

test('reasons come after the rows, also of a run that fails while it is watched', async () => {
  const { list, watch, gateway } = await startList();
  const account = 'demo@example.com';
  const [failed = ''] = gateway.sandbox.addExecutions({ account, status: 'ERRORED' });
  watch();
  await settled(list, ({ reasons }) => reasons.has(failed));
  await settled(list, isReady);

  const [run = ''] = gateway.sandbox.addExecutions({ account, endStatus: 'ERRORED', durationMs: 60_000 });
  await settled(list, ({ rows }) => rows.length === 2);
  gateway.sandbox.advanceClock(60_000);
  const { reasons } = await settled(list, (state) => state.reasons.has(run));
  expect(reasons.get(run)?.message).toEqual(expect.any(String));
});

test('more failed runs than one question may look up have their reasons in turn', async () => {
  const { list, watch, add } = await startList({ pageSize: 40 });
  const failed = add('ERRORED', 40);
  watch();
  const { reasons } = await settled(list, (state) => state.reasons.size === 40);
  expect([...reasons.keys()].sort()).toEqual([...failed].sort());
});

test('where a component is tried and taken away at once, as React does, the list is asked for once', async () => {
  const { list, watch, add, gateway } = await startList({ isLive: false });
  add();
  list.subscribe(() => undefined)();
  watch();
  await settled(list, ({ rows }) => rows.length === 1);
  expect(gateway.sandbox.requests()).toHaveLength(1);
});

test('a list that nobody sees is told nothing, and catches up', async () => {
  const { list, watch, add, client } = await startList();
  add();
  watch();
  await settled(list, (state) => isReady(state) && state.rows.length === 1);

  list.setSeen(false);
  const other = createRunList(client);
  leaving.push(other.subscribe(() => undefined));
  await settled(other, isReady);
  const [late = ''] = add();
  await settled(other, ({ rows }) => rows.length === 2);
  expect(list.get()).toMatchObject({ live: 'off', rows: [{}] });
  list.setSeen(true);
  const { rows } = await settled(list, (state) => state.rows.length === 2);
  expect(rows[0]?.id).toBe(late);
});

test('after a gap that a page does not bridge, the list is read anew: no hole is left in it', async () => {
  const { list, watch, add } = await startList({}, { env: { MAX_PAGE_SIZE: '10' } });
  add('COMPLETED', 3);
  watch();
  await settled(list, (state) => isReady(state) && state.rows.length === 3);
  list.setAtTop(false);
  list.setSeen(false);
  const late = add('COMPLETED', 1400);
  list.setSeen(true);
  const torn = await settled(list, ({ newCount }) => newCount > 0);
  expect(torn.rows).toHaveLength(3);
  list.showNew();
  const { rows } = await settled(list, (state) => state.newCount === 0 && state.hasMore);
  expect(rows.map(({ id }) => id).toSorted()).toEqual([...late].sort().slice(-10));
});

test('while upstream is away the list says as of when it is, and no more once upstream is back', async () => {
  const { list, watch, add, gateway } = await startList({}, { env: { CACHE_LIST_MS: '1000' } });
  add();
  watch();
  await settled(list, (state) => isReady(state) && state.rows.length === 1);
  add();
  await settled(list, ({ rows }) => rows.length === 2);

  gateway.sandbox.addFault({ status: 503, share: 1 });
  const late = await settled(list, ({ asOf }) => asOf !== null);
  expect(late).toMatchObject({ phase: 'ready', live: 'on' });
  expect(late.rows).toHaveLength(2);

  gateway.sandbox.clearFaults();
  await settled(list, ({ asOf }) => asOf === null);
});
