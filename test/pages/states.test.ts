import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { axeFinds } from '../support/axe.ts';
import { stopAll, type Gateway } from '../support/gateway.ts';
import { openHostPage, type PageSetup } from '../support/host-page.ts';
import { rowsIn } from '../support/run-rows.ts';

/** Where the pictures are put: looked at by whoever changes the page, and kept by CI. */
const PICTURES = path.resolve(import.meta.dirname, '../../pictures');
const ACCOUNT = 'demo@example.com';
const WIDE = { width: 1400, height: 900 };
const PHONE = { width: 360, height: 800 };

/** How a state is come to. */
interface State {
  readonly name: string;
  readonly setup?: PageSetup;
  /** What the sandbox does before the page is opened. */
  readonly before?: (gateway: Gateway) => void;
  /** What is done on the page; it has come to the state when this resolves. */
  readonly reach: (page: Page, gateway: Gateway) => Promise<void>;
}

const HISTORY = { executions: 2000, clock: { now: () => Date.now() } };
const LISTS = { route: 'GET /execution' } as const;

const listed = (page: Page) => rowsIn(page).nth(7).waitFor();
const said = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first();

/** The newest run in that state. */
async function newest(gateway: Gateway, status: string): Promise<string> {
  const { data } = await gateway.query<{ executions: { nodes: { id: string }[] } }>(
    `{ executions(filter: { status: [${status}] }, first: 1) { nodes { id } } }`,
  );
  return data.executions.nodes[0]?.id ?? '';
}

async function openRun(page: Page, id: string): Promise<void> {
  await page.goto(`${page.url()}?rh-run=${id}`);
  await page.getByRole('article').getByRole('heading').first().waitFor();
}

async function openRerun(page: Page): Promise<void> {
  await page.goto(`${page.url()}?rh-status=ERRORED`);
  await listed(page);
  for (const box of (await page.getByRole('checkbox', { name: /^Select the run/ }).all()).slice(0, 4)) {
    await box.check();
  }
  await button(page, 'Rerun 4').click();
  await said(page, '4 runs will be run again');
}

