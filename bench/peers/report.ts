import { finding, number, printTable, type Finding } from '../table.ts';
import { WORKS, type Work } from './contestant.ts';
import type { Result } from './measure.ts';
import type { Kind } from './questions.ts';
import { ROSTER } from './roster.ts';

/** Prints what was measured: a table a cell. */
export function printResults(results: readonly Result[]): void {
  const cells = Map.groupBy(results, ({ work, kind, size }) => `${work} ${kind}, ${String(size)} rows`);
  for (const [title, rows] of cells) {
    const perSecondOf = (name: string) => rows.find(({ server }) => server === name)?.perSecond ?? NaN;
    const [apollo, passthrough] = [perSecondOf('apollo'), perSecondOf('passthrough')];
    printTable(
      title.replace(/^(detail) .*/, '$1'),
      [
        ...['server', 'requests/s', 'p50 ms', 'p99 ms', 'CPU us', 'calls', 'peak MB'],
        ...['own core %', 'upstream %', 'x Apollo', 'x passthrough'],
      ],
      rows.map((row) => [
        ROSTER[row.server]?.title ?? row.server,
        number(Math.round(row.perSecond)),
        row.p50Ms.toFixed(2),
        row.p99Ms.toFixed(2),
        number(Math.round(row.cpuMicroseconds)),
        row.calls.toFixed(2),
        number(Math.round(row.peakMegabytes)),
        number(Math.round(row.ownShare * 100)),
        number(Math.round(row.upstreamShare * 100)),
        number(row.perSecond / apollo),
        number(row.perSecond / passthrough),
      ]),
    );
  }
}

/** What the gateway has to reach beside another: at least so many times its requests a second. */
const BOUNDS: readonly (readonly [work: Work, kind: Kind, times: number, other: string])[] = [
  ['cold', 'q1', 1.3, 'apollo'],
  ['cold', 'q1', 2.2, 'hive'],
  ['cold', 'q1', 0.3, 'tailcall'],
  ['cold', 'q2', 2.8, 'apollo'],
  ['cold', 'q2', 2, 'hive'],
  ['cold', 'q2', 6, 'naive'],
  ['cold', 'q2', 0.6, 'tailcall'],
  ...(['shared', 'warm'] as const).flatMap((work) =>
    (['q1', 'q2'] as const).flatMap((kind) => [
      [work, kind, 1.2, 'passthrough'] as const,
      [work, kind, 0.8, 'bare'] as const,
      [work, kind, 0.7, 'tailcall'] as const,
    ]),
  ),
];

/** The same for what another reaches when nothing is remembered. */
const BROWSING_BOUNDS: readonly (readonly [times: number, other: string])[] = [
  [1.1, 'tailcall'],
  [3.5, 'hive'],
];

/** What had to be shown, as far as it was measured, beside what the upstream answers alone. */
export function findingsOf(results: readonly Result[], upstreamPerSecond: number): Finding[] {
  const find = (work: Work, kind: Kind, size: number, name: string) =>
    results.find(
      (result) =>
        result.work === work && result.kind === kind && result.size === size && result.server === name,
    );
  const findings: Finding[] = [];
  const ratio = (what: string, value: number, bound: Parameters<typeof finding>[2]) => {
    if (Number.isFinite(value)) findings.push(finding(`peers: ${what}`, value, bound, 'x'));
  };
  const rate = (result: Result | undefined) => result?.perSecond ?? NaN;

  for (const [work, kind, times, other] of BOUNDS) {
    const value = rate(find(work, kind, 10, 'ours')) / rate(find(work, kind, 10, other));
    ratio(`${work} ${kind}, beside ${other}`, value, { atLeast: times });
  }
  // Two parts of one session are as far apart as the machine has drifted: the control tells how far.
  const drift = rate(find('cold', 'q2', 10, 'passthrough')) / rate(find('browsing', 'q2', 10, 'passthrough'));
  for (const [times, other] of BROWSING_BOUNDS) {
    const value = (rate(find('browsing', 'q2', 10, 'ours')) / rate(find('cold', 'q2', 10, other))) * drift;
    ratio(`browsing q2, beside cold q2 of ${other}`, value, { atLeast: times });
  }
  for (const [work, atMost] of [
    ['cold', 5],
    ['warm', 3],
  ] as const) {
    for (const kind of ['q1', 'q2'] as const) {
      const [few, many] = [10, 100].map((size) => find(work, kind, size, 'ours')?.cpuMicroseconds ?? NaN);
      ratio(`${work} ${kind}, CPU of 100 rows beside 10`, (many ?? NaN) / (few ?? NaN), { atMost });
    }
  }
  for (const kind of ['q1', 'q2'] as const) {
    const warm = find('warm', kind, 10, 'ours');
    ratio(`warm ${kind}, p99 beside p50`, (warm?.p99Ms ?? NaN) / (warm?.p50Ms ?? NaN), { atMost: 4 });
  }
  return [...findings, ...callFindings(results), ...bottleneckFindings(results, upstreamPerSecond)];
}

/** Operations that are broken off at the end of a round may have asked less than the others. */
const COUNTING_ERROR = 0.05;

function callFindings(results: readonly Result[]): Finding[] {
  return WORKS.flatMap((work) => {
    const rows = results.filter((row) => row.work === work && ROSTER[row.server]?.speaksGraphql === true);
    const worst = rows
      .filter(({ server }) => server === 'ours')
      .map((own) => {
        const others = rows.filter(
          ({ server, kind, size }) => server !== 'ours' && kind === own.kind && size === own.size,
        );
        return own.calls - Math.min(...others.map(({ calls }) => calls));
      });
    if (worst.length === 0 || !Number.isFinite(Math.max(...worst))) return [];
    const what = `peers: ${work}, upstream calls more than any peer's`;
    return [finding(what, Math.max(0, ...worst), { atMost: COUNTING_ERROR })];
  });
}

/** A gateway whose own core is busy, beside an upstream that could answer far more, is what was measured. */
function bottleneckFindings(results: readonly Result[], upstreamPerSecond: number): Finding[] {
  const own = results.filter(({ server }) => server === 'ours');
  if (own.length === 0) return [];
  const least = Math.min(...own.map(({ ownShare }) => ownShare)) * 100;
  const busiest = Math.max(...own.map(({ upstreamShare }) => upstreamShare)) * 100;
  const asked = Math.max(...own.map(({ perSecond, calls }) => perSecond * calls));
  return [
    finding('peers: the least of its core that the gateway used', least, { atLeast: 90 }, ' %'),
    finding('peers: the most of its core that the upstream used', busiest, { atMost: 50 }, ' %'),
    finding(
      'peers: calls that the upstream answers alone, beside those of the gateway',
      upstreamPerSecond / asked,
      { atLeast: 4 },
      'x',
    ),
  ];
}
