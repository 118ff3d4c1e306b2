import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { blocksIn } from './documented-client.ts';
import { eventually } from './eventually.ts';
import { freePort } from './free-port.ts';

/** A proxy that the documentation has a configuration for. */
export type ProxyName = 'haproxy' | 'nginx';

/** A proxy in front of replicas. */
export interface DocumentedProxy {
  readonly url: string;
  stop(): Promise<void>;
}

/** What is around the documented part, and how it is run. */
const PROGRAMS = {
  haproxy: {
    page: 'docs/running.md',
    wrap: (config: string) => config,
    args: (file: string) => ['-db', '-f', file],
  },
  nginx: {
    page: 'docs/live.md',
    wrap: (config: string, folder: string) => {
      const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
      const paths = temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join('\n');
      const main = `daemon off;\nmaster_process off;\npid ${folder}/pid;\nerror_log stderr;\nevents {}\n`;
      return `${main}http {\naccess_log off;\n${paths}\n${config}}\n`;
    },
    args: (file: string) => ['-c', file],
  },
} as const;

/**
 * Starts a proxy as the documentation has it, in front of two replicas.
 * @param change changes the documented configuration
 */
export async function startDocumentedProxy(
  name: ProxyName,
  replicas: readonly [string, string],
  change = (config: string) => config,
): Promise<DocumentedProxy> {
  const { page, wrap, args } = PROGRAMS[name];
  const folder = await mkdtemp(path.join(tmpdir(), `${name}-`));
  const file = path.join(folder, 'config');
  const port = String(await freePort());
  const [first, second] = replicas.map((url) => new URL(url).host);
  const documented = change(blocksIn(name, page).join(''))
    .replace('10.0.0.1:4000', first ?? '')
    .replace('10.0.0.2:4000', second ?? '')
    .replace('bind :4000', `bind 127.0.0.1:${port}`)
    .replace('listen 4000', `listen 127.0.0.1:${port}`);
  await writeFile(file, wrap(documented, folder));
  const child = spawn(name, args(file), { stdio: ['ignore', 'ignore', 'pipe'] });
  const complaint = text(child.stderr);
  const exited = once(child, 'close');
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    child.kill('SIGKILL');
    await exited;
    await rm(folder, { recursive: true });
  };
  try {
    await eventually(`${name} to be there`, async () => {
      if (child.exitCode !== null) throw new Error(await complaint);
      return fetch(`${url}/health/ready`).then(
        ({ status }) => status === 200,
        () => false,
      );
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}
