import { afterAll, afterEach } from '@jest/globals';
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions } from 'playwright-core';

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

let browser: Promise<Browser> | undefined;
const contexts: BrowserContext[] = [];

afterEach(async () => {
  await Promise.all(contexts.splice(0).map((context) => context.close()));
});

afterAll(async () => {
  await (await browser)?.close();
});

/** A profile of its own in headless Chromium, which the tests of a file share; it ends with the test. */
export async function openProfile(options: BrowserContextOptions = {}): Promise<BrowserContext> {
  browser ??= chromium.launch({ executablePath: '/usr/bin/chromium', args: ARGS });
  const context = await (
    await browser
  ).newContext({ locale: 'en-GB', timezoneId: 'Europe/Berlin', ...options });
  // How long things take says something about the machine: only what never comes runs into this.
  context.setDefaultTimeout(120_000);
  contexts.push(context);
  return context;
}
