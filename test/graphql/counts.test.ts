import { afterEach, describe, expect, test } from '@jest/globals';
import { AT_ONCE, errorsOf, REAL_RATE, startOnFakeClock } from '../support/budget.ts';
import { numbers } from '../support/numbers.ts';
import { ask as askUpstream, type ListBody } from '../support/sandbox.ts';
import { DEMO, OTHER, startStill, stopAll, type Gateway } from '../support/gateway.ts';

afterEach(stopAll);

const STATUSES = ['COMPLETED', 'ERRORED', 'RUNNING', 'STOPPED', 'STOPPING', 'TIMED_OUT'];

const TOTAL = `query ($filter: ExecutionFilter) { executionCounts(filter: $filter) { total } }`;
const COUNTS = `query ($filter: ExecutionFilter) {
  executionCounts(filter: $filter) { total partial byStatus { status count } }
}`;
const BUCKETS = `query ($filter: ExecutionFilter) {
  executionCounts(filter: $filter) {
    buckets { partial missing nodes { start total byStatus { status count } } }
  }
}`;

interface StatusCount {
  readonly status: string;
  readonly count: number | null;
}
interface Counted {
  readonly executionCounts: {
    readonly total: number | null;
    readonly partial: boolean;
    readonly byStatus: readonly StatusCount[];
  };
}
interface Bucketed {
  readonly executionCounts: {
    readonly buckets: {
      readonly partial: boolean;
      readonly missing: readonly string[];
      readonly nodes: readonly {
        readonly start: string;
        readonly total: number | null;
        readonly byStatus: readonly StatusCount[] | null;
      }[];
    };
  };
}

/** The newest days of the sandbox's history. */
const WEEK = { startDate: '2023-10-25', endDate: '2023-10-31' };

/** A gateway whose upstream has so many executions, which stand still. */
function startWith(executions: number, env: Record<string, string> = {}): Promise<Gateway> {
  return startStill({ sandbox: { executions }, env });
}

/** The rows that upstream has for a query, asked past the gateway. */
async function rowsOf({ sandbox }: Gateway, query = '') {
  const { body } = await askUpstream<ListBody>(sandbox, `/execution?limit=10000${query}`);
  return body.docs.map((row) => {
    const status = String(row['status']);
    return { status: STATUSES.includes(status) ? status : 'UNKNOWN', day: row.createdAt.slice(0, 10) };
  });
}

function tallyOf(rows: readonly { readonly status: string }[]): StatusCount[] {
  const names = [...new Set(rows.map(({ status }) => status))].sort();
  return names.map((status) => ({ status, count: rows.filter((row) => row.status === status).length }));
}

/** Counts the upstream calls that something causes. */
async function callsOf<T>({ sandbox }: Gateway, cause: () => Promise<T>): Promise<[T, number]> {
  const before = sandbox.requests().length;
  return [await cause(), sandbox.requests().length - before];
}

describe('the total', () => {
  test('costs one call of one row', async () => {
    const gateway = await startWith(300);
    const { data } = await gateway.query<unknown>(TOTAL);
    expect(data).toEqual({ executionCounts: { total: 300 } });
    expect(gateway.sandbox.requests().map(({ query }) => query)).toEqual(['page=1&limit=1']);
  });

  test('of several statuses costs one call for each', async () => {
    const gateway = await startWith(300);
    const filter = { status: ['ERRORED', 'TIMED_OUT'] };
    const [{ data }, calls] = await callsOf(gateway, () => gateway.query<Counted>(TOTAL, { filter }));
    const rows = await rowsOf(gateway);
    const failed = rows.filter(({ status }) => filter.status.includes(status));
    expect([data.executionCounts.total, calls]).toEqual([failed.length, 2]);
  });
});

