import { spawn, type ChildProcess, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface, type Interface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { eventually } from './eventually.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** A gateway as a process of its own. */
export interface Spawned {
  readonly child: ChildProcess;
  readonly exited: Promise<[number | null, NodeJS.Signals | null]>;
  /** All that it writes to standard error. */
  readonly errorText: Promise<string>;
  /** What it logs. */
  readonly lines: Interface;
}

/** One that listens. */
export interface GatewayProcess extends Spawned {
  readonly url: string;
  /** The lines of its log so far. */
  readonly logged: { readonly lines: readonly Record<string, unknown>[] };
}

const children: Spawned[] = [];

/** Kills all that have been started; for `afterEach`. */
export async function killAll(): Promise<void> {
  for (const { child, exited } of children.splice(0)) {
    child.kill('SIGKILL');
    await exited;
  }
}

/**
 * Starts the program with nothing but this environment.
 * @param preload a module that is loaded before it, and may send messages to the child's parent
 */
export function spawnMain(env: Readonly<Record<string, string>>, preload: string | null = null): Spawned {
  const child = spawn(process.execPath, preload === null ? [MAIN] : ['--import', preload, MAIN], {
    env,
    stdio: ['ignore', 'pipe', 'pipe', ...(preload === null ? [] : (['ipc'] as const))],
  }) as ChildProcessByStdio<null, Readable, Readable>;
  const exited = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  const errorText = text(child.stderr);
  const lines = createInterface(child.stdout);
  const spawned = { child, exited, errorText, lines };
  children.push(spawned);
  return spawned;
}

/**
 * Waits until it listens; answers where.
 * @param onLine is told each line of its log, from the first to the last
 * @throws Error with what it complains of, when it ends before
 */
export function whereItListens(
  { lines, errorText }: Spawned,
  onLine: (line: string) => void,
): Promise<string> {
  return new Promise((resolve, reject) => {
    lines.on('line', (line) => {
      onLine(line);
      if (line.includes('"msg":"listening"')) resolve((JSON.parse(line) as { url: string }).url);
    });
    void errorText.then((complaint) => {
      reject(new Error(complaint));
    });
  });
}

/** The same, once it listens. */
export async function startMain(
  env: Readonly<Record<string, string>>,
  preload: string | null = null,
): Promise<GatewayProcess> {
  const spawned = spawnMain({ PORT: '0', NODE_ENV: 'production', ...env }, preload);
  const logged = { lines: [] as Record<string, unknown>[] };
  const url = await whereItListens(spawned, (line) => {
    logged.lines.push(JSON.parse(line) as Record<string, unknown>);
  });
  return { ...spawned, url, logged };
}

/** Whether anybody listens there. */
export function isListening(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}

/** Resolves once nobody listens there any more. */
export function untilClosed(url: string): Promise<void> {
  return eventually(`${url} to be closed`, async () => !(await isListening(url)));
}
