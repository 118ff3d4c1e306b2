import type { Locator, Page } from 'playwright-core';

/** The rows that are elements, in the order of the list. */
export function rowsIn(page: Page): Locator {
  return page.locator('[data-rh-list] [role="row"]:has([data-run-id])');
}

/** The row of a run. */
export function rowOf(page: Page, id: string): Locator {
  return rowsIn(page).filter({ has: page.locator(`[data-run-id="${id}"]`) });
}

/** The ids of the runs whose rows are elements, in the order of the list. */
export async function shownIds(page: Page): Promise<readonly string[]> {
  const links = await page.locator('[data-rh-list] [data-run-id]').all();
  return Promise.all(links.map(async (link) => (await link.getAttribute('data-run-id')) ?? ''));
}

/** What scrolls, within the shadow root. */
const SCROLLER = "document.querySelector('.rh-host').shadowRoot.querySelector('.rh-main')";

/** How far the page is scrolled, in CSS pixels. */
export function scrollTop(page: Page): Promise<number> {
  return page.evaluate<number>(`${SCROLLER}.scrollTop`);
}

/** Scrolls to the end of what is there. */
export async function scrollToEnd(page: Page): Promise<void> {
  await page.evaluate(`${SCROLLER}.scrollTo(0, ${SCROLLER}.scrollHeight)`);
}
