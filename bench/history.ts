/** A linked account with a million executions: what a page of them, deep in, and a count by day cost. */
import { parseArgs } from 'node:util';
import { FIRST_ACCOUNT, RUN_HISTORY } from './dashboards.ts';
import { ask, percentile, type Question } from './load.ts';
import { ANY_RATE, answeredOf, cpuSecondsOf, startGateway, startSandbox } from './processes.ts';
import type { SandboxService, Service } from './processes.ts';
import { finding, note, number, printFindings, printTable, type Finding } from './table.ts';

const EXECUTIONS = 1_000_000;
const DEEP_PAGE = 5000;
/** More than any count by day asks for in one operation. */
const MOST_CALLS = 25;

const COUNTS = `query Counts($filter: ExecutionFilter) {
  executionCounts(filter: $filter) {
    buckets(unit: DAY) {
      partial
      nodes { start total byStatus { status count } }
    }
  }
}`;

/** The questions, each with the most upstream calls that it may cost. */
const QUESTIONS: readonly (readonly [name: string, question: Omit<Question, 'account'>, atMost: number])[] = [
  ['first page', { query: RUN_HISTORY, variables: { page: { number: 1, size: 10 } } }, 3],
  [
    `page ${number(DEEP_PAGE)}`,
    { query: RUN_HISTORY, variables: { page: { number: DEEP_PAGE, size: 10 } } },
    3,
  ],
  [
    'two statuses, first page',
    { query: RUN_HISTORY, variables: { filter: { status: ['ERRORED', 'TIMED_OUT'] } } },
    4,
  ],
  [
    'counts by day and status, a week',
    { query: COUNTS, variables: { filter: { startDate: '2023-10-25', endDate: '2023-10-31' } } },
    MOST_CALLS,
  ],
];

/** Measures each question with nothing remembered. */
export async function measureHistory(repeats: number): Promise<Finding[]> {
  const sandbox = await startSandbox({ accounts: FIRST_ACCOUNT, executions: EXECUTIONS, rate: 0 });
  const nothingKept = ['LIST', 'RUNNING', 'TERMINAL', 'WORKFLOW', 'APPLICATION', 'NOT_FOUND'];
  const gateway = await startGateway(sandbox.url, {
    ...ANY_RATE,
    ...Object.fromEntries(nothingKept.map((kind) => [`CACHE_${kind}_MS`, '0'])),
  });
  const rows: string[][] = [];
  const findings: Finding[] = [];
  for (const [name, question, atMost] of QUESTIONS) {
    note(name);
    const { calls, cpuMs, p50, failed } = await measure(question, repeats, gateway, sandbox);
    rows.push([name, ...[calls, cpuMs, p50].map(number)]);
    findings.push(
      finding(`${name}: upstream calls`, calls, { atMost }),
      finding(`${name}: answers that failed`, failed, { atMost: 0 }),
    );
  }
  await Promise.all([gateway.stop(), sandbox.stop()]);
  const heading = ['question', 'upstream calls', 'gateway CPU ms', 'p50 ms'];
  printTable(`${number(EXECUTIONS)} executions, nothing remembered`, heading, rows);
  return findings;
}

async function measure(
  question: Omit<Question, 'account'>,
  repeats: number,
  gateway: Service,
  sandbox: SandboxService,
) {
  const askOnce = () => ask(`${gateway.url}/graphql`, { account: FIRST_ACCOUNT, ...question });
  // The first answers pay for compilation, and for the sandbox's index.
  for (let warm = 0; warm < 20; warm++) await askOnce();
  const callsBefore = answeredOf(await sandbox.stats());
  const cpuBefore = cpuSecondsOf(gateway) ?? NaN;
  const answers = [];
  for (let repeat = 0; repeat < repeats; repeat++) answers.push(await askOnce());
  const cpu = (cpuSecondsOf(gateway) ?? NaN) - cpuBefore;
  return {
    calls: (answeredOf(await sandbox.stats()) - callsBefore) / repeats,
    cpuMs: (cpu * 1000) / repeats,
    p50: percentile(
      answers.map(({ ms }) => ms),
      0.5,
    ),
    failed: answers.filter(({ codes }) => codes.length > 0).length,
  };
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { repeats: { type: 'string', default: '200' } } });
  printFindings(await measureHistory(Number(values.repeats)));
}