const STATES: readonly State[] = [
  {
    name: 'list',
    reach: async (page) => {
      await listed(page);
      await said(page, 'Why runs fail');
      await said(page, /\d+ reasons/);
    },
  },
  {
    name: 'loading',
    setup: { env: { UPSTREAM_TIMEOUT_MS: '600000', OPERATION_TIMEOUT_MS: '600000' } },
    before: ({ sandbox }) => {
      sandbox.addFault({ match: LISTS, hang: 'before-headers', share: 1 });
    },
    reach: async (page) => {
      await page
        .locator('[data-rh-list] [aria-busy="true"], [data-rh-list][aria-busy="true"]')
        .first()
        .waitFor();
    },
  },
  {
    name: 'nothing-yet',
    setup: {
      sandbox: { ...HISTORY, executions: 0, accounts: 3 },
      account: 'account-3@example.com',
      search: '?rh-range=all',
    },
    reach: (page) => said(page, 'No runs yet'),
  },
  {
    name: 'nothing-matches',
    setup: { search: '?rh-q=no+such+workflow&rh-source=EVENT' },
    reach: (page) => said(page, 'No runs match'),
  },
  {
    name: 'failed',
    before: ({ sandbox }) => {
      sandbox.addFault({ match: LISTS, status: 503, share: 1 });
    },
    reach: (page) => said(page, 'The runs could not be loaded'),
  },
  {
    name: 'rate-limited',
    before: ({ sandbox }) => {
      sandbox.addFault({ match: LISTS, status: 429, retryAfter: '90', share: 1 });
    },
    reach: (page) => said(page, 'Too much is being asked right now.'),
  },
  {
    name: 'signed-out',
    setup: { account: null },
    reach: (page) => said(page, 'You are signed out'),
  },
  {
    name: 'new-runs-wait',
    reach: async (page, { sandbox }) => {
      await listed(page);
      await rowsIn(page).nth(4).hover();
      sandbox.addExecutions({ account: ACCOUNT, count: 3, durationMs: 600_000 });
      await said(page, '3 new runs');
    },
  },
  {
    name: 'paused',
    reach: async (page) => {
      await listed(page);
      await button(page, 'Pause').click();
      await said(page, 'Paused');
    },
  },
  {
    name: 'filters',
    setup: { search: '?rh-status=ERRORED,TIMED_OUT&rh-source=EVENT' },
    reach: async (page) => {
      await listed(page);
      await button(page, /^Status/).click();
      await said(page, 'A step failed');
    },
  },
  {
    name: 'keys',
    reach: async (page) => {
      await listed(page);
      await button(page, 'Keyboard shortcuts').click();
      await said(page, 'Select the run');
    },
  },
  {
    name: 'run-failed',
    reach: async (page, gateway) => {
      await openRun(page, await newest(gateway, 'ERRORED'));
      await said(page, /^Failed/);
      await said(page, 'Last runs of this workflow');
    },
  },
  {
    name: 'run-completed',
    reach: async (page, gateway) => {
      await openRun(page, await newest(gateway, 'COMPLETED'));
      await said(page, 'Last runs of this workflow');
    },
  },
  {
    name: 'run-running',
    reach: async (page, gateway) => {
      const [id = ''] = gateway.sandbox.addExecutions({ account: ACCOUNT, durationMs: 600_000 });
      gateway.sandbox.advanceClock(200_000);
      await openRun(page, id);
      await button(page, /Stop/).waitFor();
    },
  },
  {
    name: 'run-missing',
    reach: async (page) => {
      await page.goto(`${page.url()}?rh-run=0123456789abcdef01234567`);
      await page.getByRole('article').getByRole('heading').first().waitFor();
    },
  },
  { name: 'bulk-counted', reach: openRerun },
  {
    name: 'bulk-results',
    reach: async (page, { sandbox }) => {
      await openRerun(page);
      sandbox.addFault({ match: { route: 'POST /execution/{execution_id}/rerun' }, reset: true, times: 1 });
      await button(page, 'Rerun all 4').click();
      await said(page, 'Did it help?');
    },
  },
  {
    name: 'export',
    reach: async (page) => {
      await listed(page);
      await button(page, 'Export').click();
      await page.getByRole('menu').or(page.getByRole('dialog')).first().waitFor();
    },
  },
];

/** Resolves once the page was painted as it is now. */
async function painted(page: Page): Promise<void> {
  await page.evaluate(
    'new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))',
  );
}

async function openState({ setup, before, reach }: State, scheme: 'light' | 'dark'): Promise<Page> {
  const opened = await openHostPage({
    sandbox: HISTORY,
    search: '',
    ...setup,
    ...(before && { beforeOpening: before }),
    profile: { viewport: WIDE, colorScheme: scheme, reducedMotion: 'reduce' },
  });
  await reach(opened.page, opened.gateway);
  return opened.page;
}

beforeAll(() => mkdir(PICTURES, { recursive: true }));
afterEach(stopAll);

describe.each(STATES)('the state $name', (state) => {
  test('can be come to, and axe finds nothing in it, in the light, the dark and on a phone', async () => {
    const page = await openState(state, 'light');
    const found: string[] = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await painted(page);
      for (const [size, viewport] of Object.entries({ wide: WIDE, phone: PHONE })) {
        await page.setViewportSize(viewport);
        await painted(page);
        const picture = `${state.name}-${size}-${colorScheme}`;
        await page.screenshot({ path: path.join(PICTURES, `${picture}.png`) });
        const findings = await axeFinds(page, '.rh-host');
        found.push(...findings.map((finding) => `${picture}: ${finding}`));
      }
    }
    expect(found).toEqual([]);
  });
});
