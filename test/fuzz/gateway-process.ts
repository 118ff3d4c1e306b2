import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

const ROOT = join(import.meta.dirname, '../..');

/** A gateway in a process of its own, so that a crash of it is seen. */
export interface GatewayProcess {
  readonly url: string;
  /** Whether it has ended by itself. */
  hasEnded(): boolean;
  stop(): Promise<void>;
}

/** What is to be done with what it tells. */
export interface Listeners {
  /** A line of its log, or of what it printed besides. */
  readonly onLine: (line: string) => void;
  /** How long it did nothing else, at most, in the last quarter of a second. */
  readonly onBlocked: (blockedMs: number) => void;
}

/**
 * Starts a gateway.
 * @throws Error when it ends before it listens
 */
export async function startGatewayProcess(
  env: Readonly<Record<string, string>>,
  { onLine, onBlocked }: Listeners,
): Promise<GatewayProcess> {
  const options = [
    '--disable-warning=ExperimentalWarning',
    '--import',
    './test/fuzz/event-loop.ts',
    'src/main.ts',
  ];
  const child = spawn(process.execPath, options, {
    cwd: ROOT,
    env: { PATH: process.env['PATH'] ?? '', PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  }) as ChildProcessByStdio<null, Readable, Readable>;
  const exited = once(child, 'exit');
  child.on('message', (message: { readonly blockedMs: number }) => {
    onBlocked(message.blockedMs);
  });
  createInterface(child.stderr).on('line', onLine);
  const listening = new Promise<string>((resolve) => {
    createInterface(child.stdout).on('line', (line) => {
      const { msg, url } = messageOf(line);
      // That line is for the operator: it names the upstream's host.
      if (msg === 'listening') resolve(String(url));
      else onLine(line);
    });
  });
  const ended = exited.then(() => {
    throw new Error('The gateway has ended before it listened');
  });
  ended.catch(() => undefined);
  return {
    url: await Promise.race([listening, ended]),
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

function messageOf(line: string): { readonly msg?: unknown; readonly url?: unknown } {
  try {
    return JSON.parse(line) as object;
  } catch {
    return {};
  }
}
