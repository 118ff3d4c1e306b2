import { afterEach, expect, test } from '@jest/globals';
import { stopAll } from '../support/gateway.ts';
import { keyboardOf } from '../support/keyboard.ts';
import { addFailedRun, openRunPage } from '../support/run-page.ts';
import { rowsIn } from '../support/run-rows.ts';

afterEach(stopAll);

const CLIPBOARD = { permissions: ['clipboard-read', 'clipboard-write'] };

/** A list of a few failed runs and some others, with the focus still outside of it. */
async function openWithoutMouse() {
  const opened = await openRunPage({ profile: CLIPBOARD, env: { UPSTREAM_TIMEOUT_MS: '600000' } });
  const { page, gateway, origin } = opened;
  for (let nth = 0; nth < 4; nth++) addFailedRun(gateway, { slug: 'slack', failure: 'missing_scope' });
  await page.goto(origin);
  await rowsIn(page).nth(3).waitFor();
  return { ...opened, keys: page.keyboard, ...(await keyboardOf(page)) };
}

test('a run is found, read, copied from and run again without a mouse, and the focus goes back to its row', async () => {
  const { page, keys, tabTo, focused, run } = await openWithoutMouse();

  await tabTo('button', /^Status/);
  await keys.press('Enter');
  const choices = page.getByRole('dialog', { name: 'Status' });
  await choices
    .getByRole('button', { name: /^Failed/ })
    .and(page.locator(':focus'))
    .waitFor();
  await keys.press('Space');
  await page.waitForURL((url) => url.searchParams.get('rh-status') === 'ERRORED');
  await keys.press('Escape');
  await choices.waitFor({ state: 'detached' });
  expect(await focused()).toMatchObject({
    role: 'button',
    name: expect.stringMatching(/^Status/),
    isSeen: true,
  });

  await keys.press('j');
  const row = await focused();
  expect(row).toMatchObject({ role: 'link', isSeen: true });
  await keys.press('Enter');
  await run.getByRole('heading', { name: row.name }).and(page.locator(':focus')).waitFor();

  await tabTo('button', 'Run again');
  await keys.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Run this again?' });
  await dialog.waitFor();
  await tabTo('button', 'Run again');
  await keys.press('Enter');
  await run.getByText('A new run was started:').waitFor();
  await dialog.waitFor({ state: 'detached' });
  expect(await focused()).toEqual({ role: 'button', name: 'Run again', isSeen: true });

  await tabTo('button', /^1/);
  await keys.press('Enter');
  await tabTo('button', 'Copy: Output');
  // It is said for two seconds only.
  const said = run.getByText('Copied').first().waitFor();
  await Promise.all([said, keys.press('Enter')]);
  const copied = await page.evaluate<string>('navigator.clipboard.readText()');
  expect(JSON.parse(copied)).toEqual(expect.anything());
  await tabTo('group', 'Output');

  await keys.press('Escape');
  await run.waitFor({ state: 'detached' });
  expect(await focused()).toEqual(row);
});

test('several runs are selected, counted, changed and given up without a mouse', async () => {
  const { page, keys, tabTo, focused, gateway } = await openWithoutMouse();
  gateway.sandbox.addFault({ match: { method: 'POST' }, hang: 'before-headers', forMs: 3_600_000 });
  await tabTo('link', /./);
  for (const key of ['j', 'x', 'j', 'x', 'j', 'x']) await keys.press(key);
  await page.getByText('3 runs selected').waitFor();

  await tabTo('button', 'Rerun 3');
  await keys.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Rerun runs' });
  await dialog.getByText('3 runs will be run again').waitFor();
  await tabTo('button', 'Cancel');
  await keys.press('Enter');
  await dialog.waitFor({ state: 'detached' });
  expect(await focused()).toEqual({ role: 'button', name: 'Rerun 3', isSeen: true });

  await keys.press('Enter');
  await dialog.getByText('3 runs will be run again').waitFor();
  await tabTo('button', 'Rerun all 3');
  await keys.press('Enter');
  await dialog.getByText('Rerunning: 0 of 3').waitFor();
  await tabTo('button', 'Abort');
  await keys.press('Enter');
  await dialog.getByText('Aborting: what is on its way finishes.').waitFor();
  await keys.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  expect(await focused()).toEqual({
    role: 'button',
    name: expect.stringMatching(/ of 3/),
    isSeen: true,
  });
});

test('the list is exported, and the keys are looked up, without a mouse', async () => {
  const { page, keys, tabTo, focused } = await openWithoutMouse();

  await tabTo('button', 'Export');
  await keys.press('Enter');
  await page.getByRole('menu', { name: 'Export' }).and(page.locator(':focus')).waitFor();
  await keys.press('ArrowDown');
  await page.getByRole('menuitem', { name: 'As CSV' }).and(page.locator(':focus')).waitFor();
  await keys.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Export as CSV' });
  await dialog.getByText('These are all that match.').waitFor();
  await tabTo('button', 'Done');
  await keys.press('Enter');
  await dialog.waitFor({ state: 'detached' });
  expect(await focused()).toEqual({ role: 'button', name: 'Export', isSeen: true });

  await keys.press('?');
  const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await help.getByText('Select the run').waitFor();
  await keys.press('Escape');
  await help.waitFor({ state: 'detached' });
  expect(await focused()).toEqual({ role: 'button', name: 'Export', isSeen: true });
});