describe('the counts by status', () => {
  test.each([
    ['one call where all fit a page', 98, 1],
    ['one more for each status where they do not', 99, 7],
  ])('cost %s', async (_what, executions, expected) => {
    const gateway = await startWith(executions);
    const account = 'demo@example.com';
    gateway.sandbox.addExecutions({ account, status: 'QUEUED' });
    gateway.sandbox.addExecutions({ account, status: 'WAITING' });
    const [{ data, errors }, calls] = await callsOf(gateway, () => gateway.query<Counted>(COUNTS));

    expect(errors).toEqual([]);
    const { total, partial, byStatus } = data.executionCounts;
    const rows = await rowsOf(gateway);
    const tallied = new Map(tallyOf(rows).map(({ status, count }) => [status, count]));
    expect(byStatus).toEqual([
      ...STATUSES.map((status) => ({ status, count: tallied.get(status) ?? 0 })),
      { status: 'UNKNOWN', count: tallied.get('UNKNOWN') ?? NaN },
    ]);
    expect([total, partial, calls]).toEqual([executions + 2, false, expected]);
  });

  test('are those of the statuses asked for, none included', async () => {
    const gateway = await startWith(100);
    const filter = { status: ['TIMED_OUT', 'STOPPING', 'ERRORED'], applicationSlugs: ['slack'] };
    const [{ data }, calls] = await callsOf(gateway, () => gateway.query<Counted>(COUNTS, { filter }));
    const { total, byStatus } = data.executionCounts;
    const tallied = new Map(
      tallyOf(await rowsOf(gateway, '&slug=slack')).map((one) => [one.status, one.count]),
    );
    expect(byStatus).toEqual(
      filter.status.toSorted().map((status) => ({ status, count: tallied.get(status) ?? 0 })),
    );
    expect(total).toBe(byStatus.reduce((sum, { count }) => sum + (count ?? NaN), 0));
    // And one for the catalogue, which tells what upstream means by a slug.
    expect(calls).toBe(4);
  });

  test('are the account’s own, also from what is remembered', async () => {
    const gateway = await startWith(50, { CACHE_LIST_MS: '60000' });
    gateway.sandbox.addExecutions({ account: 'other@example.com', status: 'STOPPED', count: 7 });
    const countOf = async (headers: Record<string, string>) =>
      (await gateway.query<Counted>(COUNTS, {}, headers)).data.executionCounts.total;
    expect(await countOf(DEMO)).toBe(50);
    expect(await countOf(OTHER)).toBe(57);
    expect(await countOf(DEMO)).toBe(50);
  });
});

describe('the counts by status are partial', () => {
  test('where other fields of the operation need the calls', async () => {
    const gateway = await startWith(5000);
    const { data, errors, extensions } = await gateway.query<Counted>(`{
      executions(first: 21) { nodes { nodes { id } } }
      executionCounts { total partial byStatus { status count } }
    }`);
    expect(errors).toEqual([]);
    expect(extensions.cost).toEqual({
      requested: 23,
      actual: 25,
      limit: 25,
      budget: expect.objectContaining({ queued: 0 }),
    });
    const { total, partial, byStatus } = data.executionCounts;
    expect([total, partial]).toEqual([5000, true]);
    const tallied = tallyOf(await rowsOf(gateway));
    const known = byStatus.filter(({ count }) => count !== null);
    expect(known).toHaveLength(2);
    for (const one of known) expect(tallied).toContainEqual(one);
    expect(byStatus.map(({ status }) => status)).toEqual([...STATUSES, 'UNKNOWN']);
  });

  test('in an outage, of which the total tells', async () => {
    const { query, sandbox } = await startWith(5000);
    sandbox.addFault({ status: 503, retryAfter: 30, times: 30 });
    const alone = await query<Counted>('{ executionCounts { partial byStatus { status count } } }');
    expect(alone.errors).toEqual([]);
    const { partial, byStatus } = alone.data.executionCounts;
    expect([partial, byStatus]).toEqual([
      true,
      [...STATUSES, 'UNKNOWN'].map((status) => ({ status, count: null })),
    ]);
    const both = await query<Counted>(COUNTS);
    expect(both.errors).toMatchObject([
      { path: ['executionCounts', 'total'], extensions: { code: 'UPSTREAM_UNAVAILABLE' } },
    ]);
    expect(both.data.executionCounts).toEqual({ total: null, partial, byStatus });
  });

  test('not where the caller is not let in', async () => {
    const { query } = await startWith(10);
    const answer = await query(COUNTS, {}, { authorization: 'Bearer nobody' });
    expect(answer.data).toEqual({ executionCounts: null });
    expect(errorsOf(answer)).toContainEqual({ code: 'UNAUTHENTICATED', upstream: expect.anything() });
  });
});

