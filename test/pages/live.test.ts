import { afterEach, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { eventually } from '../support/eventually.ts';
import { stopAll } from '../support/gateway.ts';
import { openHostPage } from '../support/host-page.ts';
import { rowOf, rowsIn, scrollTop, shownIds } from '../support/run-rows.ts';

afterEach(stopAll);

const account = 'demo@example.com';
/** Ends never by itself: while one goes on, the gateway looks every two seconds. */
const FOREVER_MS = 1e12;

/** A page over a list where something goes on. */
async function openLive() {
  const host = await openHostPage();
  const told: string[] = [];
  host.page.on('websocket', (socket) => {
    socket.on('framereceived', ({ payload }) => void told.push(String(payload)));
  });
  const goOn = host.gateway.sandbox.addExecutions({ account, count: 30, durationMs: 3_600_000 });
  host.gateway.sandbox.addExecutions({ account, durationMs: FOREVER_MS });
  await host.page.goto(`${host.origin}/?rh-range=all`);
  await host.page.getByText('Live', { exact: true }).waitFor();
  await rowsIn(host.page).nth(9).waitFor();
  return { ...host, goOn, told };
}

/** The run whose row is under the pointer, and how far down it is. */
async function underPointer(page: Page) {
  const row = page.locator('[data-rh-list] [role="row"]:hover');
  const id = await row.locator('[data-run-id]').getAttribute('data-run-id');
  const box = await row.boundingBox();
  return { id, top: box?.y ?? Number.NaN };
}

test('a new run shows by itself at the top', async () => {
  const { page, gateway } = await openLive();

  const [id = ''] = gateway.sandbox.addExecutions({ account, durationMs: FOREVER_MS });
  await rowOf(page, id).waitFor();

  expect((await shownIds(page))[0]).toBe(id);
  expect(await page.locator('[data-rh-new]').count()).toBe(0);
});

test('while 200 changes arrive, nothing moves under the pointer', async () => {
  const { page, gateway, goOn } = await openLive();
  await rowsIn(page).nth(6).hover();
  const before = await underPointer(page);

  for (const count of [34, 34, 34, 34, 34]) gateway.sandbox.addExecutions({ account, count });
  await page.getByRole('button', { name: '99+ new runs' }).waitFor();
  gateway.sandbox.advanceClock(3_600_000);
  await rowsIn(page).nth(6).locator('[data-status="RUNNING"]').waitFor({ state: 'detached' });

  const after = await underPointer(page);

  expect(after.id).toBe(before.id);
  expect(Math.abs(after.top - before.top)).toBeLessThan(1);
  expect(goOn).toContain(before.id);
});

test('further down, the place stays, and the button leads to what is new', async () => {
  const { page, gateway } = await openLive();
  await rowsIn(page).nth(5).hover();
  await page.mouse.wheel(0, 900);
  await eventually('the list to be scrolled', async () => (await scrollTop(page)) > 700);
  await page.mouse.move(400, 500);
  const before = { ...(await underPointer(page)), scrolled: await scrollTop(page) };

  const ids = gateway.sandbox.addExecutions({ account, count: 3, durationMs: FOREVER_MS });
  const button = page.getByRole('button', { name: '3 new runs' });
  await button.waitFor();
  const after = { ...(await underPointer(page)), scrolled: await scrollTop(page) };
  await button.click();
  await rowOf(page, ids[2] ?? '').waitFor();

  expect(before.scrolled).toBeGreaterThan(700);
  expect({ id: after.id, scrolled: after.scrolled }).toEqual({ id: before.id, scrolled: before.scrolled });
  expect(Math.abs(after.top - before.top)).toBeLessThan(1);
  expect(new Set((await shownIds(page)).slice(0, 3))).toEqual(new Set(ids));
  expect(await button.count()).toBe(0);
});

test('paused, nothing changes until one goes on', async () => {
  const { page, gateway, told } = await openLive();
  await page.getByRole('button', { name: 'Pause' }).click();

  const [id = ''] = gateway.sandbox.addExecutions({ account, durationMs: FOREVER_MS });
  await eventually('the page to be told of the run', () => told.some((frame) => frame.includes(id)));
  const paused = await shownIds(page);
  const isHeld = (await page.locator('[data-rh-new]').count()) === 0;
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.getByText('Live', { exact: true }).hover();
  await rowOf(page, id).waitFor();

  expect({ isHeld, isShown: paused.includes(id) }).toEqual({ isHeld: true, isShown: false });
});

test('a lost connection is said, and the rows stay', async () => {
  const { page, gateway } = await openLive();
  const before = await shownIds(page);

  await gateway.app.stop();
  await page.getByText('Reconnecting…').waitFor();

  expect(await shownIds(page)).toEqual(before);
});
