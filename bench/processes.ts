import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Fault } from '../sandbox/control/faults.ts';
import type { RecordedRequest, SandboxStats } from '../sandbox/control/journal.ts';
import type { AddedExecutions } from '../sandbox/data/state.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const HOST = '127.0.0.1';
const GATEWAY = 'src/main.ts';
const START_MS = 60_000;
const STOP_MS = 5000;

const children = new Set<ChildProcess>();

// However the benchmark ends, its children end with it.
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => process.exit(1));
}

/** A program that runs beside the benchmark. */
export interface Program {
  readonly pid: number;
  /** Ends it and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  signal(signal: NodeJS.Signals): void;
}

/** A program that answers over HTTP. */
export interface Service extends Program {
  readonly url: string;
}

type Env = Readonly<Record<string, string>>;

function start(command: string, args: readonly string[], env: Env, stdio: StdioOptions): ChildProcess {
  const path = process.env['PATH'] ?? '';
  const child = spawn(command, args, { cwd: ROOT, env: { PATH: path, ...env }, stdio });
  children.add(child);
  return child;
}

function programOf(child: ChildProcess): Program & { ended(): boolean } {
  const ended = once(child, 'exit').finally(() => children.delete(child));
  ended.catch(() => undefined);
  const isEnded = () => child.exitCode !== null || child.signalCode !== null;
  return {
    pid: child.pid ?? 0,
    ended: isEnded,
    signal: (signal) => child.kill(signal),
    stop: async (signal = 'SIGTERM') => {
      if (isEnded()) return;
      child.kill(signal);
      const impatience = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      await ended;
      clearTimeout(impatience);
    },
  };
}

/** Starts a program, without waiting until it is ready. */
export function run(command: string, args: readonly string[], env: Env = {}): Program & { ended(): boolean } {
  return programOf(start(command, args, env, ['ignore', 'ignore', 'inherit']));
}

/** A script of this repository that does what it is told, one thing after the other. */
export interface Worker extends Program {
  tell(command: object): Promise<unknown>;
}

/** Starts one; it gets each command as a message, and answers with one. */
export function startWorker(script: string): Worker {
  const args = ['--disable-warning=ExperimentalWarning', script];
  const child = start(process.execPath, args, {}, ['ignore', 'ignore', 'inherit', 'ipc']);
  return {
    ...programOf(child),
    tell: async (command) => {
      const ended = new AbortController();
      const end = () => {
        ended.abort(new Error(`${script} ended`));
      };
      child.once('exit', end);
      child.send(command);
      try {
        const [answer] = (await once(child, 'message', { signal: ended.signal })) as [unknown];
        return answer;
      } finally {
        child.off('exit', end);
      }
    },
  };
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, HOST);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Waits until a condition holds; fails when the program ends first, or too much time passes. */
export async function whenReady(
  program: { ended(): boolean },
  isReady: () => Promise<boolean>,
): Promise<void> {
  const until = performance.now() + START_MS;
  while (!(await isReady().catch(() => false))) {
    if (program.ended()) throw new Error('A program ended before it was ready');
    if (performance.now() > until) throw new Error('A program was not ready in time');
    await sleep(50);
  }
}

/** The options of Node.js that `npm start` gives. */
export function startOptions(): string[] {
  const { scripts } = JSON.parse(readFileSync(`${ROOT}/package.json`, 'utf8')) as {
    readonly scripts: { readonly start: string };
  };
  const options = /exec node (.*)dist\/main\.js/.exec(scripts.start)?.[1]?.trim() ?? '';
  return options === '' ? [] : options.split(' ');
}

/** Starts a script of this repository and waits until it answers at `path`. */
async function serve(script: string, args: readonly string[], env: Env, port: number, path: string) {
  const options = ['--disable-warning=ExperimentalWarning', ...(script === GATEWAY ? startOptions() : [])];
  const program = run(process.execPath, [...options, script, ...args], env);
  const url = `http://${HOST}:${String(port)}`;
  await whenReady(program, async () => (await fetch(url + path)).status < 500);
  return { ...program, url };
}

/** Settings of a gateway that upstream's rate does not hold up. */
export const ANY_RATE = { UPSTREAM_RATE_PER_SECOND: '100000', UPSTREAM_BURST: '100000' };

/** Starts a gateway with default settings but for those given. */
export async function startGateway(upstreamUrl: string, env: Env = {}): Promise<Service> {
  const settings = { LOG_LEVEL: 'error', UPSTREAM_URL: upstreamUrl, PORT: String(await freePort()), ...env };
  return serve(GATEWAY, [], settings, Number(settings.PORT), '/health/ready');
}

/** Starts one of the servers that the gateway is compared with. */
export async function startPeer(name: 'naive' | 'dataloader', upstreamUrl: string): Promise<Service> {
  const port = await freePort();
  const env = { UPSTREAM_URL: upstreamUrl, PORT: String(port), NODE_ENV: 'production' };
  return serve(`bench/peers/servers/${name}.ts`, [], env, port, '/?query=%7B__typename%7D');
}

/** The sandbox, in a process of its own. */
export interface SandboxService extends Service {
  stats(): Promise<SandboxStats>;
  /** The last requests, at most a thousand. */
  requests(): Promise<readonly RecordedRequest[]>;
  reset(): Promise<unknown>;
  addFault(fault: Fault): Promise<unknown>;
  clearFaults(): Promise<unknown>;
  addExecutions(added: AddedExecutions): Promise<unknown>;
}

/** Starts a sandbox with its default options but for those given. */
export async function startSandbox(
  options: Readonly<Record<string, number | string>> = {},
): Promise<SandboxService> {
  const port = await freePort();
  const given = Object.entries({ ...options, port });
  const args = given.flatMap(([name, value]) => [`--${name}`, String(value)]);
  const service = await serve('sandbox/cli.ts', args, {}, port, '/__sandbox/stats');
  const control = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${service.url}/__sandbox/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`The sandbox refused ${method} ${path}: ${await response.text()}`);
    return response.json();
  };
  return {
    ...service,
    stats: () => control('GET', 'stats') as Promise<SandboxStats>,
    requests: () => control('GET', 'requests') as Promise<readonly RecordedRequest[]>,
    reset: () => control('POST', 'reset'),
    addFault: (fault) => control('POST', 'faults', fault),
    clearFaults: () => control('DELETE', 'faults'),
    addExecutions: (added) => control('POST', 'executions', added),
  };
}

