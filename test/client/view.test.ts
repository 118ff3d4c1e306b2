import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  createSavedViews,
  DEFAULT_VIEW,
  filterOf,
  openSavedView,
  percentilesOf,
  RANGE_PRESETS,
  readView,
  recoveriesOf,
  rerunLinks,
  savedViewOf,
  writeView,
  type RunView,
} from '@refold-gateway/run-history/core';

const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const slug = fc.stringMatching(/^[a-z0-9_-]{1,20}$/);
const day = fc
  .date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const view: fc.Arbitrary<RunView> = fc.record({
  status: fc.uniqueArray(fc.constantFrom('COMPLETED' as const, 'ERRORED' as const, 'RUNNING' as const)),
  source: fc.constantFrom(null, 'EVENT' as const, 'SCHEDULE' as const),
  type: fc.constantFrom(null, 'SYNC' as const, 'ASYNC' as const),
  workflowId: fc.option(slug),
  applicationSlugs: fc.uniqueArray(slug, { maxLength: 4 }),
  range: fc.oneof(
    fc.constantFrom(...RANGE_PRESETS).map((preset) => ({ preset })),
    fc.tuple(day, fc.option(day)).map(([one, other]) => {
      return {
        from: other !== null && other < one ? other : one,
        to: other !== null && other < one ? one : other,
      };
    }),
  ),
  search: text,
  sort: fc.constantFrom('ASC' as const, 'DESC' as const),
  runId: fc.option(slug),
});

test('every view is read from its address as it was written, and the host keeps its own parameters', () => {
  fc.assert(
    fc.property(view, fc.constantFrom('', 'rh-'), text, (one, prefix, own) => {
      const host = new URLSearchParams({ host: own }).toString();
      const address = writeView(one, `?${host}`, prefix);
      expect(readView(address, prefix)).toEqual(one);
      expect(new URLSearchParams(address).get('host')).toBe(own);
      expect(writeView(DEFAULT_VIEW, address, prefix)).toBe(`?${host}`);
    }),
  );
});

test('what an address holds and is not understood counts as not there', () => {
  const odd = [
    'from=2026-11-26&to=2026-11-01',
    'from=0001-01-01',
    'to=9999-12-31',
    'from=2026-11-26T10:00Z',
    'from=2026-02-31',
    'from=2026-11-26T10:00:00Z&to=2026-11-26T10:00:00Z',
    'app=%2C%00,..%2Fetc',
    'run=../../etc',
    'workflow=%22',
    'status=FAILED&source=&type=a&range=8d&sort=up',
  ];
  for (const query of odd) expect({ query, ...readView(query, '') }).toEqual({ query, ...DEFAULT_VIEW });
  expect(readView(`q=${'x'.repeat(300)}`, '').search).toHaveLength(256);
  expect(readView('from=2026-11-26&to=2026-11-26', '').range).toEqual({
    from: '2026-11-26',
    to: '2026-11-26',
  });
});

test('whatever an address holds, it is a view that the gateway can be asked for', () => {
  const name = fc.constantFrom('from', 'to', 'q', 'app', 'run', 'workflow', 'status', 'range');
  const value = fc.oneof(
    text,
    day,
    fc.constantFrom('2026-11-26T10:00:00Z', '0001-01-01', '9999-12-31', '../..'),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(name, value)), (parameters) => {
      const one = readView(new URLSearchParams(parameters).toString(), '');
      expect(readView(writeView(one, '', ''), '')).toEqual(one);
      for (const id of [one.runId, one.workflowId]) expect(id ?? 'none').toMatch(/^[\w-]{1,128}$/);
      for (const slug of one.applicationSlugs) expect(slug).toMatch(/^[\w.-]{1,128}$/);
      const { createdAfter = '2000', createdBefore = '2101' } = filterOf(
        one,
        Date.UTC(2026, 10, 26),
        true,
        'Asia/Tokyo',
      );
      expect(Date.parse(createdAfter ?? '')).toBeGreaterThan(Date.UTC(1999, 11, 30));
      expect(Date.parse(createdBefore ?? '')).toBeLessThan(Date.UTC(2101, 0, 3));
    }),
  );
});

