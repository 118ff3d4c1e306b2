import { afterEach, describe, expect, test } from '@jest/globals';
import { createJobFinder } from '../../src/bulk/job-finder.ts';
import { createJobs } from '../../src/bulk/jobs.ts';
import { newRecord } from '../../src/bulk/record.ts';
import { createWatch } from '../../src/bulk/watch.ts';
import { addFailed, begin, ended } from '../support/bulk.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { startAnswerGate } from '../support/gate.ts';
import { OTHER, startGateway, startUpstream, stopAll } from '../support/gateway.ts';
import { closeSockets, openSocket } from '../support/live-socket.ts';

afterEach(async () => {
  closeSockets();
  await stopAll();
});

const CHANGES = `subscription ($id: ID!) {
  bulkJobChanged(id: $id) { state pending succeeded items { outcome } }
}`;

/** A gateway with the way to its sandbox that holds back the answers to changes. */
async function startGated() {
  const upstream = await startUpstream({ executions: 20 });
  const gate = await startAnswerGate(upstream);
  return { ...(await startGateway({ upstream, upstreamUrl: gate.url })), gate };
}

/** What the client is told of a job next. */
function told(job: unknown) {
  return { type: 'next', payload: { data: { bulkJobChanged: job } } };
}

describe('a job that is watched', () => {
  test('is told as it is now, and with each change until its end', async () => {
    const gateway = await startGated();
    const { gate, url } = gateway;
    gate.close();
    const { id } = await begin(gateway, { ids: addFailed(gateway, 3) });
    const client = await openSocket(url);
    client.subscribe('1', CHANGES, { id });
    expect(await client.next()).toMatchObject(told({ state: 'RUNNING', pending: 3 }));
    gate.letThrough(1);
    expect(await client.next()).toMatchObject(told({ state: 'RUNNING', pending: 2, succeeded: 1 }));
    gate.letThrough(1);
    expect(await client.next()).toMatchObject(told({ state: 'RUNNING', pending: 1, succeeded: 2 }));
    gate.open();
    const last = await client.next();
    // The end may be told together with the last item, or after it.
    const end = JSON.stringify(last).includes('RUNNING') ? await client.next() : last;
    expect(end).toMatchObject(told({ state: 'COMPLETED', pending: 0, succeeded: 3 }));
    expect(await client.next()).toEqual({ id: '1', type: 'complete' });
  });

  test('is told once when it has ended already', async () => {
    const gateway = await startGateway();
    const { id } = await begin(gateway, { ids: addFailed(gateway, 1) });
    await ended(gateway, id);
    const client = await openSocket(gateway.url);
    client.subscribe('1', CHANGES, { id });
    expect(await client.next()).toMatchObject(told({ state: 'COMPLETED' }));
    expect(await client.next()).toEqual({ id: '1', type: 'complete' });
  });

  test('is null when it is unknown or another caller’s', async () => {
    const gateway = await startGated();
    gateway.gate.close();
    const { id } = await begin(gateway, { ids: addFailed(gateway, 1) });
    const other = await openSocket(gateway.url, OTHER);
    for (const wanted of [id, '00000000-0000-0000-0000-000000000000', '../x']) {
      other.subscribe('1', CHANGES, { id: wanted });
      expect(await other.next()).toMatchObject(told(null));
      expect(await other.next()).toEqual({ id: '1', type: 'complete' });
    }
    gateway.gate.open();
  });
});

describe('who watches a job', () => {
  const owner = 'somebody';
  const id = '6a7b0a3e-3f0e-4c56-9b0f-3c1d7b0f6a10';

  /** A job that nothing happens to unless the test says so. */
  function watchOne(goesOn = false) {
    const clock = createFakeClock();
    const jobs = createJobs(clock);
    const given = { owner, id, kind: 'STOP', requestHash: '', mutation: null, account: null } as const;
    const record = newRecord({ ...given, createdAt: clock.date() }, ['a', 'b', 'c']);
    jobs.add({ record, runnerId: null, runner: null });
    const watch = createWatch({ clock, jobs, finder: createJobFinder(jobs, null), goesOn: () => goesOn });
    const change = () => {
      record.revision += 1;
      jobs.changed(id);
    };
    return { clock, record, change, watcher: watch.all(id, owner) };
  }

  test('is told the newest state alone when slow', async () => {
    const { change, watcher } = watchOne();
    expect(await watcher.next()).toMatchObject({ value: { revision: 0 } });
    change();
    change();
    change();
    expect(await watcher.next()).toMatchObject({ value: { revision: 3 } });
    const next = watcher.next();
    change();
    expect(await next).toMatchObject({ value: { revision: 4 } });
  });

  test('is told after any time that an operation could not last for', async () => {
    const { clock, change, watcher } = watchOne();
    await watcher.next();
    const next = watcher.next();
    for (let minute = 0; minute < 60; minute += 1) {
      await clock.until((due) => due.length > 0);
      clock.advance(60_000);
    }
    change();
    expect(await next).toMatchObject({ value: { revision: 1 } });
  });

  test('is not told of an interruption after which it goes on by itself, unless nobody goes on', async () => {
    const { clock, record, change, watcher } = watchOne(true);
    const lookAgain = async (afterMs = 500) => {
      await clock.until((due) => due.length > 0);
      clock.advance(afterMs);
    };
    await watcher.next();
    record.state = 'INTERRUPTED';
    change();
    const next = watcher.next();
    await lookAgain();
    await lookAgain();
    record.state = 'RUNNING';
    change();
    expect(await next).toMatchObject({ value: { state: 'RUNNING', revision: 2 } });

    record.state = 'INTERRUPTED';
    change();
    const last = watcher.next();
    await lookAgain();
    await lookAgain(60_000);
    expect(await last).toMatchObject({ value: { state: 'INTERRUPTED' } });
    expect(await watcher.next()).toMatchObject({ done: true });
  });

  test('leaves nothing behind when leaving', async () => {
    const { clock, change, watcher } = watchOne();
    await watcher.next();
    const next = watcher.next();
    await clock.until((due) => due.length === 1);
    expect(await watcher.return?.()).toEqual({ done: true, value: undefined });
    expect(await next).toEqual({ done: true, value: undefined });
    expect(clock.due()).toEqual([]);
    change();
    expect(await watcher.next()).toEqual({ done: true, value: undefined });
  });
});