/** How many requests the sandbox has answered, whatever it answered. */
export function answeredOf({ requests }: SandboxStats): number {
  const counts = Object.values(requests).flatMap((outcomes) => Object.values(outcomes));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** A Redis server, which may be killed and started again at the same address. */
export interface RedisService {
  readonly url: string;
  start(): Promise<void>;
  stop(signal?: NodeJS.Signals): Promise<void>;
  signal(signal: NodeJS.Signals): void;
}

/** Prepares a Redis server that keeps nothing on disk; it does not run yet. */
export async function prepareRedis(): Promise<RedisService> {
  const port = await freePort();
  const args = ['--bind', HOST, '--port', String(port), '--save', '', '--appendonly', 'no'];
  let program: Program | undefined;
  return {
    url: `redis://${HOST}:${String(port)}`,
    start: async () => {
      const started = run('redis-server', args);
      program = started;
      await sleep(200);
      if (started.ended()) throw new Error('redis-server did not start');
    },
    stop: async (signal) => program?.stop(signal),
    signal: (signal) => program?.signal(signal),
  };
}

/** CPU seconds that the threads of a process have used, to the nanosecond; null where the system does not tell. */
export function cpuSecondsOf({ pid }: Program): number | null {
  const threads = `/proc/${String(pid)}/task`;
  try {
    const nanoseconds = readdirSync(threads).map((id) =>
      Number.parseInt(readFileSync(`${threads}/${id}/schedstat`, 'utf8'), 10),
    );
    return nanoseconds.reduce((sum, one) => sum + one, 0) / 1e9;
  } catch {
    return null;
  }
}
