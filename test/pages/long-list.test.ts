import { afterEach, expect, test } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { stopAll } from '../support/gateway.ts';
import { openHostPage } from '../support/host-page.ts';
import { rowsIn, scrollToEnd, shownIds } from '../support/run-rows.ts';

afterEach(stopAll);

/** More than any screen shows at once, and rows beyond it on both sides. */
const FEW = 60;
/** Twenty long pages, on a machine that has much else to do. */
const PATIENCE_MS = 600_000;

test(
  'ten thousand runs are scrolled to the last one, and few of them are elements',
  async () => {
    const { page, gateway } = await openHostPage({
      sandbox: { executions: 10_000 },
      env: { MAX_PAGE_SIZE: '500' },
      pageSize: 500,
      search: '?rh-range=all',
    });
    await rowsIn(page).nth(9).waitFor();
    const { data } = await gateway.query<{
      readonly executions: {
        readonly totalCount: number;
        readonly nodes: readonly { readonly id: string }[];
      };
    }>('{ executions(first: 1, sort: ASC) { totalCount nodes { id } } }');
    const { totalCount, nodes } = data.executions;
    const end = page.getByText(`All ${totalCount.toLocaleString('en-GB')} are shown`);
    const lastRow = async () => Number(await rowsIn(page).last().getAttribute('aria-rowindex'));

    let most = 0;
    while ((await end.count()) === 0) {
      const before = await lastRow();
      await eventually(`rows below the ${String(before)}th`, async () => {
        await scrollToEnd(page);
        return (await lastRow()) > before || (await end.count()) > 0;
      });
      most = Math.max(most, await rowsIn(page).count());
    }
    await scrollToEnd(page);
    await page.locator(`[data-run-id="${nodes[0]?.id ?? ''}"]`).waitFor();

    expect((await shownIds(page)).at(-1)).toBe(nodes[0]?.id);
    expect(most).toBeLessThan(FEW);
  },
  PATIENCE_MS,
);
