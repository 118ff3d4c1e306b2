import { describe, expect, test } from '@jest/globals';
import type { ExecutionDetail, ExecutionStatus } from '../../src/domain/model.ts';
import { createLatest } from '../../src/live/latest.ts';
import { createWatchedRun, type RunEvent } from '../../src/live/watched-run.ts';
import { BEGIN_MS, idOf, runOf } from '../support/live-rows.ts';

/** A run, and how often its viewers were told of what. */
function startRun() {
  const told: string[] = [];
  const run = createWatchedRun(idOf(1), (kind, { status }, viewers) => {
    told.push(`${kind} ${status} ${String(viewers)}`);
  });
  const add = (wantsDetail = false) => {
    const viewer = { wantsDetail, events: createLatest<RunEvent>(() => undefined) };
    run.add(viewer);
    return viewer;
  };
  return { run, told, add };
}

const row = (status: ExecutionStatus, updatedMs: number | null = null) =>
  runOf(1, status, { updatedAt: updatedMs === null ? null : new Date(BEGIN_MS + updatedMs) });

function detail(status: ExecutionStatus, completionPercentage: number, updatedMs?: number): ExecutionDetail {
  return { ...row(status, updatedMs), completionPercentage, nodes: [] };
}

describe('a watched run', () => {
  test('that has ended stays so, whatever is read later', () => {
    const { run, told, add } = startRun();
    run.takeRow(row('RUNNING'), 1);
    add();
    expect(run.takeRow(row('COMPLETED'), 2)).toBe(true);
    expect(run.takeRow(row('RUNNING'), 3)).toBe(false);
    expect(run.takeDetail(detail('ERRORED', 50), 4)).toBe(false);
    expect(run.vanish()).toBe(false);
    expect(run.row).toMatchObject({ status: 'COMPLETED' });
    expect(told).toEqual(['ENDED COMPLETED 1']);
  });

  test('has ended where a state that nobody here knows comes with the time of an end', () => {
    const { run, told, add } = startRun();
    run.takeRow(row('RUNNING'), 1);
    add();
    expect(run.takeRow(runOf(1, 'UNKNOWN', { completedAt: new Date(BEGIN_MS) }), 2)).toBe(true);
    expect(told).toEqual(['ENDED UNKNOWN 1']);
    expect(run.isOver).toBe(true);
  });

  test('does not go back for an answer that is behind, by when it was given or by what it tells', () => {
    const { run, told, add } = startRun();
    run.takeRow(row('STOPPING', 20), 2);
    add();
    expect(run.takeRow(row('RUNNING', 30), 1)).toBe(false);
    expect(run.takeRow(row('RUNNING', 10), 3)).toBe(false);
    expect(run.takeDetail(detail('RUNNING', 50, 10), 4)).toBe(false);
    expect(run.row).toMatchObject({ status: 'STOPPING' });
    expect(told).toEqual([]);
  });

  test('is told without what a list leaves out being forgotten', () => {
    const { run, add } = startRun();
    run.takeRow(runOf(1, 'RUNNING', { configId: '7' }), 1);
    add();
    run.takeRow(row('STOPPING'), 2);
    expect(run.row).toMatchObject({ status: 'STOPPING', configId: '7' });
  });

  test('tells progress to those who want it, and states to all', async () => {
    const { run, told, add } = startRun();
    run.takeDetail(detail('RUNNING', 10), 1);
    const [plain, detailed] = [add(), add(true)];
    await Promise.all([plain.events.next(), detailed.events.next()]);
    expect(run.takeDetail(detail('RUNNING', 10), 2)).toBe(false);
    expect(run.takeDetail(detail('RUNNING', 20), 3)).toBe(true);
    expect(run.takeDetail(detail('STOPPING', 20), 4)).toBe(true);
    expect(told).toEqual(['UPDATED RUNNING 1', 'UPDATED STOPPING 2']);
    expect((await plain.events.next()).value).toMatchObject({ status: 'STOPPING' });
  });

  test('is not told by a list to those who want more than that', () => {
    const { run, add } = startRun();
    run.takeDetail(detail('RUNNING', 10), 1);
    add(true);
    expect(run.takeRow(row('COMPLETED'), 2)).toBe(false);
    expect(run.isOver).toBe(false);
  });

  test('that upstream does not know any more is null, and over', async () => {
    const { run, add } = startRun();
    run.takeRow(row('RUNNING'), 1);
    const { events } = add();
    await events.next();
    expect(run.vanish()).toBe(true);
    expect(await events.next()).toEqual({ done: false, value: null });
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });
});

describe('what one viewer is told', () => {
  test('is the newest event, then the end', async () => {
    const events = createLatest<number>(() => undefined);
    events.put(1);
    events.put(2);
    events.end();
    events.put(3);
    expect(await events.next()).toEqual({ done: false, value: 2 });
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });

  test('is an event that waits, before the error', async () => {
    const events = createLatest<number>(() => undefined);
    events.put(1);
    events.fail(new Error('over'));
    expect(await events.next()).toEqual({ done: false, value: 1 });
    await expect(events.next()).rejects.toThrow('over');
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });

  test('is nothing once it has left', async () => {
    const left: string[] = [];
    const events = createLatest<number>(() => void left.push('left'));
    const pending = [events.next(), events.next()];
    await events.return();
    await events.return();
    expect(await Promise.all(pending)).toEqual(Array(2).fill({ done: true, value: undefined }));
    expect(left).toEqual(['left']);
  });
});
