import { readFile } from 'node:fs/promises';
import { afterEach, expect, test } from '@jest/globals';
import type { Download, Page, Route } from 'playwright-core';
import { createSandboxClock } from '../support/fake-clock.ts';
import { stopAll } from '../support/gateway.ts';
import { openHostPage } from '../support/host-page.ts';
import { rowsIn } from '../support/run-rows.ts';

afterEach(stopAll);

/** More than two pages of runs, which stand still. */
const still = () => ({ executions: 260, clock: createSandboxClock() });

async function choose(page: Page, kind: 'CSV' | 'JSON'): Promise<void> {
  await rowsIn(page).first().waitFor();
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('menuitem', { name: `As ${kind}` }).click();
}

/** Does something else where the second page of a file is asked for. */
async function atSecondPage(page: Page, endpoint: string, act: (route: Route) => unknown): Promise<void> {
  await page.route(endpoint, async (route) => {
    const { query, variables } = (route.request().postDataJSON() ?? {}) as {
      readonly query?: string;
      readonly variables?: { readonly after?: string | null };
    };
    const isSecond = query?.includes('query RunExport') === true && variables?.after != null;
    await (isSecond ? act(route) : route.continue());
  });
}

async function textOf(download: Download): Promise<string> {
  return readFile(await download.path(), 'utf8');
}

test('the filtered list is saved as CSV, and it is said that all of it is there', async () => {
  const { page, gateway, origin } = await openHostPage({ sandbox: still() });
  const { data } = await gateway.query<{
    executions: { totalCount: number; nodes: readonly { id: string }[] };
  }>('{ executions(filter: { status: [COMPLETED] }, first: 100) { totalCount nodes { id } } }');
  const { totalCount, nodes } = data.executions;
  await page.goto(`${origin}/?rh-range=all&rh-status=COMPLETED`);

  const [download] = await Promise.all([page.waitForEvent('download'), choose(page, 'CSV')]);
  await page.getByText('These are all that match.').waitFor();
  const lines = (await textOf(download)).trim().split('\r\n');
  const ids = lines.slice(1).map((line) => line.split(',')[0]);

  expect(download.suggestedFilename()).toMatch(/^runs-\d{4}-\d{2}-\d{2}\.csv$/);
  expect(totalCount).toBeGreaterThan(100);
  expect(ids).toHaveLength(totalCount);
  expect(ids.slice(0, nodes.length)).toEqual(nodes.map(({ id }) => id));
  expect(await page.getByRole('dialog').getByText('State: Completed').count()).toBe(1);
});

test('a file that was cut says where and why, in the dialog and in itself', async () => {
  const { page, gateway, origin } = await openHostPage({ sandbox: still() });
  await page.goto(`${origin}/?rh-range=all`);
  await atSecondPage(page, gateway.endpoint, (route) => route.abort());

  const [download] = await Promise.all([page.waitForEvent('download'), choose(page, 'JSON')]);
  await page.getByText(/^It was cut after 100 rows:/).waitFor();
  const file = JSON.parse(await textOf(download)) as {
    readonly rows: readonly unknown[];
    readonly cut: { readonly why: string };
  };

  expect(file.rows).toHaveLength(100);
  expect(file.cut.why).toBe('PROBLEM');
});

test('the reader ends it, and saves what is there', async () => {
  const { page, gateway, origin } = await openHostPage({ sandbox: still() });
  await page.goto(`${origin}/?rh-range=all`);
  await atSecondPage(page, gateway.endpoint, () => undefined);

  await choose(page, 'CSV');
  const dialog = page.getByRole('dialog');
  await dialog.getByText(/^100 of \d+ rows$/).waitFor();
  await dialog.getByRole('button', { name: 'End it here' }).click();
  await dialog.getByText('You ended it after 100 rows.').waitFor();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('button', { name: 'Save the file' }).click(),
  ]);

  expect((await textOf(download)).trim().split('\r\n')).toHaveLength(101);
});
