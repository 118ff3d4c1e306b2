import { afterEach, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { stopAll } from '../support/gateway.ts';
import { openHostPage } from '../support/host-page.ts';
import { rowsIn } from '../support/run-rows.ts';

afterEach(stopAll);

/** Puts an element into `main`, with what a test sets before it is defined. */
async function put(page: Page, attributes: Readonly<Record<string, string>> = {}): Promise<void> {
  const all = JSON.stringify(attributes);
  await page.evaluate(`{
    const element = document.createElement('refold-run-history');
    element.setAttribute('url', window.host.url);
    for (const [name, value] of Object.entries(${all})) element.setAttribute(name, value);
    element.getToken = window.getToken;
    document.querySelector('main').append(element);
  }`);
}

test('what is set before it is defined counts, and it leaves nothing behind', async () => {
  const { page, origin } = await openHostPage({ host: 'element' });
  await page.goto(`${origin}/?rh-range=all`);
  const globals = () =>
    page.evaluate<unknown>(
      `({ window: Object.keys(window), head: document.head.children.length, sheets: document.adoptedStyleSheets.length, body: document.body.children.length })`,
    );
  await put(page);
  await page.evaluate('defineElement()');
  await rowsIn(page).nth(4).waitFor();
  const before = await globals();
  const socket = page.waitForEvent('websocket');
  await page.reload();
  await page.evaluate('defineElement()');
  await put(page);
  await rowsIn(page).nth(4).waitFor();
  expect(await globals()).toEqual(before);

  // Moved, it goes on as it was; taken out, it watches nothing more.
  await page.evaluate(
    `document.querySelector('.rh-root, refold-run-history').shadowRoot.querySelector('.rh-root').dataset.mark = 'same'`,
  );
  await page.evaluate(`document.querySelector('aside').append(document.querySelector('refold-run-history'))`);
  await rowsIn(page).nth(4).waitFor();
  expect(await page.locator('.rh-root').getAttribute('data-mark')).toBe('same');
  const live = await socket;
  const closed = live.waitForEvent('close');
  await page.evaluate(`window.taken = document.querySelector('refold-run-history'); window.taken.remove()`);
  await closed;
  expect(await page.evaluate('taken.shadowRoot.childElementCount')).toBe(0);

  await page.evaluate(`document.querySelector('main').append(window.taken)`);
  await rowsIn(page).nth(4).waitFor();
});

test('attributes change what it shows', async () => {
  const { page, origin } = await openHostPage({ host: 'element' });
  await page.goto(`${origin}/?rh-range=all`);
  await page.evaluate('defineElement()');
  await put(page, { features: '-live', locale: 'de', 'time-zone': 'Asia/Tokyo' });
  await rowsIn(page).nth(4).waitFor();
  expect(await page.getByRole('button', { name: 'Pause' }).count()).toBe(0);
  await page.getByText('(Asia/Tokyo)').or(page.getByText('UTC')).first().waitFor();

  const set = (name: string, value: string) =>
    page.evaluate(`document.querySelector('refold-run-history').setAttribute('${name}', '${value}')`);
  await set('theme', 'dark');
  await page.locator('[data-theme="dark"]').waitFor();
  await set('features', '-export');
  await page.getByRole('button', { name: 'Pause' }).waitFor();
  expect(await page.getByRole('button', { name: 'Export' }).count()).toBe(0);
  await set('url', `${origin}/nowhere`);
  await page.getByRole('button', { name: 'Try again' }).first().waitFor();
});

test('two on a page keep to their own part of its address', async () => {
  const { page, origin } = await openHostPage({ host: 'element' });
  await page.goto(`${origin}/?one-range=all&two-range=all&two-status=ERRORED`);
  await page.evaluate('defineElement()');
  await put(page, { 'address-prefix': 'one-' });
  await put(page, { 'address-prefix': 'two-' });
  const [one, two] = [0, 1].map((at) => page.locator('refold-run-history').nth(at));
  if (one === undefined || two === undefined) throw new Error('There are no two');
  await one.locator('[data-run-id]').nth(4).waitFor();
  await two.locator('[data-run-id]').nth(4).waitFor();

  await two.locator('[data-run-id]').first().click();
  await two.locator('[data-rh-run-heading]').waitFor();

  expect(await one.locator('[data-rh-run-heading]').count()).toBe(0);
  expect(new URL(page.url()).searchParams.has('two-run')).toBe(true);
  expect(
    await one
      .getByRole('button', { name: /Status/ })
      .first()
      .textContent(),
  ).not.toMatch(/1/);
});
