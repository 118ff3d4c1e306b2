import { afterEach, describe, expect, test } from '@jest/globals';
import { accountTagOf } from '../../src/domain/hint.ts';
import type { Hints } from '../../src/redis/hints.ts';
import { createBroadcast } from '../../src/webhooks/broadcast.ts';
import type { Change } from '../../src/webhooks/change.ts';
import { stopAll } from '../support/gateway.ts';
import { startLists, stopLists } from '../support/live-lists.ts';
import { PACE, startWatchedRuns } from '../support/watched-runs.ts';

afterEach(async () => {
  await stopLists();
  await stopAll();
});

const accountTag = accountTagOf('demo@example.com');

/** What carries hints as long as the test wants it to. */
function startHints() {
  const [hearers, deafened]: [((message: unknown, agoMs: number) => void)[], (() => void)[]] = [[], []];
  const hints: Hints = {
    publish: () => undefined,
    onMessage: (callback) => void hearers.push(callback),
    onDeaf: (callback) => void deafened.push(callback),
    start: () => Promise.resolve(),
    stop: () => undefined,
  };
  return {
    hints,
    say: (message: unknown) => {
      for (const hear of hearers) hear(message, 0);
    },
    fail: () => {
      for (const callback of deafened) callback();
    },
  };
}

describe('what another replica has passed on', () => {
  test('slows the readings of a list only while more of it can come', async () => {
    const { hints, fail } = startHints();
    const { watch, live, clock, tick } = await startLists({ hints, sandbox: { executions: 5 } });
    await watch().next();
    live.wake({ accountTag, isRelayed: true });
    await tick(0);
    expect(clock.due()).toEqual([3 * PACE.slowMs]);
    clock.advance(1000);
    fail();
    expect(clock.due()).toEqual([PACE.slowMs - 1000]);
  });

  test('counts no less for who has been told by upstream itself', async () => {
    const { hints, fail } = startHints();
    const { watch, live, clock, tick } = await startLists({ hints, sandbox: { executions: 5 } });
    await watch().next();
    live.wake({ accountTag });
    await tick(0);
    fail();
    expect(clock.due()).toEqual([3 * PACE.slowMs]);
  });

  test('slows the readings of runs only while more of it can come', async () => {
    const { add, watch, runs, clock, tick, due } = await startWatchedRuns();
    const [id = ''] = add(1, 1_000_000);
    const events = watch(id);
    await events.next();
    runs.wake({ accountTag, isRelayed: true });
    await tick(0);
    expect(due()).toEqual([3 * PACE.fastMs]);
    clock.advance(500);
    runs.forgetRelayed();
    expect(due()).toEqual([PACE.fastMs - 500]);
  });

  test('is told from what this replica was told', () => {
    const { hints, say } = startHints();
    const heard: boolean[] = [];
    const change: Change = { about: 'RUN', accountTag };
    const broadcast = createBroadcast(hints, (_change, _agoMs, isRelayed) => void heard.push(isRelayed));
    broadcast(change);
    say({ webhook: change });
    expect(heard).toEqual([false, true]);
  });
});