describe('the buckets', () => {
  /** What upstream's rows say of each day. */
  async function expectedOf(gateway: Gateway, filter: typeof WEEK, status?: string) {
    const range = `&start_date=${filter.startDate}&end_date=${filter.endDate}${status ? `&status=${status}` : ''}`;
    const rows = await rowsOf(gateway, range);
    const firstMs = Date.parse(filter.startDate);
    const days = (Date.parse(filter.endDate) - firstMs) / 86_400_000 + 1;
    return Array.from({ length: days }, (_, index) => {
      const start = new Date(firstMs + index * 86_400_000).toISOString();
      const those = rows.filter(({ day }) => start.startsWith(day));
      return { start, total: those.length, byStatus: tallyOf(those) };
    });
  }

  test('of a range that fits a page cost one call', async () => {
    const gateway = await startWith(100);
    const [{ data, errors }, calls] = await callsOf(gateway, () =>
      gateway.query<Bucketed>(BUCKETS, { filter: WEEK }),
    );
    expect(errors).toEqual([]);
    const nodes = await expectedOf(gateway, WEEK);
    expect(data.executionCounts.buckets).toEqual({ partial: false, missing: [], nodes });
    expect(nodes.filter(({ total }) => total > 0).length).toBeGreaterThan(3);
    expect(calls).toBe(1);
  });

  test('of a longer range cost a call for every page of it', async () => {
    const gateway = await startWith(300, { MAX_PAGE_SIZE: '40' });
    const filter = { startDate: '2023-10-12', endDate: '2023-10-31' };
    const [{ data }, calls] = await callsOf(gateway, () => gateway.query<Bucketed>(BUCKETS, { filter }));
    const nodes = await expectedOf(gateway, filter);
    expect(data.executionCounts.buckets).toEqual({ partial: false, missing: [], nodes });
    const rows = nodes.reduce((sum, { total }) => sum + total, 0);
    expect(rows).toBeGreaterThan(100);
    expect(calls).toBeLessThanOrEqual(2 * Math.ceil(rows / 40));
  });

  test('of days with many rows are counted by status, as many as the budget allows, the newest first', async () => {
    const gateway = await startWith(5000, {
      MAX_PAGE_SIZE: '10',
      CACHE_LIST_MS: '60000',
      CACHE_TERMINAL_MS: '60000',
    });
    const nodes = await expectedOf(gateway, WEEK);
    expect(Math.min(...nodes.map(({ total }) => total))).toBeGreaterThan(20);
    const known: number[] = [];
    for (const round of [1, 2, 3, 4, 5]) {
      const [{ data, errors }, calls] = await callsOf(gateway, () =>
        gateway.query<Bucketed>(BUCKETS, { filter: WEEK }),
      );
      expect([round, errors, calls <= 25]).toEqual([round, [], true]);
      const { partial, missing, nodes: found } = data.executionCounts.buckets;
      const counted = found.filter(({ total }) => total !== null);
      // The newest ones, without a gap.
      expect(counted).toEqual(nodes.slice(nodes.length - counted.length));
      expect(missing).toEqual(nodes.slice(0, nodes.length - counted.length).map(({ start }) => start));
      expect(partial).toBe(missing.length > 0);
      known.push(counted.length);
    }
    // Each time what was counted before is remembered.
    expect(known).toEqual([3, 6, 7, 7, 7]);
  });
});

