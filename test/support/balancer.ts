import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from './eventually.ts';
import { freePort } from './free-port.ts';

/** A balancer in front of replicas. */
export interface Balancer {
  readonly url: string;
  /** Resolves once it takes so many of them to be there. */
  untilUp(count: number): Promise<void>;
  stop(): Promise<void>;
}

/** How long the balancer is left alone between two questions. */
const BETWEEN_MS = 20;

/** As docs/running.md has it, with checks that a test need not wait for. */
function configOf(port: number, socket: string, replicas: readonly string[]): string {
  const servers = replicas.map((url, nth) => `  server replica${String(nth)} ${new URL(url).host} check`);
  return `
global
  stats socket ${socket} mode 600
defaults
  mode http
  timeout connect 1s
  timeout client 60s
  timeout server 60s
  timeout tunnel 1h
  timeout check 10s
  option http-server-close
  option redispatch 1
  retries 3
frontend gateway
  bind 127.0.0.1:${String(port)}
  default_backend replicas
backend replicas
  balance leastconn
  option httpchk GET /health/ready
  default-server inter 100ms fall 2 rise 1
${servers.join('\n')}
`;
}

/** Starts haproxy in front of these replicas. */
export async function startBalancer(replicas: readonly string[]): Promise<Balancer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'balancer-'));
  const [config, socket] = [path.join(folder, 'config'), path.join(folder, 'socket')];
  const port = await freePort();
  await writeFile(config, configOf(port, socket, replicas));
  const child = spawn('haproxy', ['-db', '-f', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  const complaint = text(child.stderr);
  const exited = once(child, 'close');
  const up = async (): Promise<number> => {
    if (child.exitCode !== null) throw new Error(await complaint);
    const table = await showStat(socket);
    return table.split('\n').filter((line) => /^replicas,replica\d/.test(line) && line.includes(',UP,'))
      .length;
  };
  const balancer: Balancer = {
    url: `http://127.0.0.1:${String(port)}`,
    untilUp: (count) =>
      eventually(`${String(count)} replicas at the balancer`, async () => {
        if ((await up()) === count) return true;
        // Asking again at once takes the machine from the balancer, and from replicas that are about to start.
        await sleep(BETWEEN_MS);
        return false;
      }),
    stop: async () => {
      child.kill('SIGKILL');
      await exited;
      await rm(folder, { recursive: true });
    },
  };
  await balancer.untilUp(replicas.length).catch(async (error: unknown) => {
    await balancer.stop();
    throw error;
  });
  return balancer;
}

/** The balancer's table of what it knows; nothing while it does not run yet. */
async function showStat(socketPath: string): Promise<string> {
  const socket = connect(socketPath);
  socket.end('show stat\n');
  return text(socket).catch(() => '');
}
