import { afterEach, expect, test } from '@jest/globals';
import type { Locator } from 'playwright-core';
import { posts } from '../support/changes.ts';
import { eventually } from '../support/eventually.ts';
import { stopAll } from '../support/gateway.ts';
import { addFailedRun, addRun, openRunPage } from '../support/run-page.ts';

afterEach(stopAll);

/** Presses the button, and again in the dialog that asks whether it is meant. */
async function confirm(run: Locator, name: string, confirmed = name): Promise<void> {
  await run.getByRole('button', { name, exact: true }).click();
  await run.page().getByRole('dialog').getByRole('button', { name: confirmed, exact: true }).click();
}

test('a run that was run again tells how the new one ended, next to the old one', async () => {
  const { page, run, gateway, openRun } = await openRunPage();
  const id = addFailedRun(gateway, { slug: 'slack', failure: 'missing_scope' });
  await openRun(id);
  await run.getByRole('button', { name: 'Run again' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  expect(posts(gateway)).toHaveLength(0);

  await confirm(run, 'Run again');

  await run.getByText('A new run was started:').waitFor();
  const { id: newId } = newest(await gateway.query<Listed>(NEWEST));
  await run.getByRole('link', { name: newId }).first().waitFor();
  await run.getByText('The new run goes on.').waitFor();
  gateway.sandbox.advanceClock(60_000);
  await run.getByText('Still failing, for the same reason.').waitFor();
  expect(posts(gateway)).toHaveLength(1);

  await run.getByRole('button', { name: 'Follow it' }).click();
  await run.getByText('This run repeats').waitFor();
  expect(new URL(page.url()).searchParams.get('rh-run')).toBe(newId);
  await run.getByRole('link', { name: id }).waitFor();
});

interface Listed {
  readonly executions: { readonly nodes: readonly { readonly id: string }[] };
}
const NEWEST = '{ executions(first: 1) { nodes { id } } }';
const newest = ({ data }: { readonly data: Listed }) => data.executions.nodes[0] ?? { id: '' };

test('of a rerun that nobody knows the outcome of, the page says so, sends it no second time, and looks for it', async () => {
  const { run, gateway, openRun } = await openRunPage();
  const id = addFailedRun(gateway);
  await openRun(id);
  gateway.sandbox.addFault({ match: { method: 'POST' }, reset: true, takesEffect: true });

  await confirm(run, 'Run again');

  await run.getByText(/nobody can tell whether a new run was started/).waitFor();
  expect(posts(gateway)).toHaveLength(1);
  await run.getByRole('button', { name: 'Look for a new run' }).click();
  const { id: newId } = newest(await gateway.query<Listed>(NEWEST));
  await run.getByRole('status').getByRole('link', { name: newId }).waitFor();
  expect(newId).not.toBe(id);
  expect(posts(gateway)).toHaveLength(1);
});

test('a change that is refused, and one that fails, say so and that nothing was done', async () => {
  const { run, gateway, openRun } = await openRunPage();
  await openRun(addFailedRun(gateway));
  gateway.sandbox.addFault({ match: { method: 'POST' }, status: 409 });
  await confirm(run, 'Run again');
  await run.getByText('It was not run again: its state does not allow it.').waitFor();

  gateway.sandbox.addFault({ match: { method: 'POST' }, status: 403 });
  await confirm(run, 'Run again');

  await run.getByText('It was not run again. You may not see this.').waitFor();
  expect(posts(gateway)).toHaveLength(2);
});

test('a run that is stopped is seen to stop', async () => {
  const { run, gateway, openRun } = await openRunPage();
  const id = addRun(gateway, { durationMs: 600_000 });
  await openRun(id);

  await confirm(run, 'Stop', 'Stop the run');

  await run.getByText('The run was asked to stop.').waitFor();
  gateway.sandbox.advanceClock(60_000);
  await run.locator('.rh-run-meta').getByText('Stopped').waitFor();
  expect(await run.getByRole('button', { name: 'Stop', exact: true }).count()).toBe(0);
  await run.getByRole('button', { name: 'Run again' }).waitFor();
});

test('a run that failed for want of a connection says how to make it anew, or leads there', async () => {
  const { page, run, gateway, openRun } = await openRunPage();
  const id = addFailedRun(gateway, { slug: 'slack', failure: 'connection_expired' });
  gateway.sandbox.connect({ account: 'demo@example.com', slug: 'slack', event: 'Expired' });
  await openRun(id);
  await run.getByText(/The connection to Slack has expired.*Connect Slack again/).waitFor();
  expect(await run.getByRole('button', { name: 'Reconnect Slack' }).count()).toBe(0);

  const asked: unknown[] = [];
  await page.exposeFunction('reconnect', (application: unknown) => {
    asked.push(application);
  });
  await openRun(id);
  await run.getByRole('button', { name: 'Reconnect Slack' }).click();
  await eventually('the host to be asked', () => asked.length > 0);
  expect(asked).toEqual([expect.objectContaining({ slug: 'slack', name: 'Slack' })]);
});