describe('the buckets of hours, and of days elsewhere', () => {
  const BY = `query ($filter: ExecutionFilter, $unit: BucketUnit!, $timeZone: String!) {
    executionCounts(filter: $filter) { buckets(unit: $unit, timeZone: $timeZone) { partial nodes { start total } } }
  }`;
  const DAYS = { startDate: '2023-10-28', endDate: '2023-10-30' };

  /** The rows of those days by what the clocks of a time zone show: all that one shows are counted together. */
  async function shownOf({ sandbox }: Gateway, timeZone: string, unit: string) {
    const format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      dateStyle: 'short',
      ...(unit === 'HOUR' && { timeStyle: 'long' }),
    });
    const shown = (at: string) => format.format(new Date(at)).replace(/:\d\d:\d\d/, '');
    const query = `start_date=${DAYS.startDate}&end_date=${DAYS.endDate}`;
    const { body } = await askUpstream<ListBody>(sandbox, `/execution?limit=10000&${query}`);
    const counts = new Map<string, number>();
    for (const { createdAt } of body.docs) {
      counts.set(shown(createdAt), (counts.get(shown(createdAt)) ?? 0) + 1);
    }
    return { counts, shown };
  }

  test.each([
    ['HOUR', 'UTC', 72],
    ['HOUR', 'Asia/Kolkata', 73],
    ['DAY', 'Europe/Berlin', 4],
    ['DAY', 'America/New_York', 4],
  ])('by %s in %s', async (unit, timeZone, spans) => {
    const gateway = await startWith(1200, { MAX_PAGE_SIZE: '20' });
    const { counts, shown } = await shownOf(gateway, timeZone, unit);
    const { data, errors } = await gateway.query<Bucketed>(BY, { filter: DAYS, unit, timeZone });
    expect(errors).toEqual([]);
    const { partial, nodes } = data.executionCounts.buckets;
    expect([partial, nodes.length]).toEqual([false, spans]);
    const found = nodes.filter(({ total }) => total !== 0).map(({ start, total }) => [shown(start), total]);
    expect(new Map(found as [string, number][])).toEqual(counts);
    expect(counts.size).toBeGreaterThan(2);
  });

  test.each([
    ['HOUR', 'UTC', 'buckets.unit'],
    ['DAY', 'Europe/Berlin', 'buckets.timeZone'],
  ])('by %s in %s need times, or few runs', async (unit, timeZone, argument) => {
    const filter = DAYS;
    const days = { generation: 'd1' as const, foreignSpelling: 'ignore' as const };
    const many = await startStill({ sandbox: { executions: 5000, ...days }, env: { MAX_PAGE_SIZE: '10' } });
    const { data, errors } = await many.query<unknown>(BY, { filter, unit, timeZone });
    expect([data, errors]).toMatchObject([
      { executionCounts: null },
      [{ message: expect.stringContaining(argument), extensions: { code: 'NOT_SUPPORTED' } }],
    ]);
    const few = await startStill({ sandbox: { executions: 500, ...days } });
    const { counts, shown } = await shownOf(few, timeZone, unit);
    const answer = await few.query<Bucketed>(BY, { filter, unit, timeZone });
    expect([answer.errors, answer.extensions.upstream.calls]).toEqual([[], 1]);
    const { nodes } = answer.data.executionCounts.buckets;
    const found = nodes.filter(({ total }) => total !== 0).map(({ start, total }) => [shown(start), total]);
    expect(new Map(found as [string, number][])).toEqual(counts);
  });

  test.each([
    [{ unit: 'DAY', timeZone: 'Mars/Olympus' }, 'buckets.timeZone must be a time zone'],
    [
      { unit: 'HOUR', timeZone: 'UTC', filter: { startDate: '2023-10-01', endDate: '2023-10-15' } },
      '14 days',
    ],
  ])('are refused for %j, and upstream is not asked', async (variables, message) => {
    const { query, sandbox } = await startWith(10);
    const answer = await query(BY, { filter: DAYS, ...variables });
    expect(answer.errors).toMatchObject([
      { message: expect.stringContaining(message), extensions: { code: 'BAD_USER_INPUT' } },
    ]);
    expect(sandbox.requests()).toEqual([]);
  });

  test('are those of the times that the filter names', async () => {
    const gateway = await startWith(500);
    const filter = { createdAfter: '2023-10-29T06:30:00.000Z', createdBefore: '2023-10-29T09:15:00.000Z' };
    const { data } = await gateway.query<Bucketed>(BY, { filter, unit: 'HOUR', timeZone: 'UTC' });
    expect(data.executionCounts.buckets.nodes.map(({ start }) => start.slice(11, 16))).toEqual([
      '06:30',
      '07:00',
      '08:00',
      '09:00',
    ]);
  });
});

