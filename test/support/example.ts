import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Page } from 'playwright-core';
import { openProfile } from './browser.ts';
import { freePort } from './free-port.ts';
import { startGateway, type Gateway } from './gateway.ts';
import { emptyFolder } from './empty-folder.ts';
import { npm, packedPackage } from './package.ts';

const EXAMPLES = path.resolve(import.meta.dirname, '../../examples');
/** What a folder's texts say of the gateway. */
const GATEWAY = 'http://127.0.0.1:4000/graphql';
const PRODUCT = 'http://127.0.0.1:3000';

const stops: (() => Promise<void>)[] = [];

/** Stops the products; for `afterEach`. */
export async function stopExamples(): Promise<void> {
  for (const stop of stops.splice(0)) await stop();
}

/** An example that runs, and its page. */
export interface RunningExample {
  readonly page: Page;
  readonly gateway: Gateway;
  /** Where the product is. */
  readonly product: string;
  /** What the browser has complained of, such as breaches of the content policy. */
  readonly complaints: readonly string[];
}

/** Does what the README of an example says, in a copy outside of this repository, with the package as it is packed. */
export async function runExample(name: string): Promise<RunningExample> {
  const folder = path.join(await emptyFolder(name), name);
  await cp(path.join(EXAMPLES, name), folder, {
    recursive: true,
    filter: (source) => !source.endsWith('node_modules'),
  });
  const port = String(await freePort());
  const url = `http://127.0.0.1:${port}/graphql`;
  for (const file of ['.env', 'public/shop.js']) await replaceIn(path.join(folder, file), GATEWAY, url);
  await npm(folder, ['install', '--prefer-offline', await packedPackage()]);
  await npm(folder, ['run', 'build']);
  const product = await startProduct(folder, url);
  const settings = await settingsIn(path.join(EXAMPLES, name, 'README.md'), product);
  const gateway = await startGateway({
    sandbox: { clock: { now: () => Date.now() } },
    env: { ...settings, PORT: port, LIVE_FAST_MS: '100', LIVE_SLOW_MS: '100' },
  });
  const page = await (await openProfile()).newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    // Icons are where nobody is during tests, and what the gateway refuses is for the page to say.
    const isAnswer = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !isAnswer) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(product);
  return { page, gateway, product, complaints };
}

async function replaceIn(file: string, from: string, to: string): Promise<void> {
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text !== null) await writeFile(file, text.replaceAll(from, to));
}

/** The gateway's settings that a README names, but for where Refold is. */
async function settingsIn(readme: string, product: string): Promise<Record<string, string>> {
  const text = (await readFile(readme, 'utf8')).replaceAll(PRODUCT, product);
  const settings = [...text.matchAll(/\b([A-Z_]+)=(\S+)/g)].map(([, key = '', value = '']) => [key, value]);
  return Object.fromEntries(settings.filter(([key]) => key !== 'UPSTREAM_URL')) as Record<string, string>;
}

/** Starts the product's server on a free port; answers where it is. */
async function startProduct(folder: string, gateway: string): Promise<string> {
  const { scripts } = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')) as {
    readonly scripts: Readonly<Record<'start', string>>;
  };
  const [program, ...words] = scripts.start.split(' ');
  if (program !== 'node') throw new Error(`An example starts with node, not ${String(program)}`);
  const child = spawn(process.execPath, words, {
    cwd: folder,
    env: { PORT: '0', GATEWAY_URL: gateway },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  stops.push(async () => {
    child.kill();
    await exited;
  });
  for await (const line of createInterface(child.stdout)) {
    const url = /^Open (\S+)$/.exec(line)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error('The product has ended');
}
