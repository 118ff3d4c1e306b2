import { afterEach, describe, expect, test } from '@jest/globals';
import type { BrowserContextOptions, Locator, Page, Request } from 'playwright-core';
import { axeFinds } from '../support/axe.ts';
import { openProfile } from '../support/browser.ts';
import { killDemos, startDemo } from '../support/demo-process.ts';
import { eventually } from '../support/eventually.ts';
import { rowOf } from '../support/run-rows.ts';

afterEach(killDemos);

const WIDE = { viewport: { width: 1440, height: 900 } };
const NARROW = { viewport: { width: 360, height: 740 } };

interface OpenDemo {
  readonly page: Page;
  /** What the browser has complained of, and whom it has asked beside the demo. */
  readonly trouble: readonly string[];
}

async function openDemo(profile: BrowserContextOptions = WIDE): Promise<OpenDemo> {
  const demo = await startDemo();
  const page = await (await openProfile(profile)).newPage();
  const trouble: string[] = [];
  page.on('console', (message) => trouble.push(message.text()));
  page.on('pageerror', ({ message }) => trouble.push(message));
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(demo.page) && !url.startsWith('data:')) trouble.push(url);
  });
  await page.goto(demo.page);
  return { page, trouble };
}

/** Does something that starts a run; answers its row, once it is in the list. */
async function rowStartedBy(page: Page, action: () => Promise<void>): Promise<Locator> {
  const isStart = (url: string) => /\/demo\/(runs|connections)$/.test(url);
  const [response] = await Promise.all([page.waitForResponse((one) => isStart(one.url())), action()]);
  const { ids } = (await response.json()) as { readonly ids: readonly string[] };
  const row = rowOf(page, ids[0] ?? '');
  const waiting = page.getByRole('button', { name: /new run/ });
  await eventually('the run to be listed', async () => {
    if ((await row.count()) > 0) return true;
    if ((await waiting.count()) > 0) await waiting.click();
    return false;
  });
  return row;
}

/** Who a question is asked as; null: it is none to GraphQL. */
function askerOf(request: Request): string | null {
  if (request.method() !== 'POST' || !request.url().endsWith('/graphql')) return null;
  const [, claims = ''] = (request.headers()['authorization'] ?? '').split('.');
  return (JSON.parse(Buffer.from(claims, 'base64url').toString()) as { linked_account_id: string })
    .linked_account_id;
}

/** Waits until the page asks GraphQL as that account. */
const untilAskedAs = (page: Page, account: string) =>
  page.waitForRequest((request) => askerOf(request) === account);

describe('the demo’s page', () => {
  test('works under its policy, asks nobody else for anything, and axe finds nothing around the history', async () => {
    const { page, trouble } = await openDemo();
    await page.getByText('Asked of it in the last minute').waitFor();
    await page.getByRole('row', { name: 'GET /execution', exact: false }).first().waitFor();
    expect(trouble).toEqual([]);
    expect([...(await axeFinds(page, '.demo-bar')), ...(await axeFinds(page, '.demo-panel'))]).toEqual([]);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect([...(await axeFinds(page, '.demo-bar')), ...(await axeFinds(page, '.demo-panel'))]).toEqual([]);
  });

  test('signs in as another customer, says so in its address, and goes back', async () => {
    const { page } = await openDemo();
    const other = page.getByRole('radio', { name: 'other@example.com' });
    await other.waitFor();
    await Promise.all([untilAskedAs(page, 'other@example.com'), other.check()]);
    expect(new URL(page.url()).search).toBe('?account=other%40example.com');

    await Promise.all([untilAskedAs(page, 'other@example.com'), page.reload()]);
    expect(await other.isChecked()).toBe(true);
    await Promise.all([untilAskedAs(page, 'demo@example.com'), page.goBack()]);
    expect(await other.isChecked()).toBe(false);
  });

  test('has a panel that the keyboard works: a run that fails, and an upstream that is down and mended', async () => {
    const { page } = await openDemo();
    const reason = page.getByRole('combobox', { name: 'Why it fails' });
    await reason.focus();
    await reason.selectOption('invalid_email');
    await page.keyboard.press('Tab');
    const row = await rowStartedBy(page, () => page.keyboard.press('Enter'));
    await row.getByText('Failed').waitFor();
    await row.getByText('The property "email" is not an email address').waitFor();

    await page.getByRole('button', { name: 'Down' }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('Every request is answered with 503.').waitFor();
    // It would be over in a while: what is shown stays, since the panel is told nothing more.
    await page.route(/\/demo\/sandbox\?/, () => undefined);
    expect(await page.getByRole('timer').textContent()).toMatch(/^\d+ s left$/);
    await page.getByRole('button', { name: 'Mend now' }).press('Enter');
    await page.unroute(/\/demo\/sandbox\?/);
    await page.getByText('It is well.').waitFor();
  });

  test('breaks a connection, whose runs fail until it is made anew', async () => {
    const { page } = await openDemo();
    const application = page.getByRole('combobox', { name: 'Application' });
    await application.selectOption({ label: 'HubSpot' });
    const broken = await rowStartedBy(page, () => page.getByRole('button', { name: 'Break' }).click());
    await broken.getByText('Failed').waitFor();
    await broken.getByText('invalid_grant').waitFor();
    await application.getByRole('option', { name: 'HubSpot, broken' }).waitFor({ state: 'attached' });

    // Whoever opens the page now is told to connect it anew.
    await page.reload();
    const mended = await rowStartedBy(page, () =>
      page.getByRole('button', { name: 'Reconnect HubSpot' }).first().click(),
    );
    await mended.getByText('Completed').waitFor();
    await application.getByRole('option', { name: 'HubSpot', exact: true }).waitFor({ state: 'attached' });
    expect(await page.getByRole('option', { name: 'HubSpot, broken' }).count()).toBe(0);
  });

  test('is as wide as a telephone, where the panel is closed, and pushes the history down when it is opened', async () => {
    const { page } = await openDemo(NARROW);
    const toggle = page.getByRole('button', { name: 'Sandbox' });
    const panel = page.getByRole('complementary');
    await toggle.waitFor();
    expect(await panel.count()).toBe(0);
    expect((await page.getByRole('banner').boundingBox())?.height).toBeLessThan(50);
    expect(await axeFinds(page, '.demo-bar')).toEqual([]);
    expect(await toggle.getAttribute('aria-expanded')).toBe('false');

    await toggle.click();
    await page.getByText('Asked of it in the last minute').waitFor();
    const [above, below] = [await panel.boundingBox(), await page.getByRole('main').boundingBox()];
    expect((above?.y ?? 0) + (above?.height ?? 0)).toBeLessThanOrEqual(below?.y ?? 0);
    expect((above?.x ?? 0) + (above?.width ?? 0)).toBeLessThanOrEqual(360);
    expect(await axeFinds(page, '.demo-panel')).toEqual([]);
    await toggle.click();
    expect(await panel.count()).toBe(0);
  });
});
