import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Redis, type RedisOptions } from 'ioredis';
import { freePort } from './free-port.ts';

/** A process of Redis of the test's own, to do bad things to. */
export interface RedisProcess {
  start(): Promise<void>;
  /** Ends it at once, as a crash does; with it goes all that it holds. */
  kill(): Promise<void>;
  /** Stops it in its tracks: connections stay, and nobody answers. */
  freeze(): void;
  thaw(): void;
  /** Runs something on it that no gateway knows of. */
  run<T>(commands: (redis: Redis) => Promise<T>): Promise<T>;
}

/** What one is started with, and reached by. */
export interface RedisProcessOptions {
  /** What follows the program's name. */
  readonly args: readonly string[];
  /** What it says in its log once it is ready. */
  readonly ready: string;
  /** How the test gets in. */
  readonly access: Pick<RedisOptions, 'port' | 'password' | 'tls'>;
}

/** A process that does not run yet. */
export function createRedisProcess({ args, ready, access }: RedisProcessOptions): RedisProcess {
  let child: ChildProcess | undefined;
  return {
    start: async () => {
      const started = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] });
      child = started;
      for await (const line of createInterface(started.stdout)) {
        if (line.includes(ready)) {
          started.stdout.resume();
          return;
        }
      }
      throw new Error(`redis-server has not started with ${args.join(' ')}`);
    },
    kill: async () => {
      if (child?.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    run: async (commands) => {
      const redis = new Redis({ host: '127.0.0.1', ...access });
      try {
        return await commands(redis);
      } finally {
        redis.disconnect();
      }
    },
  };
}

export const READY = 'Ready to accept connections';
/** Options of a server that leaves nothing on the disk. */
export const VOLATILE = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];

/** The usual one: a process that is reached by an address alone. */
export interface RedisServer extends RedisProcess {
  readonly url: string;
}

/** A server on a free port; it does not run yet. */
export async function createRedisServer(): Promise<RedisServer> {
  const port = await freePort();
  const args = ['--port', String(port), ...VOLATILE];
  return {
    url: `redis://127.0.0.1:${String(port)}`,
    ...createRedisProcess({ args, ready: READY, access: { port } }),
  };
}