describe('the buckets, in trouble', () => {
  const filter = WEEK;
  const NOTHING_KNOWN = {
    partial: true,
    missing: ['25', '26', '27', '28', '29', '30', '31'].map((day) => `2023-10-${day}T00:00:00.000Z`),
  };

  test.each([
    ['an outage', { status: 503, retryAfter: 30 }],
    ['an upstream that is asked too often', { status: 429, retryAfter: 30 }],
    ['a connection that breaks', { reset: true as const }],
  ])('are partial in %s', async (_what, fault) => {
    const { query, sandbox } = await startWith(100);
    sandbox.addFault({ ...fault, times: 10 });
    const { data, errors } = await query<Bucketed>(BUCKETS, { filter });
    expect(errors).toEqual([]);
    expect(data.executionCounts.buckets).toMatchObject(NOTHING_KNOWN);
    expect(data.executionCounts.buckets.nodes.map(({ total, byStatus }) => [total, byStatus])).toEqual(
      NOTHING_KNOWN.missing.map(() => [null, null]),
    );
  });

  test('are partial where upstream takes too long, and come before the operation is over', async () => {
    const { query, sandbox, clock } = await startOnFakeClock({ env: { UPSTREAM_TIMEOUT_MS: '60000' } });
    sandbox.addFault({ hang: 'before-headers' });
    const asking = query<Bucketed>(BUCKETS, { filter });
    await sandbox.until(() => sandbox.requests()[0]?.status === 'hang');
    clock.advance(4600);
    const { data, errors } = await asking;
    expect(errors).toEqual([]);
    expect(data.executionCounts.buckets).toMatchObject(NOTHING_KNOWN);
  });

  test('give way to what people wait for', async () => {
    const gateway = await startOnFakeClock({ env: REAL_RATE });
    const { query, ask, queued, takeAllTurns, sandbox } = gateway;
    const asking = numbers(1, AT_ONCE + 1).map((number) => ask(number));
    await queued(1);
    const buckets = query<Bucketed>(BUCKETS, { filter });
    await queued(2);
    const late = ask(100);
    await queued(3);
    await takeAllTurns();
    await gateway.passNext();
    await Promise.all([...asking, late, buckets]);
    expect(sandbox.requests().at(-1)?.query).toContain('start_date=2023-10-25');
  });

  test('fail where the caller is not let in', async () => {
    const { query } = await startWith(10);
    const headers = { authorization: 'Bearer nobody' };
    expect(errorsOf(await query(BUCKETS, { filter }, headers))).toMatchObject([{ code: 'UNAUTHENTICATED' }]);
  });
});

describe('of a bucket', () => {
  test('what is settled is remembered for long, what may change is not', async () => {
    const gateway = await startOnFakeClock({
      sandbox: { executions: 20 },
      env: { CACHE_LIST_MS: '2000', CACHE_TERMINAL_MS: '3600000', CACHE_STALE_MS: '0' },
    });
    const today = new Date(gateway.clock.date()).toISOString().slice(0, 10);
    const countOf = async (startDate: string, endDate: string) => {
      const before = gateway.sandbox.requests().length;
      const { errors } = await gateway.query(BUCKETS, { filter: { startDate, endDate } });
      expect(errors).toEqual([]);
      return gateway.sandbox.requests().length - before;
    };
    const dayBefore = '2023-10-29';
    // It is not known yet what upstream means by the end of a range: that takes a run, and a look at its day.
    expect(await countOf('2023-10-19', dayBefore)).toBe(3);
    expect([await countOf('2023-10-20', dayBefore), await countOf(today, today)]).toEqual([1, 1]);
    gateway.clock.advance(10_000);
    expect([await countOf('2023-10-20', dayBefore), await countOf(today, today)]).toEqual([0, 1]);
  });
});

describe('what cannot be counted is refused, and upstream is not asked', () => {
  test.each<[string, Record<string, unknown>, string]>([
    ['buckets without a start', {}, 'buckets needs filter.startDate or filter.createdAfter'],
    [
      'buckets of too many days',
      { startDate: '2023-01-01', endDate: '2023-04-03' },
      'buckets by DAY span at most 92 days: narrow filter.startDate and filter.endDate',
    ],
    [
      'a range that ends before it starts',
      { startDate: '2023-10-02', endDate: '2023-10-01' },
      'filter.startDate',
    ],
    ['UNKNOWN', { ...WEEK, status: ['UNKNOWN'] }, 'filter.status cannot be UNKNOWN'],
  ])('%s', async (_what, filter, message) => {
    const { query, sandbox } = await startWith(10);
    const answer = await query(BUCKETS, { filter });
    expect(answer.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(answer.errors[0]?.message).toContain(message);
    expect(sandbox.requests()).toEqual([]);
  });

  test('not a range of 92 days', async () => {
    const { query } = await startWith(10);
    const filter = { startDate: '2023-01-01', endDate: '2023-04-02' };
    const { data, errors } = await query<Bucketed>(BUCKETS, { filter });
    expect(errors).toEqual([]);
    expect(data.executionCounts.buckets.nodes).toHaveLength(92);
  });
});
