import { afterEach, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { eventually } from '../support/eventually.ts';
import { DEMO, stopAll } from '../support/gateway.ts';
import { openHostPage } from '../support/host-page.ts';
import { rowsIn, shownIds } from '../support/run-rows.ts';

afterEach(stopAll);

const ZONE = 'Europe/Berlin';
const DAY_MS = 86_400_000;
/** Runs of these days. */
const clock = { now: () => Date.now() };
const BUCKETS = `query ($filter: ExecutionFilter, $unit: BucketUnit!) {
  executionCounts(filter: $filter) { total buckets(unit: $unit, timeZone: "${ZONE}") {
    nodes { start total byStatus { status count } }
  } }
}`;
const NAMES: Readonly<Record<string, string>> = {
  COMPLETED: 'completed',
  ERRORED: 'failed',
  TIMED_OUT: 'timed out',
  STOPPED: 'stopped',
  UNKNOWN: 'unknown',
};

interface Bucket {
  readonly start: string;
  readonly total: number;
  readonly byStatus: readonly { readonly status: string; readonly count: number }[];
}

interface Counted {
  readonly executionCounts: {
    readonly total: number;
    readonly buckets: { readonly nodes: readonly Bucket[] };
  };
}

/** The day so many days before today, by the clocks of the page. */
function dayBefore(days: number): string {
  return new Date(Date.now() - days * DAY_MS).toLocaleDateString('en-CA', { timeZone: ZONE });
}

/** A day whose runs have all ended, as a filter of the gateway. It is of no day on which clocks change. */
function filterOfDays(from: string, to: string) {
  const at = (day: string, offset: number) => {
    const noon = new Date(`${day}T12:00:00Z`);
    const zone = new Intl.DateTimeFormat('en-US', { timeZone: ZONE, timeZoneName: 'longOffset' });
    const [, hours = '0'] = /GMT\+0?(\d+)/.exec(zone.format(noon)) ?? [];
    return new Date(Date.parse(day) - Number(hours) * 3_600_000 + offset).toISOString();
  };
  return { createdAfter: at(from, 0), createdBefore: at(to, DAY_MS) };
}

function nameOf({ start, byStatus }: Bucket): string {
  const day = new Intl.DateTimeFormat('en-GB', {
    timeZone: ZONE,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
  }).format(new Date(start));
  const counts = Object.entries(NAMES).flatMap(([status, name]) => {
    const count = byStatus.find((one) => one.status === status)?.count ?? 0;
    return count === 0 ? [] : [`${String(count)} ${name}`];
  });
  return `${day}: ${counts.length === 0 ? 'no runs' : counts.join(', ')}`;
}

const bars = (page: Page) => page.getByRole('list', { name: /^Runs by/ }).getByRole('button');

async function namesOf(page: Page): Promise<readonly string[]> {
  await bars(page).first().waitFor();
  const all = await bars(page).all();
  return Promise.all(all.map(async (bar) => (await bar.getAttribute('aria-label')) ?? ''));
}

test('each bar says what it counts, and narrows the list to its day; the way back widens it', async () => {
  const { page, gateway, origin } = await openHostPage({ sandbox: { clock, executions: 2000 } });
  const [from, to] = [dayBefore(6), dayBefore(1)];
  const { data } = await gateway.query<Counted>(BUCKETS, { filter: filterOfDays(from, to), unit: 'DAY' });
  const { nodes } = data.executionCounts.buckets;
  const index = nodes.findLastIndex(({ total }) => total > 0);
  await page.goto(`${origin}/?rh-from=${from}&rh-to=${to}`);

  const names = await namesOf(page);
  await bars(page)
    .nth(index - 1)
    .focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await page.getByRole('list', { name: `Runs by hour (${ZONE})` }).waitFor();
  const day = new URL(page.url()).searchParams;
  const total = page.locator('.rh-figure').filter({ hasText: 'Runs' }).first().locator('.rh-figure-value');
  await eventually('the numbers to be those of the day', async () => {
    return (await total.textContent()) === String(nodes[index]?.total);
  });
  await page.goBack();
  await page.getByRole('list', { name: `Runs by day (${ZONE})` }).waitFor();

  expect(names).toEqual(nodes.map(nameOf));
  expect([day.get('rh-from'), day.get('rh-to')]).toEqual([dayBefore(6 - index), dayBefore(6 - index)]);
  expect(new URL(page.url()).searchParams.get('rh-from')).toBe(from);
});

test('an hour narrows the list to its runs', async () => {
  const { page, gateway, origin } = await openHostPage({ sandbox: { clock, executions: 2000 } });
  const day = dayBefore(2);
  const { data } = await gateway.query<Counted>(BUCKETS, { filter: filterOfDays(day, day), unit: 'HOUR' });
  const { nodes } = data.executionCounts.buckets;
  const index = nodes.findIndex(({ total }) => total > 0);
  const createdAfter = nodes[index]?.start;
  const createdBefore = nodes[index + 1]?.start;
  const listed = await gateway.query<{ executions: { nodes: readonly { id: string }[] } }>(
    'query ($filter: ExecutionFilter) { executions(filter: $filter, first: 50) { nodes { id } } }',
    { filter: { createdAfter, createdBefore } },
  );
  await page.goto(`${origin}/?rh-from=${day}&rh-to=${day}`);

  await bars(page).nth(index).click();
  const ids = listed.data.executions.nodes.map(({ id }) => id);
  await eventually('the list to have the runs of the hour', async () => {
    return (await shownIds(page)).join() === ids.join();
  });

  const { searchParams } = new URL(page.url());
  expect([searchParams.get('rh-from'), searchParams.get('rh-to')]).toEqual([createdAfter, createdBefore]);
});

test('the legend shows and hides states without counting anew', async () => {
  const { page, origin } = await openHostPage({ sandbox: { clock, executions: 2000 } });
  const [from, to] = [dayBefore(6), dayBefore(1)];
  await page.goto(`${origin}/?rh-from=${from}&rh-to=${to}`);
  await namesOf(page);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.postData() ?? ''));

  const legend = page.getByRole('list', { name: 'States that are shown' });
  await legend.getByRole('button', { name: /^Failed/ }).click();
  await eventually('the list to be narrowed', async () => {
    const shown = await rowsIn(page).locator('.rh-status').allTextContents();
    return shown.length > 0 && shown.every((status) => status === 'Failed');
  });
  const names = await namesOf(page);
  const pressed = await legend.getByRole('button', { pressed: true }).allTextContents();

  expect(new URL(page.url()).searchParams.get('rh-status')).toBe('ERRORED');
  expect(names.every((name) => /: (\d+ failed|no runs)$/.test(name))).toBe(true);
  expect(pressed).toHaveLength(1);
  expect(asked.filter((body) => body.includes('query RunChart'))).toEqual([]);
});

