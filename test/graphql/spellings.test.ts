import { afterEach, describe, expect, test } from '@jest/globals';
import {
  counted,
  listed,
  refusal,
  startOver,
  stateOf,
  truth,
  type Gateway,
} from '../support/capabilities.ts';
import { startServer, stopAll } from '../support/gateway.ts';
import type { Row } from '../support/sandbox.ts';

afterEach(stopAll);

const GENERATIONS = ['d1', 'd2'] as const;
const SOURCES = { SCHEDULE: 'Schedule', API_CALL: 'API+Call', EVENT: 'Event' } as const;

/** Queries that upstream has got, without those of `truth`, which ask for more rows than any page has. */
function asked({ sandbox }: Gateway): URLSearchParams[] {
  return sandbox
    .requests()
    .map(({ query }) => new URLSearchParams(query))
    .filter((query) => query.get('limit') !== '1000');
}

describe('sources', () => {
  const cases = GENERATIONS.flatMap((generation) =>
    (['usual', 'accept', 'reject', 'ignore'] as const).flatMap((foreignSpelling) =>
      (Object.keys(SOURCES) as (keyof typeof SOURCES)[]).map(
        (source) => [generation, foreignSpelling, source] as const,
      ),
    ),
  );

  test.each(cases)('%s, where foreign spellings are %s: %s', async (generation, foreignSpelling, source) => {
    const gateway = await startOver({ generation, foreignSpelling });
    const { ids } = await truth(gateway.sandbox, `execution_source=${SOURCES[source]}`);
    const right = { total: ids.length, errors: [] };
    expect(await counted(gateway, { source })).toMatchObject(right);
    const page = await listed(gateway, { filter: { source }, page: { size: 5 } });
    expect(page).toMatchObject({ ...right, ids: ids.slice(0, 5), calls: 1 });
    const past = await listed(gateway, { filter: { source }, page: { number: 900 } });
    expect(past).toMatchObject({ ...right, ids: [] });
  });

  test('are spelled anew when upstream changes', async () => {
    const gateway = await startOver({ generation: 'd2', foreignSpelling: 'reject' });
    const { ids } = await truth(gateway.sandbox, 'execution_source=API+Call');
    for (const generation of ['d2', 'd1', 'd1', 'd2'] as const) {
      gateway.sandbox.setOptions({ generation });
      const page = await listed(gateway, { filter: { source: 'API_CALL' }, page: { size: 5 } });
      expect(page).toMatchObject({ ids: ids.slice(0, 5), total: ids.length, errors: [] });
    }
    const spellings = asked(gateway).map((query) => query.get('execution_source'));
    expect(spellings.slice(-5)).toEqual(['API_CALL', 'API Call', 'API Call', 'API Call', 'API_CALL']);
  });

  test('are found where the other spelling is a value that no run has', async () => {
    const gateway = await startOver({ generation: 'd1', foreignSpelling: 'accept' });
    const { ids } = await truth(gateway.sandbox, 'execution_source=API+Call');
    for (const spelling of ['API_CALL', 'SCHEDULE']) {
      gateway.sandbox.addFault({
        match: { route: 'GET /execution', query: { execution_source: spelling } },
        times: 99,
        body: { docs: [], totalDocs: 0, page: 1, limit: 5, totalPages: 1 },
      });
    }
    const filter = { source: 'API_CALL' };
    expect(await listed(gateway, { filter, page: { size: 5 } })).toMatchObject({
      ids: ids.slice(0, 5),
      calls: 4,
    });
    expect(await counted(gateway, filter)).toMatchObject({ total: ids.length, calls: 1 });
  });

  test('of rows that do not tell theirs are those of the filter', async () => {
    const gateway = await startOver({ generation: 'd1' });
    const text = '{ executions(filter: { source: SCHEDULE }, page: { size: 2 }) { nodes { source } } }';
    const { data } = await gateway.query<Record<'executions', unknown>>(text);
    expect(data.executions).toEqual({ nodes: [{ source: 'SCHEDULE' }, { source: 'SCHEDULE' }] });
  });

  test('are refused where upstream reads neither spelling', async () => {
    const gateway = await startOver({ generation: 'd2' });
    const { rows } = await truth(gateway.sandbox, '');
    const body = { docs: rows.slice(0, 10), totalDocs: 250, page: 1, limit: 10, totalPages: 25 };
    gateway.sandbox.addFault({ match: { route: 'GET /execution' }, times: 9, body });
    const page = await listed(gateway, { filter: { source: 'API_CALL' } });
    expect(page).toMatchObject({ ids: null, errors: [refusal('filter.source')] });
    expect(await stateOf(gateway, 'filter.source')).toBe('IGNORED');
  });
});

/** Runs of one day. */
const RUNS = [
  { _id: '6593f5000000000000000002', createdAt: '2024-01-02T12:30:00.000Z' },
  { _id: '6593f5000000000000000001', createdAt: '2024-01-02T12:00:00.000Z' },
];

