import { afterEach, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { eventually } from '../support/eventually.ts';
import { stopAll } from '../support/gateway.ts';
import { openHostPage, type PageSetup } from '../support/host-page.ts';
import { rowsIn, shownIds } from '../support/run-rows.ts';
import { FAILED } from '../support/sandbox.ts';

afterEach(stopAll);

interface Counted {
  readonly executionCounts: {
    readonly byStatus: readonly { readonly status: string; readonly count: number }[];
  };
}

/** A page over all runs, whenever they were. */
async function openAll(setup: PageSetup = {}) {
  const host = await openHostPage({ search: '?rh-range=all', ...setup });
  await rowsIn(host.page).nth(9).waitFor();
  return host;
}

/** What the address says, without the range that the tests begin with. */
function viewOf(page: Page): Record<string, string> {
  const parameters = new URL(page.url()).searchParams;
  parameters.delete('rh-range');
  return Object.fromEntries(parameters);
}

/** Waits until every row says one of these states. */
async function untilAll(page: Page, statuses: readonly string[]): Promise<void> {
  const others = statuses.map((status) => `:not([data-status="${status}"])`).join('');
  await page
    .locator(`[data-rh-list] [role="row"][data-status]${others}`)
    .first()
    .waitFor({ state: 'detached' });
  await rowsIn(page).first().waitFor();
}

test('several states are chosen by their counts, kept in the address, and taken away one by one', async () => {
  const { page, gateway } = await openAll();
  const { data } = await gateway.query<Counted>('{ executionCounts { byStatus { status count } } }');
  const failed = data.executionCounts.byStatus.find(({ status }) => status === 'ERRORED')?.count;

  await page.getByRole('button', { name: /^Status/ }).click();
  const option = page.getByRole('button', { name: /^Failed A step failed/ });
  await option.getByText(String(failed), { exact: true }).waitFor();
  await option.click();
  await page.getByRole('button', { name: /^Stopped Was stopped/ }).click();
  await page.keyboard.press('Escape');
  await untilAll(page, ['ERRORED', 'STOPPED']);
  const both = viewOf(page);
  await page.goBack();
  await untilAll(page, ['ERRORED']);
  const one = viewOf(page);
  await page.getByRole('button', { name: 'Remove the filter Status: Failed' }).click();
  await rowsIn(page).and(page.locator('[data-status="COMPLETED"]')).first().waitFor();

  expect(both).toEqual({ 'rh-status': 'ERRORED,STOPPED' });
  expect(one).toEqual({ 'rh-status': 'ERRORED' });
  expect(viewOf(page)).toEqual({});
});

test('the workflow and the application are found by name', async () => {
  const { page } = await openAll();
  const name = (await page.locator('[data-run-id]').first().textContent()) ?? '';
  const application = (await page.locator('.rh-row-application').first().textContent()) ?? '';

  await page.getByRole('button', { name: /^Workflow/ }).click();
  await page.getByRole('textbox', { name: 'Find: workflow' }).fill(name.toUpperCase());
  await page.getByRole('group', { name: 'Workflow' }).getByRole('button', { name }).first().click();
  await page.getByRole('button', { name: /^Application/ }).click();
  await page.getByRole('textbox', { name: 'Find: application' }).fill(application);
  await page
    .getByRole('group', { name: 'Application' })
    .getByRole('button', { name: application })
    .first()
    .click();
  await page.keyboard.press('Escape');
  const chips = page.getByRole('list', { name: 'Active filters' });
  await chips.getByText(application).waitFor();
  await eventually('the rows to be of one workflow', async () => {
    const names = await page.locator('[data-run-id]').allTextContents();
    return names.length > 0 && names.every((one) => one === name);
  });

  expect(Object.keys(viewOf(page)).sort()).toEqual(['rh-app', 'rh-workflow']);
});

test('search says what it searches, and replaces the address while one types', async () => {
  const { page } = await openAll();
  const steps = await page.evaluate<number>('history.length');
  const name = (await page.locator('[data-run-id]').nth(3).textContent()) ?? '';

  const box = page.getByRole('textbox', { name: 'Search by run id or workflow name' });
  await box.pressSequentially(name);
  await page.getByText('In workflow names').waitFor();
  await page.waitForURL((url) => url.searchParams.get('rh-q') === name);
  const stepsTyped = (await page.evaluate<number>('history.length')) - steps;
  await box.fill(FAILED);
  await page.getByText('Run id: Enter opens the run').waitFor();
  await page.locator(`[data-run-id="${FAILED}"]`).waitFor();
  const found = await shownIds(page);
  await box.press('Enter');
  await page.waitForURL((url) => url.searchParams.get('rh-run') === FAILED);

  expect(stepsTyped).toBe(0);
  expect(found).toEqual([FAILED]);
});

test('what upstream turns out to ignore is refused, and cannot be chosen from then on', async () => {
  const { page } = await openHostPage({
    sandbox: { generation: 'd1' },
    search: '?rh-range=all&rh-workflow=64f7258e35b72267edc02589',
  });

  await page
    .getByRole('alert')
    .getByText('The integration platform does not filter by this here: Workflow.')
    .waitFor();
  const words = await page.getByRole('alert').textContent();
  const retries = await page.getByRole('button', { name: 'Try again' }).count();
  await page.getByRole('button', { name: 'Show the runs without this filter: Workflow' }).click();
  await rowsIn(page).first().waitFor();
  const filter = page.getByRole('button', {
    name: /^Workflow.*does not filter by this/,
  });
  await filter.waitFor();

  expect(await filter.getAttribute('aria-disabled')).toBe('true');
  expect(words).not.toContain('filter.');
  expect(retries).toBe(0);
});

test('an address that nobody understands shows the runs as if it said nothing', async () => {
  const { page, origin } = await openAll();
  const odd = 'rh-from=2026-11-26&rh-to=2026-11-01&rh-app=%2C%00&rh-run=../../etc&rh-workflow=%22';
  await page.goto(`${origin}/?${odd}&rh-range=all&rh-q=`);
  await rowsIn(page).nth(9).waitFor();

  expect(await page.getByRole('alert').count()).toBe(0);
  expect(await page.getByRole('list', { name: 'Active filters' }).getByRole('listitem').count()).toBe(1);
});

test('a view is saved, marked when it is changed, and there again after a reload', async () => {
  const { page, origin } = await openAll();
  await page.goto(`${origin}/?rh-range=all&rh-status=TIMED_OUT`);

  await page.getByRole('button', { name: 'Save view' }).click();
  await page.getByRole('textbox', { name: 'Name of the view' }).fill('Too slow');
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'Too slow' }).and(page.locator('[aria-current]')).waitFor();
  const keptFor = await page.evaluate<readonly string[]>('Object.keys(localStorage)');
  await page.getByRole('button', { name: 'Remove the filter Status: Timed out' }).click();
  await page.getByRole('link', { name: 'Too slow changed' }).waitFor();
  await page.goto(origin);
  await page.getByRole('link', { name: 'Too slow' }).click();
  await page.waitForURL((url) => url.searchParams.get('rh-status') === 'TIMED_OUT');
  await page.getByRole('button', { name: 'What to do with the view Too slow' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await page.getByRole('link', { name: 'Too slow' }).waitFor({ state: 'detached' });

  expect(keptFor).toEqual(['refold-run-history.views.demo@example.com']);
  expect(viewOf(page)).toEqual({ 'rh-status': 'TIMED_OUT' });
});
