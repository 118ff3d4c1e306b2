import { afterEach, expect, test } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { stopAll } from '../support/gateway.ts';
import { openHostPage } from '../support/host-page.ts';
import { FAILED } from '../support/sandbox.ts';
import { rowOf, rowsIn, shownIds } from '../support/run-rows.ts';

afterEach(stopAll);

interface Listed {
  readonly executions: { readonly nodes: readonly { readonly id: string }[] };
}

test('the page lists the runs of who is signed in, the newest first', async () => {
  const { page, gateway } = await openHostPage({ search: '?rh-range=all' });
  const { data } = await gateway.query<Listed>('{ executions(first: 10) { nodes { id } } }');

  await rowsIn(page).nth(9).waitFor();

  expect((await shownIds(page)).slice(0, 10)).toEqual(data.executions.nodes.map(({ id }) => id));
});

test('the row of a failed run says which step failed, and why', async () => {
  const { page, gateway } = await openHostPage({ search: `?rh-range=all&rh-q=${FAILED}` });
  const { data } = await gateway.query<{
    readonly execution: { readonly failure: { readonly nodeName: string; readonly message: string } };
  }>(`{ execution(id: "${FAILED}") { failure { nodeName message } } }`);
  const { nodeName, message } = data.execution.failure;

  await rowOf(page, FAILED).getByText(`${nodeName}: ${message}`).waitFor();

  expect(await rowsIn(page).count()).toBe(1);
});

test('a row is a link that opens the run in another tab, or beside the list', async () => {
  const { page } = await openHostPage({ search: '?rh-range=all&rh-status=ERRORED&own=1' });
  const link = page.locator('[data-run-id]').first();
  const id = (await link.getAttribute('data-run-id')) ?? '';

  const [other] = await Promise.all([
    page.context().waitForEvent('page'),
    link.click({ modifiers: ['Control'] }),
  ]);
  const opened = new URL(other.url()).searchParams;
  await link.click();
  await page.waitForURL((url) => url.searchParams.get('rh-run') === id);

  expect(Object.fromEntries(opened)).toEqual({
    own: '1',
    'rh-range': 'all',
    'rh-status': 'ERRORED',
    'rh-run': id,
  });
  expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual(Object.fromEntries(opened));
});

test('what could not be loaded says so, and is there when it is tried again', async () => {
  const { page, gateway, origin } = await openHostPage({ search: '?rh-range=all' });
  await rowsIn(page).first().waitFor();
  gateway.sandbox.addFault({ match: { route: 'GET /execution' }, share: 1, status: 503 });
  await page.goto(`${origin}/?rh-range=all&rh-status=STOPPED`);

  const alert = page.getByRole('alert').filter({ hasText: 'The runs could not be loaded' });
  await alert.getByText('The integration platform cannot be reached.').waitFor();
  const rows = await rowsIn(page).count();
  gateway.sandbox.clearFaults();
  // The gateway spares an upstream that has failed for a while.
  await eventually('the rows', async () => {
    const retry = alert.getByRole('button', { name: 'Try again' });
    if (await retry.isVisible()) await retry.click();
    return (await rowsIn(page).count()) > 0;
  });

  expect(rows).toBe(0);
});

test('nothing that matches looks unlike nothing at all, and leads back', async () => {
  const { page } = await openHostPage({ search: '?rh-range=all&rh-q=no+such+workflow' });

  await page.getByText('No runs match').waitFor();
  await page.getByRole('button', { name: 'Clear all filters' }).click();
  await page.getByRole('button', { name: 'Show all time' }).click();
  await rowsIn(page).first().waitFor();

  expect(new URL(page.url()).search).toBe('?rh-range=all');
});
