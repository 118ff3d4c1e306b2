import { afterEach, expect, test } from '@jest/globals';
import { stopAll } from '../support/gateway.ts';
import { openHostPage } from '../support/host-page.ts';

afterEach(stopAll);

interface Listed {
  readonly executions: { readonly nodes: readonly { readonly id: string }[] };
}

test('the page lists the runs of who is signed in', async () => {
  const { page, gateway, origin } = await openHostPage();
  await page.goto(`${origin}/?rh-range=all`);
  const { data } = await gateway.query<Listed>('{ executions(first: 50) { nodes { id } } }');

  const rows = page.getByRole('listitem');
  await rows.nth(49).waitFor();
  const shown = await rows.allTextContents();

  expect(shown.map((text) => text.split(' ')[0])).toEqual(data.executions.nodes.map(({ id }) => id));
});