/** A day in the middle of the list with some rows, one in front of it, and one behind. */
async function dayIn(gateway: Gateway) {
  const { rows } = await truth(gateway.sandbox, '');
  const day = rows[100]?.createdAt.slice(0, 10) ?? '';
  return { day, ids: rows.filter(({ createdAt }) => createdAt.startsWith(day)).map(({ _id }) => _id), rows };
}

describe('the last day of a range', () => {
  const cases = GENERATIONS.flatMap((generation) =>
    (['start', 'end'] as const).map((endDate) => [generation, endDate] as const),
  );

  test.each(cases)('is in it with all of its runs: %s, which means its %s', async (generation, endDate) => {
    const gateway = await startOver({ generation, endDate });
    const { day, ids, rows } = await dayIn(gateway);
    expect(ids.length).toBeGreaterThan(0);
    const filter = { startDate: day, endDate: day };
    expect(await counted(gateway, filter)).toMatchObject({ total: ids.length, errors: [] });
    expect(await listed(gateway, { filter, page: { size: 100 } })).toMatchObject({ ids, calls: 1 });

    const upTo = rows.filter(({ createdAt }) => createdAt.slice(0, 10) <= day).map(({ _id }) => _id);
    const all = await listed(gateway, { filter: { endDate: day }, page: { number: 2, size: 20 } });
    expect(all).toMatchObject({ ids: upTo.slice(20, 40), total: upTo.length, errors: [] });
    const oldest = await listed(gateway, { filter, sort: 'ASC', page: { size: 2 } });
    expect(oldest.ids).toEqual(ids.toReversed().slice(0, 2));
  });

  test('is read anew when upstream changes its mind', async () => {
    const gateway = await startOver({ generation: 'd1', endDate: 'start' });
    const { day, rows } = await dayIn(gateway);
    const ids = rows.filter(({ createdAt }) => createdAt.slice(0, 10) <= day).map(({ _id }) => _id);
    const ask = () => listed(gateway, { filter: { endDate: day }, page: { size: 5 } });
    expect(await ask()).toMatchObject({ ids: ids.slice(0, 5), total: ids.length });
    gateway.sandbox.setOptions({ endDate: 'end' });
    expect(await ask()).toMatchObject({ ids: ids.slice(0, 5), total: ids.length });
  });

  test('is in it with all of its runs in lists that are read while another one shows what it means', async () => {
    const shown = Promise.withResolvers<undefined>();
    const upstreamUrl = await startServer(({ url = '' }, response) => {
      const query = new URL(url, 'http://upstream').searchParams;
      const [status, to = '9'] = [query.get('status'), query.get('end_date') ?? undefined];
      const docs = RUNS.map((run, nth) => ({ ...run, status: ['ERRORED', 'STOPPED'][nth] })).filter(
        (run) => run.createdAt <= to && (status === null || run.status === status),
      );
      const answer = JSON.stringify({ docs, totalDocs: docs.length, hasNextPage: false });
      if (status === 'ERRORED' && to === '2024-01-03') shown.resolve(undefined);
      const isLate = status === 'STOPPED' && to === '2024-01-02';
      void (isLate ? shown.promise : Promise.resolve()).then(() =>
        response.setHeader('content-type', 'application/json').end(answer),
      );
    });
    const gateway = await startOver({}, { upstreamUrl });
    const filter = { status: ['ERRORED', 'STOPPED'], endDate: '2024-01-02' };
    const ids = RUNS.map(({ _id }) => _id);
    expect(await listed(gateway, { filter })).toMatchObject({ ids, total: 2, errors: [] });
  });

  test('is refused where no run tells its time', async () => {
    const gateway = await startOver({ generation: 'd2', omit: ['createdAt'] });
    const { errors } = await counted(gateway, { endDate: '2023-10-20' });
    expect(errors).toEqual(['NOT_SUPPORTED filter.endDate: nothing tells whether upstream applied it']);
  });

  test('goes out as a time where days are refused', async () => {
    const gateway = await startOver({ generation: 'd2' });
    const { day, ids } = await dayIn(gateway);
    gateway.sandbox.addFault({
      match: { route: 'GET /execution', query: { start_date: day, end_date: day } },
      times: 99,
      status: 422,
    });
    const filter = { startDate: day, endDate: day };
    expect(await listed(gateway, { filter, page: { size: 100 } })).toMatchObject({ ids, calls: 2 });
    expect(await listed(gateway, { filter, page: { size: 100 } })).toMatchObject({ ids, calls: 1 });
  });
});

