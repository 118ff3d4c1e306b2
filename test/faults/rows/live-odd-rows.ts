import { expect } from '@jest/globals';
import { account } from '../../support/budget.ts';
import { createAudience } from '../../support/audience.ts';
import { startOver, type OwnRun } from '../../support/failing-upstream.ts';
import { createFakeClock, createSandboxClock } from '../../support/fake-clock.ts';
import { leaveAll, untilAllWatch, untilViewers, watchList } from '../../support/list-viewers.ts';
import { passTicks } from '../../support/live-time.ts';
import { numbers } from '../../support/numbers.ts';
import { list } from '../../support/sandbox.ts';
import { isEnd } from '../../support/told.ts';
import type { Row } from '../row.ts';
import type { World } from '../world.ts';

const BEGIN_MS = Date.parse('2024-05-01T12:00:00.000Z');
const TICK_MS = 2000;
const ENV = { LIVE_FAST_MS: String(TICK_MS), LIVE_SLOW_MS: String(TICK_MS) };
/** Runs from this number on say that a reading was told. */
const SAYS_SO = 1_000_000;

/** The run of this number, which was created so many seconds later than the first one. */
function runOf(number: number, status: string, seconds = number): OwnRun {
  return {
    id: number.toString(16).padStart(24, '0'),
    status,
    createdAt: new Date(BEGIN_MS + seconds * 1000).toISOString(),
  };
}

/**
 * Somebody watches these rows, the newest first, which the test changes.
 * @param signAt when the runs were created that say that a reading was told, in seconds; later than all others unless set
 */
async function setScene(world: World, rows: readonly OwnRun[], signAt = SAYS_SO) {
  const clock = createFakeClock(BEGIN_MS + 1e10);
  const { url, runs, take } = await startOver(rows, { clock, env: ENV });
  world.onEnd(leaveAll);
  const texts: string[] = [];
  const viewer = watchList(url, {
    resuming: 'by cursor',
    onChange: ({ kind, execution: { id, status } }) => {
      texts.push(`${kind} ${String(Number.parseInt(id, 16))} ${status}`);
    },
  });
  await untilAllWatch([viewer]);
  texts.splice(0);
  const signs: OwnRun[] = [];
  return {
    url,
    viewer,
    take,
    /** Replaces the rows, lets them be read, and answers what is told of them. */
    after: async (...next: readonly OwnRun[]): Promise<string[]> => {
      const sign = runOf(SAYS_SO + signs.length, 'COMPLETED', signAt);
      signs.unshift(sign);
      runs.splice(0, runs.length, ...signs, ...next);
      clock.advance(TICK_MS);
      await untilViewers('a reading', () => viewer.told.states.has(sign.id));
      expect(viewer.told.complaints).toEqual([]);
      return texts.splice(0).filter((text) => Number(text.split(' ')[1]) < SAYS_SO);
    },
  };
}

async function rowsVanish(world: World) {
  const [kept, open, ended] = [runOf(1, 'COMPLETED'), runOf(2, 'RUNNING'), runOf(3, 'COMPLETED')];
  const { after, take } = await setScene(world, [ended, open, kept]);
  take();
  expect(await after(kept)).toEqual([]);
  expect(await after(runOf(4, 'RUNNING'), kept)).toEqual(['CREATED 4 RUNNING']);
  expect(await after(runOf(4, 'ERRORED'), kept)).toEqual(['ENDED 4 ERRORED']);
  // It was looked for once.
  expect(take().filter((path) => path === `/execution/${open.id}`)).toHaveLength(1);
  return { retries: 0 };
}

async function runGoesBack(world: World) {
  const { after } = await setScene(world, [runOf(1, 'RUNNING')]);
  expect(await after(runOf(1, 'ERRORED'))).toEqual(['ENDED 1 ERRORED']);
  expect(await after(runOf(1, 'RUNNING'))).toEqual([]);
  expect(await after(runOf(1, 'STOPPING'))).toEqual([]);
  expect(await after(runOf(1, 'COMPLETED'))).toEqual([]);
  return { retries: 0 };
}

/** Runs of one moment come one after the other, in any order of their ids; others seem to be a little older. */
async function sameMoment(world: World) {
  const { random } = world;
  const come: OwnRun[] = [runOf(1, 'COMPLETED', 0)];
  const { url, viewer, after } = await setScene(world, come, 0);
  const left = numbers(2, 19).map((number) => ({ number, key: random.below(1_000_000) }));
  left.sort((one, other) => one.key - other.key);
  while (left.length > 0) {
    const some = left
      .splice(0, 1 + random.below(6))
      .map(({ number }) => runOf(number, 'RUNNING', number % 4 === 0 ? -2 : 0));
    come.push(...some);
    const rows = come.toSorted((one, other) =>
      `${other.createdAt} ${other.id}`.localeCompare(`${one.createdAt} ${one.id}`),
    );
    const cursor = viewer.last()?.cursor ?? '';
    const told = some.map(({ id }) => `CREATED ${String(Number.parseInt(id, 16))} RUNNING`);
    expect((await after(...rows)).sort()).toEqual(told.sort());
    // So is one who goes on from before.
    const late = watchList(url, { resuming: 'by cursor', after: cursor });
    await untilAllWatch([late]);
    const created = come.filter(({ id }) => late.told.count('CREATED', id) > 0);
    expect(created.map(({ id }) => id).sort()).toEqual(some.map(({ id }) => id).sort());
    late.leave();
  }
  const ended = come.map((run) => ({ ...run, status: 'COMPLETED' }));
  expect(await after(...ended)).toHaveLength(18);
  return { retries: 0 };
}

