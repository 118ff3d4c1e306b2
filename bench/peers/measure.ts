import { setTimeout as sleep } from 'node:timers/promises';
import { cpuSecondsOf } from '../processes.ts';
import { note, number } from '../table.ts';
import { CALLERS, type Work } from './contestant.ts';
import { forgetPeak, peakMegabytes, type Runner } from './field.ts';
import type { Cell, Kind } from './questions.ts';
import type { Upstream } from './upstream.ts';
import { CONNECTIONS, MANY, type Round, type Wrk } from './wrk.ts';

/** What a server showed in a cell: medians of its rounds. */
export interface Result {
  readonly work: Work;
  readonly kind: Kind;
  readonly size: number;
  readonly server: string;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** CPU of the server, from the system. */
  readonly cpuMicroseconds: number;
  /** Upstream calls an operation. */
  readonly calls: number;
  readonly peakMegabytes: number;
  /** What the server used of its core, from 0 to 1. */
  readonly ownShare: number;
  /** What the upstream used of the other core, from 0 to 1. */
  readonly upstreamShare: number;
  readonly rounds: readonly number[];
}

/** How long is measured, and how often. */
export interface Pace {
  readonly seconds: number;
  readonly rounds: number;
  readonly warmUpSeconds: number;
}

interface Sample extends Round {
  readonly cpuMicroseconds: number;
  readonly calls: number;
  readonly ownShare: number;
  readonly upstreamShare: number;
}

/** So often each of many callers asks, about, before a server that remembers counts as warm. */
const TURNS = 4;
/** What was under way when a round ended is done with when the server uses less than this of a while. */
const QUIET = { ms: 200, seconds: 0.01, atMost: 50 };

/** Waits until nothing is left of a round, so that the next server has the core for itself. */
async function quiet(runner: Runner): Promise<void> {
  for (let nth = 0; nth < QUIET.atMost; nth++) {
    const before = cpuSecondsOf(runner) ?? 0;
    await sleep(QUIET.ms);
    if ((cpuSecondsOf(runner) ?? 0) - before <= QUIET.seconds) return;
  }
}

/** Measures all servers in a cell, in turn, and again in the reverse order. */
export async function measureCell(
  runners: readonly Runner[],
  work: Work,
  cell: Cell,
  { upstream, wrk, pace }: { readonly upstream: Upstream; readonly wrk: Wrk; readonly pace: Pace },
): Promise<Result[]> {
  const load = (runner: Runner, seconds: number, isChecked = false) => {
    const question = runner.contestant.ask(cell, upstream.runId);
    return wrk(runner.url, question, { callers: CALLERS[work], seconds, isChecked });
  };
  const samples = new Map<Runner, Sample[]>();
  for (const runner of runners) {
    forgetPeak(runner);
    let { requests } = await load(runner, pace.warmUpSeconds, true);
    const least = runner.contestant.remembers === true && CALLERS[work] === 'many' ? TURNS * MANY : 0;
    while (requests < least) {
      requests += (await load(runner, pace.warmUpSeconds)).requests;
    }
    await quiet(runner);
    samples.set(runner, []);
  }
  for (let round = 0; round < pace.rounds; round++) {
    for (const runner of round % 2 === 0 ? runners : runners.toReversed()) {
      const used = () => [cpuSecondsOf(runner) ?? NaN, cpuSecondsOf(upstream) ?? NaN] as const;
      const [before, answered] = [used(), await upstream.answered()];
      const measured = await load(runner, pace.seconds);
      const after = used();
      await quiet(runner);
      const calls = (await upstream.answered()) - answered;
      samples.get(runner)?.push({
        ...measured,
        cpuMicroseconds: ((after[0] - before[0]) / measured.requests) * 1e6,
        // Those that were under way at the end have asked, too.
        calls: calls / (measured.requests + CONNECTIONS),
        ownShare: (after[0] - before[0]) / measured.seconds,
        upstreamShare: (after[1] - before[1]) / measured.seconds,
      });
    }
  }
  const results = runners.map((runner) => ({
    work,
    ...cell,
    ...resultOf(runner, samples.get(runner) ?? []),
  }));
  note(`${work} ${cell.kind} of ${number(cell.size)} has been measured`);
  return results;
}

function resultOf(runner: Runner, samples: readonly Sample[]) {
  const median = (of: (sample: Sample) => number) => medianOf(samples.map(of));
  return {
    server: runner.name,
    perSecond: median(({ perSecond }) => perSecond),
    p50Ms: median(({ p50Ms }) => p50Ms),
    p99Ms: median(({ p99Ms }) => p99Ms),
    cpuMicroseconds: median(({ cpuMicroseconds }) => cpuMicroseconds),
    calls: median(({ calls }) => calls),
    peakMegabytes: peakMegabytes(runner),
    ownShare: median(({ ownShare }) => ownShare),
    upstreamShare: median(({ upstreamShare }) => upstreamShare),
    rounds: samples.map(({ perSecond }) => perSecond),
  };
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}