describe('times', () => {
  const span = (rows: readonly Row[], from: number, to: number) => ({
    filter: { createdAfter: rows[to]?.createdAt, createdBefore: rows[from]?.createdAt },
    ids: rows.slice(from + 1, to + 1).map(({ _id }) => _id),
  });

  test.each([
    ['d2', 'usual'],
    ['d2', 'ignore'],
    ['both', 'usual'],
    ['d1', 'accept'],
  ] as const)('bound a list where upstream takes them: %s, %s', async (generation, foreignSpelling) => {
    const gateway = await startOver({ generation, foreignSpelling });
    const { rows } = await truth(gateway.sandbox, '');
    const { filter, ids } = span(rows, 100, 103);
    expect(await counted(gateway, filter)).toMatchObject({ total: 3, errors: [], calls: 3 });
    expect(await listed(gateway, { filter })).toMatchObject({ ids, total: 3, calls: 1 });
    const { createdAfter, createdBefore } = filter;
    expect((await counted(gateway, { createdAfter })).total).toBe(104);
    expect((await counted(gateway, { createdBefore })).total).toBe(149);
    const startDate = rows[0]?.createdAt.slice(0, 10) ?? '';
    const today = rows.filter((row) => row.createdAt.startsWith(startDate)).map(({ _id }) => _id);
    const both = await listed(gateway, { filter: { startDate, createdAfter }, page: { size: 100 } });
    expect(both.ids).toEqual(today);
    expect(await stateOf(gateway, 'filter.createdAfter')).toBe('SUPPORTED');
  });

  test.each(['usual', 'reject', 'ignore'] as const)(
    'are refused where upstream knows days only: %s',
    async (foreignSpelling) => {
      const gateway = await startOver({ generation: 'd1', foreignSpelling });
      const { rows } = await truth(gateway.sandbox, '');
      const { filter } = span(rows, 100, 103);
      const { createdAfter, createdBefore } = filter;
      for (const times of [filter, { createdAfter }]) {
        const refused = { total: null, errors: [expect.stringContaining('NOT_SUPPORTED filter.created')] };
        expect(await counted(gateway, times)).toMatchObject(refused);
        expect(await listed(gateway, { filter: times })).toMatchObject({ ids: null, ...refused });
      }
      expect((await counted(gateway, { createdBefore })).errors).toEqual([refusal('filter.createdBefore')]);
      expect(await stateOf(gateway, 'filter.createdAfter')).toBe('IGNORED');
    },
  );

  test.each([1, 2])('are refused where upstream reads them as days, over %i runs of a day', async (count) => {
    const upstreamUrl = await startServer(({ url = '' }, response) => {
      const query = new URL(url, 'http://upstream').searchParams;
      const [from = '0', to = '9'] = ['start_date', 'end_date'].map((name) => query.get(name)?.slice(0, 10));
      const docs = RUNS.slice(0, count).filter(
        ({ createdAt }) => from <= createdAt && createdAt.slice(0, 10) <= to,
      );
      const page = {
        docs,
        totalDocs: docs.length,
        page: 1,
        limit: Number(query.get('limit')),
        totalPages: 1,
      };
      response.setHeader('content-type', 'application/json').end(JSON.stringify(page));
    });
    const gateway = await startOver({}, { upstreamUrl });
    const filter = { createdAfter: '2024-01-02T11:00:00Z' };
    expect((await listed(gateway, { filter })).errors).toEqual([refusal('filter.createdAfter')]);
  });

  test('are refused where upstream ignores them, and a source in its other spelling', async () => {
    const gateway = await startOver({ generation: 'd1', foreignSpelling: 'ignore' });
    const { rows } = await truth(gateway.sandbox, '');
    const filter = { source: 'API_CALL', createdBefore: rows[5]?.createdAt };
    const page = await listed(gateway, { filter, page: { number: 6, size: 1 } });
    expect(page).toMatchObject({ ids: null, errors: [refusal('filter.createdBefore')] });
  });

  test('are refused where upstream knows days only, and the account has no runs', async () => {
    const gateway = await startOver({ generation: 'd1', executions: 0, accounts: 2 });
    const headers = { 'x-api-key': 'tk_demo', linked_account_id: 'other@example.com' };
    const { errors } = await listed(gateway, { filter: { createdAfter: '2024-01-02T00:00:00Z' } }, headers);
    expect(errors).toEqual([refusal('filter.createdAfter')]);
  });

  test.each([
    { createdAfter: '2024-01-02T00:00:00Z', createdBefore: '2024-01-02T00:00:00Z' },
    { createdAfter: '2024-01-03T00:00:00Z', endDate: '2024-01-02' },
    { startDate: '2024-01-02', createdBefore: '2024-01-02T00:00:00Z' },
  ])('must leave some time: %j', async (filter) => {
    const gateway = await startOver({ generation: 'd2' });
    const { errors, calls } = await counted(gateway, filter);
    expect(errors).toEqual([expect.stringContaining('BAD_USER_INPUT filter.createdAfter')]);
    expect(calls).toBe(0);
  });
});
