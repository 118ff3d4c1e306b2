import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Redis } from 'ioredis';
import { freePort } from './free-port.ts';

/** A Redis server of the test's own, to do bad things to. */
export interface RedisServer {
  readonly url: string;
  start(): Promise<void>;
  /** Ends it at once, as a crash does; with it goes all that it holds. */
  kill(): Promise<void>;
  /** Stops it in its tracks: connections stay, and nobody answers. */
  freeze(): void;
  thaw(): void;
  /** Runs something on it that no gateway knows of. */
  run<T>(commands: (redis: Redis) => Promise<T>): Promise<T>;
}

/** A server on a free port; it does not run yet. */
export async function createRedisServer(): Promise<RedisServer> {
  const port = String(await freePort());
  const url = `redis://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;
  return {
    url,
    start: async () => {
      const options = ['--port', port, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
      const started = spawn('redis-server', options, { stdio: ['ignore', 'pipe', 'inherit'] });
      child = started;
      for await (const line of createInterface(started.stdout)) {
        if (line.includes('Ready to accept connections')) {
          started.stdout.resume();
          return;
        }
      }
      throw new Error(`redis-server has not started at port ${port}`);
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
      const redis = new Redis(url);
      try {
        return await commands(redis);
      } finally {
        redis.disconnect();
      }
    },
  };
}
