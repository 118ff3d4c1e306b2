import { afterEach, expect, test } from '@jest/globals';
import { DEMO, OTHER, stopAll } from '../support/gateway.ts';
import { openHostPage } from '../support/host-page.ts';
import { shownIds } from '../support/run-rows.ts';

afterEach(stopAll);

/** Keeps, from now on, what the run history holds in each frame. */
const KEEP_FRAMES = `
  window.kept = [];
  const keep = () => {
    window.kept.push([...document.querySelectorAll('.rh-host')].map((host) => host.shadowRoot?.innerHTML ?? '').join(''));
    requestAnimationFrame(keep);
  };
  keep();
`;

test('when another account signs in, nothing of the one before is seen, not for a frame', async () => {
  const { page, gateway } = await openHostPage({
    sandbox: { executions: 20, clock: { now: () => Date.now() } },
  });
  const failed = { status: 'ERRORED', count: 3, failure: 'missing_scope' } as const;
  gateway.sandbox.addExecutions({ account: DEMO.linked_account_id, ...failed });
  const [theirs = ''] = gateway.sandbox.addExecutions({
    account: OTHER.linked_account_id,
    status: 'COMPLETED',
  });
  await page.reload();
  await page.getByRole('region', { name: 'Why runs fail' }).getByText('3 runs').waitFor();
  const ids = await shownIds(page);

  await page.evaluate(`window.signInAs('${OTHER.linked_account_id}'); ${KEEP_FRAMES}`);
  await page.locator(`[data-run-id="${theirs}"]`).waitFor();
  const frames = await page.evaluate<readonly string[]>('window.kept');

  const seen = [...ids, 'scope', '3 runs'].filter((one) => frames.some((frame) => frame.includes(one)));
  expect(ids.length).toBeGreaterThan(3);
  expect(frames.length).toBeGreaterThan(0);
  expect(seen).toEqual([]);
});
