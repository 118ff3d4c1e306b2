/** The run history's page, as the demo serves it: how long until one sees it, and what those who look cost upstream. */
import { setTimeout as sleep } from 'node:timers/promises';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import type { Browser } from 'playwright-core';
import { callsBetween, openDemo, sumOf } from './pages/demo.ts';
import { createLightViewer } from './pages/light-viewer.ts';
import { onOperation, openBrowser, openPage, scriptsOf, visit } from './pages/visit.ts';
import { percentile } from './load.ts';
import { finding, note, number, printFindings, printTable, type Finding } from './table.ts';

/** How much later each viewer comes than the one before. */
const BETWEEN_MS = 100;
/** Those who look at one list cost as much as one of them, and a little for when they come. */
const MOST_TIMES = 2;

interface Minute {
  readonly calls: ReadonlyMap<string, number>;
  readonly throttled: number;
  readonly operations: number;
  /** Of light viewers, what was not answered well. */
  readonly codes: readonly string[];
}

/** Measures with a browser, and with others who do what it does. */
export async function measurePages({ seconds, viewers, visits }: PagesOptions): Promise<Finding[]> {
  const browser = await openBrowser();
  try {
    await measureTimes(browser, visits);
    const one = await measureMinute(browser, 1, seconds);
    const many = await measureMinute(browser, viewers, seconds);
    printMinutes([one, many], seconds, viewers);
    const ratio = sumOf(many.calls) / sumOf(one.calls);
    return [
      finding('calls that upstream refused, one viewer', one.throttled, { atMost: 0 }),
      finding(`the same, ${number(viewers)} viewers`, many.throttled, { atMost: 0 }),
      finding('answers of light viewers with problems', many.codes.length, { atMost: 0 }),
      finding(
        `calls of ${number(viewers)} viewers, by those of one`,
        ratio,
        { atMost: MOST_TIMES },
        ' times',
      ),
    ];
  } finally {
    await browser.close();
  }
}

/** How long each part takes, and how many look. */
export interface PagesOptions {
  readonly seconds: number;
  readonly viewers: number;
  readonly visits: number;
}

async function measureTimes(browser: Browser, visits: number): Promise<void> {
  note(`${number(visits)} visits`);
  const rows: number[][] = [];
  for (let nth = 1; nth <= visits; nth++) {
    const demo = await openDemo();
    const first = await visit(browser, demo.url);
    const again = await visit(browser, demo.url);
    rows.push([demo.startMs, first.firstRowMs, first.interactiveMs, again.firstRowMs, again.interactiveMs]);
    if (nth === visits) await printScripts(browser, demo.url);
    await demo.stop();
  }
  const columns = (rows[0] ?? []).map((_, column) => rows.map((row) => row[column] ?? NaN));
  const seconds = (of: (times: number[]) => number) => columns.map((times) => number(of(times) / 1000));
  const load = `load ${number(loadavg()[0] ?? NaN)}`;
  printTable(
    `Seconds, of ${number(visits)} demos that were started (${load})`,
    ['', 'start to URL', 'first visit: row', 'takes a key', 'next visit: row', 'takes a key'],
    [
      ['least', ...seconds((times) => Math.min(...times))],
      ['median', ...seconds((times) => percentile(times, 0.5))],
      ['most', ...seconds((times) => Math.max(...times))],
    ],
  );
}

async function printScripts(browser: Browser, url: string): Promise<void> {
  const scripts = await scriptsOf(browser, url);
  const total = (key: 'bytes' | 'gzipped') => scripts.reduce((sum, one) => sum + one[key], 0);
  const rows = scripts.map(({ name, bytes, gzipped }) => [name, number(bytes), number(gzipped)]);
  const all = ['all', number(total('bytes')), number(total('gzipped'))];
  printTable('Scripts until the first row, bytes', ['script', 'as they are', 'gzipped'], [...rows, all]);
}

/** A demo that nobody has looked at yet, and what is asked of upstream while so many do. */
async function measureMinute(browser: Browser, viewers: number, seconds: number): Promise<Minute> {
  note(`${number(viewers)} ${viewers === 1 ? 'viewer' : 'viewers'}`);
  const demo = await openDemo();
  const page = await openPage(browser);
  const others = Array.from({ length: viewers - 1 }, (_, index) =>
    createLightViewer(demo.url, (index + 1) * BETWEEN_MS),
  );
  let operations = 0;
  onOperation(page, (operation) => {
    operations += 1;
    for (const other of others) other.follow(operation);
  });
  const before = await demo.stats();
  await page.goto(demo.url, { waitUntil: 'commit' });
  await sleep(seconds * 1000);
  const after = await demo.stats();
  const codes = others.flatMap((other) => other.leave());
  await page.context().close();
  await demo.stop();
  return {
    calls: callsBetween(before, after),
    throttled: after.throttled - before.throttled,
    operations,
    codes,
  };
}

function printMinutes(minutes: readonly [Minute, Minute], seconds: number, viewers: number): void {
  const [one, many] = minutes;
  const routes = [...new Set(minutes.flatMap(({ calls }) => [...calls.keys()]))];
  const row = (what: string, ...[first, second]: readonly [number, number]) => [
    what,
    number(first),
    number(second),
    number(second / first),
  ];
  printTable(
    `Upstream calls of the first ${number(seconds)} seconds`,
    ['route', 'one viewer', `${number(viewers)} viewers of one account`, 'times'],
    [
      ...routes.map((route) => row(route, one.calls.get(route) ?? 0, many.calls.get(route) ?? 0)),
      row('all', sumOf(one.calls), sumOf(many.calls)),
      row('refused by upstream’s rate', one.throttled, many.throttled),
      row('operations of each viewer', one.operations, many.operations),
    ],
  );
  const codes = [...new Set(many.codes)].map(
    (code) => `${code} ${number(many.codes.filter((other) => other === code).length)}`,
  );
  if (codes.length > 0) note(`not answered well: ${codes.join(', ')}`);
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '60' },
      viewers: { type: 'string', default: '50' },
      visits: { type: 'string', default: '3' },
    },
  });
  printFindings(
    await measurePages({
      seconds: Number(values.seconds),
      viewers: Number(values.viewers),
      visits: Number(values.visits),
    }),
  );
}
