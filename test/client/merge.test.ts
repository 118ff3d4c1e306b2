import { expect, test } from '@jest/globals';
import type { ExecutionStatus } from '@refold-gateway/run-history/documents/generated';
import {
  appendPage,
  mergeChanges,
  NO_ROWS,
  placeFirstPage,
  showWaiting,
  type Merging,
  type RunChange,
} from '../../packages/run-history/src/core/merge.ts';
import type { RunRow } from '@refold-gateway/run-history/core';

/** A run that was created in that second, and changed in this one; told of in one word. */
function run(created: number, status: ExecutionStatus = 'COMPLETED', updated = created): RunRow {
  const at = (second: number) => new Date(second * 1000).toISOString();
  return {
    id: String(created),
    name: null,
    status,
    rawStatus: status,
    createdAt: at(created),
    updatedAt: at(updated),
    completedAt: null,
    durationMs: null,
    environment: null,
    source: null,
    type: null,
    eventId: null,
    isChild: null,
    isRerun: false,
    rerunOf: null,
    workflow: null,
    application: null,
  };
}

const told = (kind: RunChange['kind'], ...runs: readonly RunRow[]): RunChange[] =>
  runs.map((execution) => ({ kind, execution }));
const rows = (shown: readonly RunRow[], waiting: readonly RunRow[] = []) => ({ ...NO_ROWS, shown, waiting });
const text = (list: readonly RunRow[]) => list.map(({ id, status }) => `${id} ${status}`);
const DESC: Merging = { isNewestFirst: true, hasMore: false, showsNew: true, statuses: [] };

interface Row {
  readonly what: string;
  readonly before: readonly RunRow[];
  readonly changes: readonly RunChange[];
  readonly how?: Partial<Merging>;
  readonly shown: readonly string[];
  readonly waiting?: readonly string[];
}

const TABLE: readonly Row[] = [
  {
    what: 'a new run comes first',
    before: [run(1)],
    changes: told('CREATED', run(2, 'RUNNING')),
    shown: ['2 RUNNING', '1 COMPLETED'],
  },
  {
    what: 'it waits where nothing may move',
    before: [run(1)],
    changes: told('CREATED', run(2, 'RUNNING')),
    how: { showsNew: false },
    shown: ['1 COMPLETED'],
    waiting: ['2 RUNNING'],
  },
  {
    what: 'a run that is known changes in place',
    before: [run(3, 'RUNNING'), run(2)],
    changes: told('ENDED', run(3, 'ERRORED', 9)),
    how: { showsNew: false },
    shown: ['3 ERRORED', '2 COMPLETED'],
  },
  {
    what: 'an older state changes nothing',
    before: [run(3, 'STOPPING', 9)],
    changes: told('UPDATED', run(3, 'RUNNING', 5)),
    shown: ['3 STOPPING'],
  },
  {
    what: 'what has ended stays ended, whatever its times say',
    before: [run(3, 'ERRORED', 5)],
    changes: told('PRESENT', run(3, 'RUNNING', 9)),
    shown: ['3 ERRORED'],
  },
  {
    what: 'a state that is newer than the gateway is no end',
    before: [run(3, 'UNKNOWN', 5)],
    changes: told('ENDED', run(3, 'COMPLETED', 5)),
    shown: ['3 COMPLETED'],
  },
  {
    what: 'a run that is told twice in one event is as it was told last',
    before: [],
    changes: [...told('CREATED', run(3, 'RUNNING')), ...told('ENDED', run(3, 'ERRORED', 4))],
    shown: ['3 ERRORED'],
  },
  {
    what: 'a run beyond the last row comes with its page',
    before: [run(5)],
    changes: told('PRESENT', run(2, 'RUNNING'), run(5), run(6)),
    how: { hasMore: true },
    shown: ['6 COMPLETED', '5 COMPLETED'],
  },
  {
    what: 'a row that matches no longer stays, and a new run that does not match stays away',
    before: [run(3, 'RUNNING')],
    changes: told('ENDED', run(3, 'COMPLETED', 9), run(4, 'COMPLETED')),
    how: { statuses: ['RUNNING'] },
    shown: ['3 COMPLETED'],
  },
  {
    what: 'the oldest first: new runs follow the last row, and push nothing',
    before: [run(1), run(2)],
    changes: told('CREATED', run(3)),
    how: { isNewestFirst: false, showsNew: false },
    shown: ['1 COMPLETED', '2 COMPLETED', '3 COMPLETED'],
  },
];

test.each(TABLE)('$what', ({ before, changes, how, shown, waiting = [] }) => {
  const after = mergeChanges(rows(before), changes, { ...DESC, ...how });
  expect([text(after.shown), text(after.waiting), after.isTorn]).toEqual([shown, waiting, false]);
  expect(mergeChanges(after, changes, { ...DESC, ...how })).toBe(after);
});

test('a newest page that does not reach the rows leaves a hole, which is known', () => {
  const before = rows([run(1, 'RUNNING')]);
  const far = mergeChanges(before, told('PRESENT', run(8), run(9), run(1, 'RUNNING')), DESC);
  expect([far.isTorn, text(far.waiting)]).toEqual([true, ['9 COMPLETED', '8 COMPLETED']]);
  const placed = placeFirstPage(far, [run(9), run(8)], { isNewestFirst: true, hasMore: true });
  expect([placed.isJoined, placed.rows.isTorn, text(placed.rows.shown)]).toEqual([
    false,
    false,
    ['9 COMPLETED', '8 COMPLETED'],
  ]);
});

test('a first page that is read anew keeps further pages that it reaches, and newer states', () => {
  const before = rows([run(5, 'ERRORED', 9), run(4), run(3), run(2)]);
  const placed = placeFirstPage(before, [run(6), run(5, 'RUNNING', 5), run(3)], {
    isNewestFirst: true,
    hasMore: true,
  });
  expect(placed.isJoined).toBe(true);
  expect(text(placed.rows.shown)).toEqual(['6 COMPLETED', '5 ERRORED', '3 COMPLETED', '2 COMPLETED']);
});

test('a further page brings no row twice, and no older state', () => {
  const before = rows([run(5), run(4, 'ERRORED', 9)], [run(6)]);
  const after = appendPage(before, [run(4, 'RUNNING', 4), run(3), run(6)]);
  expect(text(after.shown)).toEqual(['5 COMPLETED', '4 ERRORED', '3 COMPLETED']);
  expect(text(showWaiting(after, true).shown)[0]).toBe('6 COMPLETED');
});
