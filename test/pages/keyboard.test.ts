import { afterEach, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { stopAll } from '../support/gateway.ts';
import { openHostPage } from '../support/host-page.ts';
import { rowsIn, shownIds } from '../support/run-rows.ts';

afterEach(stopAll);

/** The run whose row has the focus. */
function focusedId(page: Page): Promise<string | null> {
  return page.locator('[data-run-id]:focus').getAttribute('data-run-id');
}

async function openList() {
  const host = await openHostPage({ search: '?rh-range=all' });
  await rowsIn(host.page).nth(9).waitFor();
  return host;
}

test('keys go through the rows, select them, open them and close them', async () => {
  const { page } = await openList();
  const ids = await shownIds(page);
  await page.locator('[data-run-id]').first().focus();

  await page.keyboard.press('j');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('k');
  const focused = await focusedId(page);
  await page.keyboard.press('x');
  const isSelected = await rowsIn(page).nth(1).getByRole('checkbox').isChecked();
  await page.keyboard.press('o');
  await page.waitForURL((url) => url.searchParams.get('rh-run') === ids[1]);
  await page.keyboard.press('Escape');
  await page.waitForURL((url) => !url.searchParams.has('rh-run'));
  await page.locator(`[data-run-id="${ids[1] ?? ''}"]:focus`).waitFor();

  expect({ focused, isSelected }).toEqual({ focused: ids[1], isSelected: true });
});

test('the slash searches, and what is typed there is text', async () => {
  const { page } = await openList();
  const box = page.getByRole('textbox', { name: 'Search by run id or workflow name' });
  await page.locator('[data-run-id]').first().focus();

  await page.keyboard.press('/');
  await page.keyboard.type('jx?n');
  const typed = await box.inputValue();
  await page.keyboard.press('Escape');
  const cleared = await box.inputValue();
  await page.keyboard.press('Escape');
  await page.keyboard.press('j');
  await page.locator('[data-run-id]:focus').waitFor();

  expect({ typed, cleared }).toEqual({ typed: 'jx?n', cleared: '' });
  expect(await page.getByRole('dialog').count()).toBe(0);
});

test('the question mark lists the keys, and Escape closes the list', async () => {
  const { page } = await openList();
  await page.locator('[data-run-id]').first().focus();

  await page.keyboard.press('?');
  const dialog = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await dialog.getByText('Select the run').waitFor();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });

  expect(await page.locator('[data-run-id]').first().isVisible()).toBe(true);
});

test('keys outside of the run history are the host’s', async () => {
  const { page, origin } = await openList();

  await page.evaluate('document.activeElement.blur()');
  await page.keyboard.press('?');
  await page.keyboard.press('x');
  await page.keyboard.press('o');

  expect(await page.getByRole('dialog').count()).toBe(0);
  expect(page.url()).toBe(`${origin}/?rh-range=all`);
  expect(await rowsIn(page).getByRole('checkbox', { checked: true }).count()).toBe(0);
});
