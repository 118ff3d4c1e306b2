import { gzipSync } from 'node:zlib';
import { chromium, type Browser, type Page } from 'playwright-core';
import type { Operation } from './light-viewer.ts';

const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'];
/** Only what never comes runs into this. */
const MOST_MS = 180_000;

/** Starts a browser. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: ARGS });
}

/** A page of somebody who has never been there: nothing is remembered. */
export async function openPage(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  context.setDefaultTimeout(MOST_MS);
  return context.newPage();
}

/** How long one visit takes, in milliseconds from its beginning. */
export interface Visit {
  readonly firstRowMs: number;
  /** When the search box has taken a key. */
  readonly interactiveMs: number;
}

/** Looks at the demo for the first time. */
export async function visit(browser: Browser, url: string): Promise<Visit> {
  const page = await openPage(browser);
  const since = performance.now();
  await page.goto(url, { waitUntil: 'commit' });
  await page.locator('[data-run-id]').first().waitFor();
  const firstRowMs = performance.now() - since;
  const box = page.locator('[data-rh-search]');
  await box.press('a');
  await page.waitForFunction(
    `document.querySelector('.rh-host').shadowRoot.querySelector('[data-rh-search]').value === 'a'`,
  );
  const interactiveMs = performance.now() - since;
  await page.context().close();
  return { firstRowMs, interactiveMs };
}

/** A script of the page, in bytes. */
export interface Script {
  readonly name: string;
  readonly bytes: number;
  readonly gzipped: number;
}

/** The scripts that the page loads until it shows a row. */
export async function scriptsOf(browser: Browser, url: string): Promise<readonly Script[]> {
  const page = await openPage(browser);
  const bodies: Promise<Script>[] = [];
  page.on('response', (response) => {
    const { pathname } = new URL(response.url());
    if (!pathname.endsWith('.js')) return;
    const name = pathname.replace(/.*\//, '').replace(/-[\w-]{8}(?=\.js)/, '');
    bodies.push(
      response.body().then((body) => ({ name, bytes: body.length, gzipped: gzipSync(body).length })),
    );
  });
  await page.goto(url);
  await page.locator('[data-run-id]').first().waitFor();
  const scripts = await Promise.all(bodies);
  await page.context().close();
  return scripts;
}

/** Tells of everything that a page asks and begins to watch. */
export function onOperation(page: Page, tell: (operation: Operation) => void): void {
  page.on('request', (request) => {
    const body = request.method() === 'POST' && request.url().endsWith('/graphql') && request.postData();
    if (body) tell({ kind: 'asks', ...(JSON.parse(body) as Omit<Operation, 'kind'>) });
  });
  page.on('websocket', (socket) => {
    socket.on('framesent', ({ payload }) => {
      const message = JSON.parse(String(payload)) as { readonly type: string; readonly payload: Operation };
      if (message.type !== 'subscribe') return;
      const { query, variables } = message.payload;
      tell({ kind: 'watches', query, variables });
    });
  });
}
