import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { UNHURRIED } from './settings.ts';

const MAIN = fileURLToPath(new URL('../../demo/main.ts', import.meta.url));

/** The demo as a process of its own. */
export interface SpawnedDemo {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  readonly exited: Promise<unknown[]>;
}

/** One that runs. */
export interface RunningDemo extends SpawnedDemo {
  /** All that it has printed. */
  readonly printed: string;
  /** Where the run history is, the explorer and the upstream. */
  readonly page: string;
  readonly explorer: string;
  readonly upstream: string;
}

const children: SpawnedDemo[] = [];

/** Kills all that have been started; for `afterEach`. */
export async function killDemos(): Promise<void> {
  for (const { child, exited } of children.splice(0)) {
    child.kill('SIGKILL');
    await exited;
  }
}

/** Starts the demo on free ports, unless told otherwise. */
export function spawnDemo(env: Readonly<Record<string, string>> = {}): SpawnedDemo {
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env['PATH'] ?? '', PORT: '0', SANDBOX_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const spawned = { child, exited: once(child, 'exit') };
  children.push(spawned);
  return spawned;
}

/** The same, once it has said where everything is. Its gateway is as patient as a busy machine wants. */
export async function startDemo(): Promise<RunningDemo> {
  const spawned = spawnDemo(UNHURRIED);
  spawned.child.stderr.pipe(process.stderr);
  let printed = '';
  for await (const chunk of spawned.child.stdout) {
    printed += String(chunk);
    if (printed.includes('Ctrl-C')) break;
  }
  const where = (what: string) => new RegExp(`${what} +(\\S+)`).exec(printed)?.[1] ?? '';
  const [page, explorer, upstream] = ['Run history', 'Explorer', 'Upstream'].map(where);
  return { ...spawned, printed, page: page ?? '', explorer: explorer ?? '', upstream: upstream ?? '' };
}
