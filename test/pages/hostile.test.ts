import { afterEach, expect, test } from '@jest/globals';
import type { APIResponse, Locator, Page } from 'playwright-core';
import { stopAll } from '../support/gateway.ts';
import { openHostPage, type HostPage } from '../support/host-page.ts';
import { differingPixels } from '../support/same-pixels.ts';

afterEach(stopAll);

const PLACE = { x: 20, y: 20, width: 1040, height: 640 };

/** A host's page at a time that stands still, with one answer to each question, so that two pictures differ by nothing but how they look. */
async function open(): Promise<HostPage> {
  const opened = await openHostPage({
    host: 'hostile',
    profile: { viewport: { width: 1100, height: 900 }, reducedMotion: 'reduce' },
  });
  const { page, gateway } = opened;
  const answers = new Map<string, Promise<APIResponse>>();
  await page.route(gateway.endpoint, async (route) => {
    const question = route.request().postData() ?? '';
    const answer = answers.get(question) ?? route.fetch();
    answers.set(question, answer);
    await route.fulfill({ response: await answer });
  });
  await page.clock.setFixedTime(new Date());
  return opened;
}

/** Everything that the page loads at first is there, and nothing moves. */
async function settled(page: Page): Promise<void> {
  await page.locator('[data-run-id]').nth(5).waitFor();
  await page.waitForLoadState('networkidle');
  await page.locator('[aria-busy="true"]').first().waitFor({ state: 'detached' });
  await page.mouse.move(1090, 890);
}

/** The page as it opens, a popup of it while a trap lies over everything, and the page with a run. */
async function pictures({ page, origin }: HostPage, query: string): Promise<readonly Buffer[]> {
  const shot = (clip = PLACE) => page.screenshot({ clip, animations: 'disabled' });
  await page.goto(`${origin}/?rh-range=all&rh-status=ERRORED&${query}`);
  await settled(page);
  const first = await shot();
  await page.evaluate(`document.querySelector('#trap').setAttribute('data-set', '')`);
  await page.getByRole('button', { name: 'Export' }).press('Enter');
  // It grows while it opens.
  await (await page.getByRole('menu').elementHandle()).waitForElementState('stable');
  const menu = await page.getByRole('menu').boundingBox();
  if (menu === null) throw new Error('The menu is not to be seen');
  // Its shadow lies on what is around it.
  const popup = await shot({ x: menu.x + 4, y: menu.y + 4, width: menu.width - 8, height: menu.height - 8 });
  await page.keyboard.press('Escape');
  await page.evaluate(`document.querySelector('#trap').removeAttribute('data-set')`);
  await page.locator('[data-run-id]').first().click();
  await page.locator('[data-rh-run-heading]').waitFor();
  await settled(page);
  return [first, popup, await shot()];
}

test.each([
  ['react', 'ltr'],
  ['react', 'rtl'],
  ['element', 'rtl'],
])('no rule of a host reaches the page: %s, %s', async (as, dir) => {
  const host = await open();
  const plain = await pictures(host, `as=${as}&dir=${dir}`);
  const hostile = await pictures(host, `as=${as}&dir=${dir}&css=hostile`);
  const [first, popup, run] = plain.map((picture, index) =>
    differingPixels(picture, hostile[index] ?? picture),
  );
  expect({ first, popup, run }).toEqual({ first: 0, popup: 0, run: 0 });
});

test('a click is told to the host once, and what it sets around the page counts', async () => {
  const { page, origin } = await open();
  await page.goto(`${origin}/?rh-range=all`);
  await settled(page);
  await page.getByRole('button', { name: 'Export' }).click();
  expect(await page.evaluate('clicks')).toBe(1);

  const colours = async () => ({
    background: await colourOf(page.locator('.rh-root'), 'background-color'),
    words: await colourOf(page.locator('.rh-root'), 'color'),
  });
  const before = await colours();
  await page.evaluate(`document.body.style.setProperty('--rh-background', 'rgb(1, 2, 3)')`);
  expect(await colours()).toEqual({ ...before, background: 'rgb(1, 2, 3)' });

  // `auto` goes by the page around it.
  await page.evaluate(`document.documentElement.style.colorScheme = 'dark'`);
  expect((await colours()).words).not.toBe(before.words);
});

test('outside of a shadow root no rule of the page reaches the host, and each of the host wins', async () => {
  const { page, origin } = await open();
  const own = () =>
    page.evaluate<string[]>(
      `[...document.querySelectorAll('html, body, #own, #own *')].map((one) => JSON.stringify(Object.fromEntries([...getComputedStyle(one)].map((name) => [name, getComputedStyle(one).getPropertyValue(name)]))))`,
    );
  await page.goto(`${origin}/?rh-range=all`);
  await settled(page);
  const before = await own();
  await page.goto(`${origin}/?rh-range=all&as=light`);
  await settled(page);
  expect(await own()).toEqual(before);

  await page.addStyleTag({
    content: '.rh-button { color: rgb(1, 2, 3) } .rh-root { --rh-muted: rgb(4, 5, 6) }',
  });
  const button = page.getByRole('button', { name: 'Export' });
  expect(await colourOf(button, 'color')).toBe('rgb(1, 2, 3)');
  expect(await colourOf(button.locator('svg'), 'color')).toBe('rgb(4, 5, 6)');
});

/** As the browser that it runs in has it. */
interface Styles {
  readonly getComputedStyle: (element: unknown) => { readonly getPropertyValue: (name: string) => string };
}

function colourOf(target: Locator, property: string): Promise<string> {
  return target.evaluate(
    (element, name) => (globalThis as unknown as Styles).getComputedStyle(element).getPropertyValue(name),
    property,
  );
}
