import { afterEach, expect, test } from '@jest/globals';
import { stopAll } from '../support/gateway.ts';
import { addFailedRun, openRunPage } from '../support/run-page.ts';

afterEach(stopAll);

const ROUTE = 'GET /execution/{execution_id}';

test('a run that is slow to come keeps the focus: on its heading at first and when it is there, so that Escape closes it', async () => {
  const { page, run, gateway, openRun } = await openRunPage();
  const id = addFailedRun(gateway);
  await openRun(id);
  await run.getByRole('region', { name: 'Why it failed' }).waitFor();
  await run.getByRole('button', { name: 'Back to the runs' }).first().click();
  const row = page.locator('[data-run-id]').nth(1);
  const opened = await row.getAttribute('data-run-id');
  const name = await row.textContent();
  const held = Promise.withResolvers<undefined>();
  await page.route(gateway.endpoint, async (route) => {
    await held.promise;
    await route.continue();
  });

  await row.focus();
  await page.keyboard.press('Enter');
  // Nothing of the run is there yet but what the list knows.
  const waiting = run.locator('[aria-busy="true"]');
  await waiting.getByRole('heading', { name: name ?? '', exact: true }).waitFor();
  await waiting.locator('.rh-status').waitFor();
  await page.locator('[data-rh-run-heading]:focus').waitFor();
  held.resolve(undefined);
  await run.getByRole('region', { name: 'Steps' }).waitFor();
  await page.locator('[data-rh-run-heading]:focus').waitFor();
  await page.keyboard.press('Escape');

  await run.waitFor({ state: 'detached' });
  const focused = page.locator('[data-run-id]:focus');
  await focused.waitFor();
  expect(await focused.getAttribute('data-run-id')).toBe(opened);
});

test('of a run that cannot be loaded, what the list knows is said', async () => {
  const { page, run, gateway } = await openRunPage();
  const row = page.locator('[data-run-id]').first();
  const name = await row.textContent();
  gateway.sandbox.addFault({ match: { route: ROUTE }, share: 1, status: 500 });

  await row.click();

  await run.getByText('The run could not be loaded').waitFor();
  await run.getByRole('heading', { name: name ?? '', exact: true }).waitFor();
  expect(await run.locator('.rh-status').count()).toBe(1);
});
