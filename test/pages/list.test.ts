import { afterEach, expect, test } from '@jest/globals';
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