/** A sandbox with viewers of it; both move only when told to. */
async function setSandbox(world: World, traits: object) {
  const clock = createFakeClock();
  const sandbox = { executions: 60, clock: createSandboxClock(), ...traits };
  const gateway = await world.gateway({ clock, env: ENV, sandbox });
  world.onEnd(leaveAll);
  return {
    ...gateway,
    pass: <T>(waiting: Promise<T>) => passTicks(clock, gateway.sandbox, waiting, TICK_MS),
  };
}

const ME = [account(1)];
const NAME = ME[0]?.['linked_account_id'] ?? '';

/** More runs come at once than a page has rows. */
async function pagesAreCapped(world: World) {
  const { url, sandbox, pass } = await setSandbox(world, { maxLimit: 10 });
  const viewers = [watchList(url, { resuming: 'by cursor' }), watchList(url)];
  await untilAllWatch(viewers);
  const audience = createAudience(sandbox, ME, viewers);
  for (let round = 0; round < 3; round++) {
    for (let nth = 0; nth < 12; nth++) audience.begin(nth % 2 === 0 ? 1000 : 4000);
    await pass(audience.untilEach((status) => status !== undefined));
    sandbox.advanceClock(1000);
  }
  sandbox.advanceClock(4000);
  await pass(audience.untilEach((status) => status !== undefined && isEnd(status)));
  audience.expectRight();
  return { retries: 0 };
}

/** So much happens between two readings that nobody can tell all of it. */
async function thousandsCome(world: World) {
  const { url, sandbox, pass } = await setSandbox(world, {});
  const viewer = watchList(url, { resuming: 'by cursor' });
  await untilAllWatch([viewer]);
  const before = createAudience(sandbox, ME, [viewer]);
  const run = before.begin(1000, 'ERRORED').get(NAME) ?? '';
  await pass(before.untilAllKnow());
  const after = viewer.last()?.cursor ?? '';

  sandbox.advanceClock(1000);
  const page = sandbox.addExecutions({ account: NAME, count: 5000, status: 'COMPLETED' }).slice(-100);
  await pass(before.untilAllKnow());
  expect(viewer.told.count('ENDED', run)).toBe(1);
  expect(viewer.told.complaints).toEqual(
    expect.arrayContaining(page.map((id) => `PRESENT ${id} COMPLETED in the middle`)),
  );
  const late = watchList(url, { resuming: 'by cursor', after });
  await untilAllWatch([late]);
  expect(page.every((id) => late.told.states.get(id) === 'COMPLETED')).toBe(true);

  const viewers = [viewer, late];
  const next = createAudience(sandbox, ME, viewers);
  const last = next.begin(1000).get(NAME) ?? '';
  await pass(next.untilAllKnow());
  sandbox.advanceClock(1000);
  await pass(next.untilAllKnow());
  for (const { told } of viewers) {
    expect([told.count('CREATED', last), told.count('ENDED', last)]).toEqual([1, 1]);
    // It has begun again, and nothing else is told twice.
    expect(told.complaints.filter((text) => !text.endsWith('in the middle'))).toEqual([]);
  }
  return { retries: 0 };
}

/** Upstream turns into one that takes no notice of what it is asked for, and gives all there is. */
async function argumentsAreIgnored(world: World) {
  const { url, sandbox, pass } = await setSandbox(world, { generation: 'd2' });
  const { docs } = await list(sandbox, 'limit=100');
  const ids = docs.map((row) => (row['associated_workflow'] as { readonly _id: string })._id);
  const [wanted = '', unwanted = ''] = [...new Set(ids)];
  const narrow = watchList(url, { filter: { workflowId: wanted } });
  const wide = watchList(url);
  await untilAllWatch([narrow, wide]);
  const own = new Set(docs.filter((_, nth) => ids[nth] === wanted).map(({ _id }) => _id));
  const everything = createAudience(sandbox, ME, [wide]);
  for (const generation of ['d2', 'd1', 'd2'] as const) {
    sandbox.setOptions({ generation });
    for (const workflowId of [unwanted, wanted, unwanted]) {
      const [id = ''] = sandbox.addExecutions({ account: NAME, workflowId, status: 'ERRORED' });
      if (workflowId === wanted) own.add(id);
    }
    const hasBeenRead = () => narrow.failure() !== null || [...own].every((id) => narrow.told.states.has(id));
    await pass(everything.untilAllKnow());
    await pass(untilViewers('the list to be read', hasBeenRead));
  }
  expect([...narrow.told.states.keys()].filter((id) => !own.has(id))).toEqual([]);
  expect([narrow.told.complaints, wide.told.complaints, wide.failure()]).toEqual([[], [], null]);
  // What upstream does not apply is said, rather than that nothing happens.
  expect(narrow.failure()).toMatchObject([{ extensions: { code: 'NOT_SUPPORTED' } }]);
  return { retries: 0 };
}

const row = (fault: string, right: string, run: Row['run'], isRandom = false): Row => ({
  number: '41',
  fault: `${fault} while somebody watches`,
  right,
  retries: 0,
  boundMs: null,
  ...(isRandom && { isRandom }),
  run,
});

/** Upstream tells odd things while somebody watches. */
export const LIVE_ODD_ROWS: readonly Row[] = [
  row('rows vanish', 'nothing is told of them', rowsVanish),
  row('a run goes back from its end', 'that is not told, and its end is told once', runGoesBack),
  row('runs of one moment, and older ones, come in any order', 'each is told once', sameMoment, true),
  row('more runs come than a capped page holds', 'each is told once', pagesAreCapped),
  row('5,000 runs come between two readings', 'it begins again, without losing an end', thousandsCome),
  row(
    'upstream turns to ignoring arguments',
    'nobody is told of runs that were not asked for',
    argumentsAreIgnored,
  ),
];
