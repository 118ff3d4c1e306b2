import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import path from 'node:path';
import { freePort, run, whenReady, type Service } from '../processes.ts';
import type { Contestant, Work } from './contestant.ts';
import { pinned, SERVER_CORE } from './pinned.ts';
import { factsOf, type Cell, type Question } from './questions.ts';
import type { Upstream } from './upstream.ts';

/** A server that takes part, and runs. */
export interface Runner extends Service {
  readonly name: string;
  readonly contestant: Contestant;
}

/** What `startField` starts servers for. */
export interface FieldOptions {
  readonly roster: Readonly<Record<string, Contestant>>;
  readonly upstream: Upstream;
  readonly work: Work;
  readonly cells: readonly Cell[];
  readonly folder: string;
}

/** Starts all servers of a work, and makes sure that all of them answer the same. */
export async function startField(options: FieldOptions): Promise<readonly Runner[]> {
  const { roster, upstream, work, cells } = options;
  const folder = path.join(options.folder, work);
  const answers = path.join(folder, 'answers.json');
  const runners: Runner[] = [];
  for (const [name, contestant] of Object.entries(roster)) {
    const own = path.join(folder, name);
    mkdirSync(own, { recursive: true });
    const port = await freePort();
    const place = { port, upstreamUrl: upstream.url, work, folder: own, answers };
    const { command, args, env } = await contestant.command(place);
    const program = run(...pinned(SERVER_CORE, command, args), env);
    const url = `http://127.0.0.1:${String(port)}`;
    const isReady = async () => {
      const { ready } = contestant;
      if (ready !== undefined) return (await fetch(url + ready)).ok;
      return contestant.isTold === true ? (await fetch(url)).status < 500 : isAnswered();
    };
    const first = cells[0];
    const isAnswered = async () =>
      first !== undefined && (await sent(url, contestant.ask(first, upstream.runId))).ok;
    await whenReady(program, isReady);
    const runner = { ...program, name, url, contestant };
    runners.push(runner);
    if (runners.length === 1) await writeAnswers(answers, runner, cells, upstream);
  }
  for (const cell of cells) await checkSame(runners, cell, upstream);
  return runners;
}

/** Sends a question as a caller whom nobody else is. */
async function sent(url: string, { method, path: asked, body }: Question): Promise<Response> {
  const headers = { 'content-type': 'application/json', authorization: 'Bearer session-check' };
  return fetch(url + asked, { method, headers, body });
}

async function writeAnswers(file: string, ours: Runner, cells: readonly Cell[], { runId }: Upstream) {
  const known: Record<string, string> = {};
  for (const cell of cells) {
    const question = ours.contestant.ask(cell, runId);
    known[question.body ?? ''] = await (await sent(ours.url, question)).text();
  }
  writeFileSync(file, JSON.stringify(known));
}

/** Fails unless all servers tell the same: one that answers errors is fast, too. */
async function checkSame(runners: readonly Runner[], cell: Cell, { runId }: Upstream): Promise<void> {
  let expected: unknown;
  for (const { name, url, contestant } of runners) {
    const response = await sent(url, contestant.ask(cell, runId));
    const text = await response.text();
    const isOneCall = contestant.ask(cell, runId).body === null;
    if (isOneCall && cell.kind === 'q2') continue;
    const facts = response.ok ? factsOf(text, cell) : text.slice(0, 500);
    expected ??= facts;
    if (!isDeepStrictEqual(facts, expected)) {
      throw new Error(
        `${name} answers something else to ${cell.kind} of ${String(cell.size)}:\n${JSON.stringify(facts).slice(0, 800)}\nnot\n${JSON.stringify(expected).slice(0, 800)}`,
      );
    }
  }
}

/** The most memory that a program has held since `forgetPeak`, in MB. */
export function peakMegabytes({ pid }: Service): number {
  const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1]) / 1024;
}

/** Lets the peak begin anew, at what is held now. */
export function forgetPeak({ pid }: Service): void {
  writeFileSync(`/proc/${String(pid)}/clear_refs`, '5');
}
