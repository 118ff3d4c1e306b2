import { afterEach, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { addFailed, changesOf } from '../support/bulk.ts';
import { eventually } from '../support/eventually.ts';
import { startAnswerGate } from '../support/gate.ts';
import { DEMO, startUpstream, stopAll } from '../support/gateway.ts';
import { openHostPage, type HostPage, type PageSetup } from '../support/host-page.ts';
import { rowsIn, scrollToEnd } from '../support/run-rows.ts';

afterEach(stopAll);

/** A few runs, which are of these days. */
const FEW = { executions: 20, clock: { now: () => Date.now() } };
const RERUN = 'POST /execution/{execution_id}/rerun';

/** What tells more of an element, in a shadow root, too. */
interface Described {
  readonly ariaDescribedByElements?: readonly { readonly textContent: string }[];
}

const dialogOf = (page: Page) => page.getByRole('dialog', { name: 'Rerun runs' });
const resultsOf = (page: Page) =>
  page.getByRole('list', { name: 'What became of each' }).getByRole('listitem');

/** Opens the failed runs of today, all of them of one reason, and asks what a rerun of the reason would be about. */
async function askForReason(
  count: number,
  failure: 'channel_not_found' | 'unavailable' = 'unavailable',
  setup: PageSetup = { sandbox: FEW },
) {
  const host = await openHostPage(setup);
  const ids = host.gateway.sandbox.addExecutions({
    account: DEMO.linked_account_id,
    status: 'ERRORED',
    count,
    failure,
  });
  await host.page.goto(`${host.origin}/?rh-range=today`);
  const reasons = host.page.getByRole('region', { name: 'Why runs fail' });
  await reasons.getByRole('button', { name: `Rerun all ${String(count)}` }).click();
  await dialogOf(host.page)
    .getByText(`${String(count)} runs will be run again`)
    .waitFor();
  return { ...host, ids };
}

const start = ({ page }: HostPage) =>
  dialogOf(page)
    .getByRole('button', { name: /^Rerun all/ })
    .click();

test('a reason is run again: first only counted, then each once, and what came of it is told', async () => {
  const host = await askForReason(6);
  const { page, gateway, ids } = host;
  const sentBefore = changesOf(gateway);
  await dialogOf(page).getByText('It makes real calls to your applications again').waitFor();

  await start(host);
  await page.getByText('6 of 6 were started again').waitFor();
  const links = await resultsOf(page).getByRole('link').allTextContents();
  await dialogOf(page).getByText('6 completed').waitFor();

  expect(sentBefore).toEqual([]);
  expect([...changesOf(gateway)].sort()).toEqual([...ids].sort());
  expect(links).toHaveLength(12);
  expect(links).toEqual(expect.arrayContaining([...ids]));
});

test('reruns that fail again are told, also while the dialog is closed', async () => {
  const host = await askForReason(6, 'channel_not_found');
  const { page } = host;

  await start(host);
  await dialogOf(page).getByRole('button', { name: 'Done' }).click();
  const chip = page.getByRole('group', { name: 'Show the rerun of many' });
  await chip.getByText('6 failed again').waitFor();
  await chip.getByRole('button').first().click();

  await dialogOf(page).waitFor();

  expect(await dialogOf(page).getByText('6 failed again').count()).toBe(1);
});

test('an answer that got lost is not known, and is not sent again', async () => {
  const host = await askForReason(6);
  const { page, gateway, ids } = host;
  gateway.sandbox.addFault({ match: { route: RERUN }, times: 1, reset: true });

  await start(host);
  await dialogOf(page).getByRole('button', { name: 'Done' }).waitFor();
  const first = await resultsOf(page).first().textContent();

  expect(first).toContain('Not known');
  expect(first).toContain('It was sent, and nobody can tell whether it was done. It is not sent again');
  expect(await dialogOf(page).getByText('Of one run nobody can tell').count()).toBe(1);
  expect(
    await dialogOf(page)
      .getByRole('button', { name: /again$/ })
      .count(),
  ).toBe(0);
  expect([...changesOf(gateway)].sort()).toEqual([...ids].sort());
});

test('a change goes on over a reload, which shows it again until it is dismissed', async () => {
  const host = await askForReason(6);
  const { page, gateway } = host;
  await start(host);
  await page.getByText('6 of 6 were started again').waitFor();

  await page.reload();
  const chip = page.getByRole('group', { name: 'Show the rerun of many' });
  await chip.getByText('6 of 6 were started again').waitFor();
  await chip.getByRole('button').first().click();
  await dialogOf(page).getByText('6 of 6 were started again').waitFor();
  await dialogOf(page).getByRole('button', { name: 'Done' }).click();
  await chip.getByRole('button', { name: 'Close' }).click();
  await chip.waitFor({ state: 'detached' });

  expect(await page.evaluate<number>('sessionStorage.length')).toBe(0);
  expect(changesOf(gateway)).toHaveLength(6);
});

test('a change is aborted from its chip, and what was not sent can be tried again', async () => {
  const upstream = await startUpstream(FEW);
  const answers = await startAnswerGate(upstream);
  const env = { UPSTREAM_TIMEOUT_MS: '600000' };
  const host = await askForReason(12, 'unavailable', { upstream, upstreamUrl: answers.url, env });
  const { page, gateway } = host;
  answers.close();

  await start(host);
  await dialogOf(page).getByRole('button', { name: 'Continue in the background' }).click();
  await eventually('changes to be on their way', () => changesOf(gateway).length === 3);
  await page.getByRole('group', { name: 'Show the rerun of many' }).getByRole('button').first().click();
  await Promise.all([
    page.waitForResponse((response) => response.request().postData()?.includes('abortBulkJob') === true),
    dialogOf(page).getByRole('button', { name: 'Abort' }).click(),
  ]);
  answers.open();
  await dialogOf(page).getByText('Aborted. What was not sent until then was not done.').waitFor();
  const outcomes = await resultsOf(page).locator('.rh-bulk-outcome').allTextContents();
  await dialogOf(page).getByRole('button', { name: 'Try the 9 that were not done again' }).click();
  await dialogOf(page).getByText('9 runs will be run again').waitFor();

  expect(outcomes).toEqual([...Array<string>(9).fill('Not sent'), ...Array<string>(3).fill('Done')]);
  expect(changesOf(gateway)).toHaveLength(3);
});

test('all that match are run again, not only those that are loaded, with the filter in words', async () => {
  const { page, gateway, origin } = await openHostPage({ sandbox: { ...FEW, executions: 0 } });
  const ids = addFailed(gateway, 70);
  await page.goto(`${origin}/?rh-range=today&rh-status=ERRORED`);
  await rowsIn(page).first().waitFor();

  await page.getByRole('checkbox').first().click();
  const takeAll = page.getByRole('button', { name: 'Select all 70 that match' });
  await takeAll.waitFor();
  // Further rows are loaded, and the offer stays.
  await scrollToEnd(page);
  await page.getByText('All 70 are shown').waitFor();
  await takeAll.click();
  await page.getByRole('group', { name: 'Selected runs' }).getByRole('button', { name: 'Rerun' }).click();
  await dialogOf(page).getByText('70 runs will be run again').waitFor();
  const words = await dialogOf(page).locator('.rh-bulk-filter li').allTextContents();
  await start({ page } as HostPage);
  await page.getByText('70 of 70 were started again').waitFor();

  expect(words[0]).toBe('State: Failed');
  expect([...changesOf(gateway)].sort()).toEqual([...ids].sort());
});

test('of those selected, runs whose state does not allow it are left out, which is said', async () => {
  const { page, gateway, origin } = await openHostPage({ sandbox: { ...FEW, executions: 1 } });
  const account = DEMO.linked_account_id;
  gateway.sandbox.addExecutions({ account, status: 'COMPLETED', count: 3 });
  const failed = gateway.sandbox.addExecutions({ account, status: 'ERRORED', count: 2 });
  await page.goto(`${origin}/?rh-range=today`);
  await eventually('all rows to be there', async () => (await rowsIn(page).count()) >= 5);

  for (const row of (await rowsIn(page).all()).slice(0, 5)) await row.getByRole('checkbox').click();
  await page.getByRole('group', { name: 'Selected runs' }).getByRole('button', { name: 'Rerun 2' }).click();
  await dialogOf(page).getByText('3 of those selected are left out').waitFor();
  await start({ page } as HostPage);
  await page.getByText('2 of 2 were started again').waitFor();

  expect([...changesOf(gateway)].sort()).toEqual([...failed].sort());
});

test('a change uses its selection up, and says of each run which it was', async () => {
  const { page, gateway, origin } = await openHostPage({ sandbox: { ...FEW, executions: 0 } });
  addFailed(gateway, 3);
  await page.goto(`${origin}/?rh-range=today`);
  await eventually('all rows to be there', async () => (await rowsIn(page).count()) === 3);
  const name = (await rowsIn(page).first().getByRole('link').first().textContent()) ?? '';
  const bar = page.getByRole('group', { name: 'Selected runs' });

  await page.getByRole('checkbox').first().click();
  await bar.getByRole('button', { name: 'Rerun 3' }).waitFor();
  const offered = await bar.getByRole('button', { name: /^Select all/ }).count();
  const stop = bar.getByRole('button', { name: 'Stop' });
  const stopSays = await stop.evaluate((button: unknown) => {
    const { ariaDescribedByElements: by } = button as Described;
    return by?.[0]?.textContent;
  });
  await bar.getByRole('button', { name: 'Rerun 3' }).click();
  await start({ page } as HostPage);
  await page.getByText('3 of 3 were started again').waitFor();
  const first = await resultsOf(page).first().textContent();
  await dialogOf(page).getByRole('button', { name: 'Done' }).click();
  await dialogOf(page).waitFor({ state: 'detached' });

  expect(offered).toBe(0);
  expect(await stop.count()).toBe(0);
  expect(stopSays).toBe('None of these is running.');
  expect(name).not.toBe('');
  expect(first).toContain(name);
  expect(await bar.count()).toBe(0);
});
