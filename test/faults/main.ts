import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import type { Report } from './frame.ts';
import { LINES } from './lines.ts';

const USAGE = `npm run faults [-- options]: every fault, and whether what follows is right

  --row <number>    only the rows of this line of the promise, such as 12b
  --seeds <count>   seeds from 1 on, where chance has a part in it (default: 3)
  --seed <number>   this seed alone, to see again what it has shown
`;

/** What one row has shown, over all of its seeds. */
interface Shown {
  readonly number: string;
  readonly fault: string;
  readonly verdict: string;
  readonly retries: number | null;
  readonly slowestMs: number | null;
  readonly boundMs: number | null;
}

const { values } = parseArgs({
  options: {
    row: { type: 'string' },
    seeds: { type: 'string', default: '3' },
    seed: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  console.log(USAGE);
} else {
  const seeds = values.seed ?? Array.from({ length: Number(values.seeds) }, (_, nth) => nth + 1).join(',');
  console.log(`Seeds: ${seeds}\n`);
  const reports = await runRows(seeds, values.row);
  const shown = [...shownBy(reports), ...missing(reports, values.row)].sort(inOrder);
  printTable(shown);
  const wrong = shown.filter(({ verdict }) => verdict !== 'right');
  console.log(`\n${String(shown.length - wrong.length)} rows are right, ${String(wrong.length)} are not.`);
  // A line that there is not has no row that is right, either.
  process.exitCode = shown.length > 0 && wrong.length === 0 ? 0 : 1;
}

/** Has Jest run the rows, one at a time, and collects what they report. */
async function runRows(seeds: string, row: string | undefined): Promise<Report[]> {
  const reports: Report[] = [];
  const server = createServer((socket) => {
    createInterface(socket).on('line', (line) => {
      const report = JSON.parse(line) as Report;
      reports.push(report);
      tell(report);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  // A leak is told as one, and must not keep Jest waiting for it.
  const names = `^row ${row ?? '.+'}: `;
  const jest = [
    'node_modules/jest/bin/jest.js',
    '--runInBand',
    '--forceExit',
    '--testNamePattern',
    names,
    'test/faults/',
  ];
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', '--expose-gc'];
  const env = { ...process.env, FAULTS_REPORT_PORT: String(port), FAULTS_SEEDS: seeds };
  const child = spawn(process.execPath, [...flags, ...jest], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const told = text(child.stderr);
  const [code] = (await once(child, 'close')) as [number | null];
  server.close();
  // What no row has reported: a file that does not load, for one.
  if (code !== 0 && reports.every(({ error }) => error === null)) throw new Error(await told);
  return reports;
}

function tell({ number, fault, seed, note, error }: Report): void {
  console.log(
    `row ${number}: ${fault}, seed ${String(seed)}: ${error === null ? ['right', note].filter((part) => part !== null).join(', ') : `WRONG\n${error}`}`,
  );
}

function shownBy(reports: readonly Report[]): Shown[] {
  const rows = Map.groupBy(reports, ({ number, fault }) => `${number}: ${fault}`);
  return [...rows.values()].flatMap((runs) => {
    const [first] = runs;
    if (first === undefined) return [];
    const { number, fault, boundMs } = first;
    const isRight = runs.every(({ error }) => error === null);
    const [retries, slowestMs] = [most(runs, 'retries'), most(runs, 'wallMs')];
    return [{ number, fault, boundMs, verdict: isRight ? 'right' : 'WRONG', retries, slowestMs }];
  });
}

function most(runs: readonly Report[], what: 'retries' | 'wallMs'): number | null {
  const seen = runs.map((run) => run[what]).filter((value) => value !== null);
  return seen.length === 0 ? null : Math.max(...seen);
}

/** The lines of the promise that no row has proved. */
function missing(reports: readonly Report[], row: string | undefined): Shown[] {
  const proved = new Set(reports.map(({ number }) => number));
  return LINES.filter(({ number }) => !proved.has(number) && (row ?? number) === number).map(
    ({ number, fault }) => ({
      number,
      fault,
      verdict: 'MISSING',
      retries: null,
      slowestMs: null,
      boundMs: null,
    }),
  );
}

function inOrder(one: Shown, other: Shown): number {
  return positionOf(one) - positionOf(other);
}

function positionOf({ number }: Shown): number {
  return LINES.findIndex((line) => line.number === number);
}

function printTable(rows: readonly Shown[]): void {
  const head = ['row', 'fault', 'verdict', 'retries', 'slowest ms', 'bound'];
  const cells = rows.map(({ number, fault, verdict, retries, slowestMs, boundMs }) => [
    number,
    fault,
    verdict,
    String(retries ?? ''),
    slowestMs === null ? '' : slowestMs.toFixed(slowestMs < 100 ? 1 : 0),
    String(boundMs ?? ''),
  ]);
  const widths = head.map((_, column) =>
    Math.max(...[head, ...cells].map((row) => row[column]?.length ?? 0)),
  );
  console.log('');
  for (const row of [head, widths.map((width) => '-'.repeat(width)), ...cells]) {
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join(' | ')
        .trimEnd(),
    );
  }
}
