import type { Locator, Page } from 'playwright-core';
import { openHostPage, type HostPage, type PageSetup } from './host-page.ts';
import type { Gateway } from './gateway.ts';

/** The account that the page is signed in as. */
const ACCOUNT = 'demo@example.com';

type Added = Parameters<Gateway['sandbox']['addExecutions']>[0];

/** A page that is opened at a run. */
export interface RunPage extends HostPage {
  /** The open run. */
  readonly run: Locator;
  /** Opens another one by its address. */
  readonly openRun: (id: string) => Promise<void>;
}

/** A page over a few runs that stand still unless time is moved, before any of them is opened. */
export async function openRunPage(setup: PageSetup = {}): Promise<RunPage> {
  const nowMs = Date.now();
  const opened = await openHostPage({
    ...setup,
    sandbox: { executions: 20, clock: { now: () => nowMs }, ...setup.sandbox },
  });
  const { page, origin } = opened;
  return {
    ...opened,
    run: page.getByRole('article'),
    openRun: async (id) => {
      await page.goto(`${origin}/?rh-run=${id}`);
    },
  };
}

/** Adds a run of that kind to who is signed in; its id. */
export function addRun({ sandbox }: Gateway, run: Omit<Added, 'account'>): string {
  const [id = ''] = sandbox.addExecutions({ account: ACCOUNT, ...run });
  return id;
}

/** The same, of one that has failed. */
export function addFailedRun(gateway: Gateway, run: Omit<Added, 'account'> = {}): string {
  const id = addRun(gateway, { endStatus: 'ERRORED', durationMs: 1000, ...run });
  gateway.sandbox.advanceClock(2000);
  return id;
}

/** A row of the steps of the open run, by a word in it. */
export function stepOf(page: Page, name: string | RegExp): Locator {
  return page.getByRole('region', { name: 'Steps' }).getByRole('listitem').filter({ hasText: name });
}
