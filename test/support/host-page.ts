import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { access, mkdtemp, rename } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { openProfile } from './browser.ts';
import { emptyFolder } from './empty-folder.ts';
import { startGateway, startServer, type Gateway, type Setup } from './gateway.ts';
import { createProduct } from './product.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const HOST = path.join(ROOT, 'test/pages/host');
const VITE = path.join(ROOT, 'node_modules/vite/bin/vite.js');
const run = promisify(execFile);
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
};

/** What a page is opened with. */
export interface PageSetup extends Setup {
  readonly profile?: BrowserContextOptions;
  /** Who is signed in; null: nobody is. */
  readonly account?: string | null;
  /** What is done before the page is opened. */
  readonly beforeOpening?: (gateway: Gateway) => void;
  /** How many runs the page asks for at once. */
  readonly pageSize?: number;
  /** What the page hides and shows; what it does by itself unless told otherwise. */
  readonly features?: Readonly<Record<string, boolean>>;
  /** The query that it is opened with. */
  readonly search?: string;
  /** Which of the folders beside the tests is the product; `host` unless told otherwise. */
  readonly host?: 'host' | 'hostile' | 'element';
  /** Instead of `host`: what `buildPage` has built. */
  readonly built?: string;
}

/** A page, and what is behind it. */
export interface HostPage {
  readonly page: Page;
  readonly gateway: Gateway;
  /** Where the page is, without a path. */
  readonly origin: string;
}

/** A product's page with a run history, on an origin of its own, in front of a real gateway and sandbox. */
export async function openHostPage(setup: PageSetup = {}): Promise<HostPage> {
  const origin = await startServer(serve(setup.built ?? (await builtHost(setup.host ?? 'host'))));
  const product = await createProduct();
  const gateway = await startGateway({
    ...setup,
    env: { ...product.env, CORS_ORIGINS: origin, ...setup.env },
  });
  setup.beforeOpening?.(gateway);
  const page = await (await openProfile(setup.profile)).newPage();
  const { account = 'demo@example.com' } = setup;
  const tokenOf = (other?: string | null) => {
    const who = other ?? account;
    return who === null ? null : product.tokenOf(who);
  };
  await page.exposeFunction('getToken', tokenOf);
  await page.addInitScript(
    `window.host = ${JSON.stringify({ url: gateway.endpoint, pageSize: setup.pageSize, features: setup.features })}`,
  );
  await page.goto(`${origin}/${setup.search ?? ''}`);
  return { page, gateway, origin };
}

const hosts = new Map<string, Promise<string>>();

/** A host, built by the first file of the run that needs it. Two that begin at the same time build it both, and one counts. */
function builtHost(name: string): Promise<string> {
  const host = hosts.get(name) ?? buildHost(name);
  hosts.set(name, host);
  return host;
}

async function buildHost(name: string): Promise<string> {
  const shared = process.env['BUILT_PAGES'] ?? '';
  const built = path.join(shared, name);
  const isThere = () =>
    access(built).then(
      () => true,
      () => false,
    );
  if (await isThere()) return built;
  const own = await mkdtemp(`${built}-`);
  await build(path.join(ROOT, 'test/pages', name), own);
  await rename(own, built).catch(async (error: unknown) => {
    if (!(await isThere())) throw error;
  });
  return built;
}

/** Builds the page in a folder as the host of test/pages/host is built, or by a configuration of its own; answers the folder to serve. */
export async function buildPage(root: string, options: BuildOptions = {}): Promise<string> {
  const folder = await emptyFolder('page');
  await build(root, folder, options);
  return folder;
}

/** In a process of its own, since Vite's bundler does not work within jest's. */
async function build(
  root: string,
  folder: string,
  { config = path.join(HOST, 'vite.config.ts'), env = {} }: BuildOptions = {},
): Promise<void> {
  await run(process.execPath, [VITE, 'build', root, '--config', config, '--outDir', folder], {
    env: { ...process.env, ...env },
  });
}

/** How a page is built. */
interface BuildOptions {
  readonly config?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Serves what was built. */
export function serve(folder: string): Parameters<typeof startServer>[0] {
  return (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://host');
    const file = path.join(folder, pathname === '/' ? 'index.html' : path.posix.normalize(pathname));
    response.setHeader('content-type', TYPES[path.extname(file)] ?? 'application/octet-stream');
    createReadStream(file)
      .on('error', () => response.writeHead(404).end())
      .pipe(response);
  };
}