test('an address may be anything', () => {
  fc.assert(
    fc.property(text, text, (name, value) => {
      const address = `?${new URLSearchParams({ [name]: value, status: value, range: value, from: value }).toString()}`;
      expect(() => readView(address, '')).not.toThrow();
    }),
  );
});

test('saved views outlive the page, and a storage that is broken, full or forbidden', () => {
  const kept = new Map<string, string>();
  const storage = { getItem: (key: string) => kept.get(key) ?? null, setItem: kept.set.bind(kept) };
  const failed: RunView = { ...DEFAULT_VIEW, status: ['ERRORED'], runId: 'open' };
  createSavedViews(storage, 'views').save('  Failed ', failed);
  const again = createSavedViews(storage, 'views');
  const [saved] = again.get().views;
  expect(saved?.name).toBe('Failed');
  expect(saved && openSavedView(saved)).toEqual({ ...failed, runId: null });
  expect(savedViewOf(again.get().views, failed)).toEqual(saved);
  again.rename('Failed', 'Broken');
  expect(again.get().views.map(({ name }) => name)).toEqual(['Broken']);

  for (const stored of ['{', 'null', '[1,{"name":"","query":""},{"name":"x"}]']) {
    expect(createSavedViews({ ...storage, getItem: () => stored }, 'views').get().views).toEqual([]);
  }
  const full = createSavedViews(
    {
      getItem: () => null,
      setItem: () => {
        throw new Error('QuotaExceededError');
      },
    },
    'views',
  );
  full.save('One', DEFAULT_VIEW);
  full.save('Two', failed);
  expect(full.get()).toMatchObject({ isKept: false, views: [{ name: 'One' }, { name: 'Two' }] });
});

test('percentiles are durations of runs, of those whose duration is known', () => {
  const runs = Array.from({ length: 100 }, (_, index) => ({ durationMs: index + 1 }));
  expect(percentilesOf(runs)).toEqual({ p50Ms: 50, p95Ms: 95, known: 100, total: 100 });
  expect(percentilesOf([{ durationMs: null }, { durationMs: 7 }])).toEqual({
    p50Ms: 7,
    p95Ms: 7,
    known: 1,
    total: 2,
  });
  expect(percentilesOf([])).toEqual({ p50Ms: null, p95Ms: null, known: 0, total: 0 });
});

test('what became of a failed run is told by its reruns, and theirs', () => {
  const row = (id: string, status: 'ERRORED' | 'COMPLETED' | 'RUNNING', of: string | null = null) => ({
    id,
    status,
    rerunOf: of === null ? null : { id: of },
  });
  const rows = [
    row('a1', 'ERRORED'),
    row('a2', 'ERRORED', 'a1'),
    row('a3', 'COMPLETED', 'a2'),
    row('b1', 'ERRORED'),
    row('b2', 'ERRORED', 'b1'),
    row('c1', 'ERRORED'),
    row('c2', 'RUNNING', 'c1'),
    row('d1', 'ERRORED'),
    row('e1', 'ERRORED'),
  ];
  const links = rerunLinks(rows, new Map([['d1', ['d2']]]));
  const told = recoveriesOf(rows, links, rows);
  expect(['a1', 'b1', 'c1', 'd1', 'e1'].map((id) => [id, told.get(id)])).toEqual([
    ['a1', { recovery: 'recovered', rerunId: 'a3' }],
    ['b1', { recovery: 'failed', rerunId: 'b2' }],
    ['c1', { recovery: 'running', rerunId: 'c2' }],
    ['d1', { recovery: 'unknown', rerunId: 'd2' }],
    ['e1', { recovery: 'none', rerunId: null }],
  ]);
});