test('bars that cannot be counted say so, and the reader is offered to ask again', async () => {
  // Runs that have not ended are on each of the days, so that none of what is counted stays known.
  const { page, origin } = await openHostPage({ sandbox: { clock, executions: 20_000 } });
  await page.goto(`${origin}/?rh-range=7d`);

  const again = page.getByRole('button', { name: 'Count the rest' });
  await again.waitFor();
  const uncounted = await page.getByRole('button', { name: /: not counted$/ }).count();
  const said = await page.getByText(/could not be counted yet/).count();
  await Promise.all([
    page.waitForRequest((request) => request.postData()?.includes('query RunChart') === true),
    again.click(),
  ]);

  expect(uncounted).toBeGreaterThan(0);
  expect(said).toBe(1);
});

test('where upstream knows no times the chart is of days of UTC, and says so', async () => {
  const { page, origin } = await openHostPage({
    sandbox: { clock, executions: 40_000, generation: 'd1', foreignSpelling: 'ignore' },
  });
  await page.goto(`${origin}/?rh-range=today`);

  await page.getByRole('list', { name: 'Runs by day (UTC)' }).waitFor();

  expect(await bars(page).count()).toBe(1);
});

test('failures are grouped by reason; a group leads to its runs', async () => {
  const { page, gateway, origin } = await openHostPage({ sandbox: { clock, executions: 20 } });
  const account = DEMO.linked_account_id;
  const ids = gateway.sandbox.addExecutions({
    account,
    count: 7,
    status: 'ERRORED',
    failure: 'channel_not_found',
    slug: 'slack',
  });
  await page.goto(`${origin}/?rh-range=today`);
  const reason = page.getByRole('region', { name: 'Why runs fail' }).getByRole('listitem').first();

  await reason.getByRole('button', { name: /^7 runs/ }).click();
  const links = reason.getByRole('list').getByRole('link');
  await links.nth(6).waitFor();
  const listed = await links.allTextContents();
  await links.first().click();
  await page.waitForURL((url) => url.searchParams.get('rh-run') === listed[0]);

  expect([...listed].sort()).toEqual([...ids].sort());
});

test('a reason says that its application has to be connected again', async () => {
  const { page, gateway, origin } = await openHostPage({ sandbox: { clock, executions: 20 } });
  const account = DEMO.linked_account_id;
  gateway.sandbox.addExecutions({ account, count: 7, status: 'ERRORED', slug: 'slack' });
  gateway.sandbox.connect({ account, slug: 'slack', event: 'Expired' });
  await page.goto(`${origin}/?rh-range=today`);

  const reasons = page.getByRole('region', { name: 'Why runs fail' });
  await reasons.getByText('Slack has to be connected again').first().waitFor();
  await reasons
    .getByRole('button', { name: /^Rerun/ })
    .first()
    .click();

  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: /^Rerun/ }).waitFor();

  expect(await dialog.getByText('Slack has to be connected again before').count()).toBe(1);
});

test('for operators, the foot says what is left of the budget, and of whose', async () => {
  const { page } = await openHostPage({ features: { budget: true } });

  const meter = page.getByRole('meter', { name: 'Calls to the integration platform that are left' });
  await meter.waitFor();

  expect(await meter.getAttribute('aria-valuetext')).toMatch(/^[\d,]+ of [\d,]+ calls left$/);
  await page.getByText('of everybody who uses this gateway').waitFor();
});
