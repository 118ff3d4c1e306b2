/** The gateway beside others that do the same, and beside what the machine allows at most: one core each. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { measureCurve } from './live/curve.ts';
import { WORKS, type Contestant, type Work } from './peers/contestant.ts';
import { startField } from './peers/field.ts';
import { installPeers } from './peers/install.ts';
import { measureCell, type Pace, type Result } from './peers/measure.ts';
import { whatIsMissing } from './peers/pinned.ts';
import { askForOneCall, type Cell } from './peers/questions.ts';
import { findingsOf, printResults } from './peers/report.ts';
import { ROSTER } from './peers/roster.ts';
import { whatTailcallLacks } from './peers/servers/tailcall.ts';
import { SIZES, startUpstream, type Upstream } from './peers/upstream.ts';
import { createWrk, type Wrk } from './peers/wrk.ts';
import { number, printFindings, type Finding } from './table.ts';

interface PeersOptions {
  readonly servers: readonly string[];
  readonly works: readonly string[];
  readonly sizes: readonly number[];
  readonly pace: Pace;
  /** Where to write what was measured, too. */
  readonly json: string | undefined;
}

const LIVE = 'live';
const LIVE_VIEWERS = 1000;

async function measurePeers({ servers, works, sizes, pace, json }: PeersOptions): Promise<Finding[]> {
  const roster = rosterOf(servers);
  const folder = mkdtempSync(path.join(tmpdir(), 'peers-'));
  process.once('exit', () => {
    rmSync(folder, { recursive: true, force: true });
  });
  const upstream = await startUpstream(folder);
  const wrk = createWrk(folder);
  const limit = await measureUpstream(upstream, wrk, pace);
  const results: Result[] = [];
  for (const work of WORKS.filter((name) => works.includes(name))) {
    const cells = cellsOf(work, sizes);
    const runners = await startField({ roster, upstream, work, cells, folder });
    for (const cell of cells) {
      results.push(...(await measureCell(runners, work, cell, { upstream, wrk, pace })));
    }
    await Promise.all(runners.map((runner) => runner.stop()));
  }
  await upstream.stop();
  printResults(results);
  console.log(
    `The upstream alone, asked by wrk on the same core: ${number(limit)} lists of ten rows a second.`,
  );
  const findings = findingsOf(results, limit);
  if (works.includes(LIVE)) {
    findings.push(...(await measureCurve({ levels: [0, LIVE_VIEWERS], seconds: pace.seconds * 3 })));
  }
  if (json !== undefined) {
    const machine = { node: process.version, load: loadavg(), upstreamPerSecond: limit };
    writeFileSync(json, `${JSON.stringify({ machine, pace, results, findings }, null, 2)}\n`);
  }
  return findings;
}

function rosterOf(names: readonly string[]): Readonly<Record<string, Contestant>> {
  const strangers = names.filter((name) => ROSTER[name] === undefined);
  if (strangers.length > 0) {
    throw new Error(`There is no ${strangers.join(', ')}: ${Object.keys(ROSTER).join(', ')}`);
  }
  // The first one's answers are what another gives.
  return Object.fromEntries(
    Object.entries(ROSTER).filter(([name]) => name === 'ours' || names.includes(name)),
  );
}

function cellsOf(work: Work, sizes: readonly number[]): Cell[] {
  if (work === 'detail') return [{ kind: 'detail', size: 1 }];
  return (['q1', 'q2'] as const).flatMap((kind) => sizes.map((size) => ({ kind, size })));
}

/** How many calls a second the upstream answers when nothing is in front of it. */
async function measureUpstream(upstream: Upstream, wrk: Wrk, { seconds }: Pace): Promise<number> {
  const list = askForOneCall({ kind: 'q1', size: 10 }, upstream.runId);
  return (await wrk(upstream.url, list, { callers: 'one', seconds })).perSecond;
}

function stopIf(lack: string | null): void {
  if (lack === null) return;
  console.error(lack);
  process.exit(1);
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      servers: { type: 'string', default: Object.keys(ROSTER).join(',') },
      works: { type: 'string', default: [...WORKS, LIVE].join(',') },
      sizes: { type: 'string', default: SIZES.join(',') },
      seconds: { type: 'string', default: '4' },
      rounds: { type: 'string', default: '3' },
      json: { type: 'string' },
    },
  });
  const servers = values.servers.split(',');
  stopIf(whatIsMissing());
  installPeers();
  if (servers.includes('tailcall')) stopIf(whatTailcallLacks());
  const seconds = Number(values.seconds);
  printFindings(
    await measurePeers({
      servers,
      works: values.works.split(','),
      sizes: values.sizes.split(',').map(Number),
      pace: { seconds, rounds: Number(values.rounds), warmUpSeconds: seconds },
      json: values.json,
    }),
  );
}
