import { afterEach, expect, test } from '@jest/globals';
import { axeFinds } from '../support/axe.ts';
import { stopAll } from '../support/gateway.ts';
import { rememberingFor } from '../support/settings.ts';
import { addFailedRun, addRun, openRunPage, stepOf } from '../support/run-page.ts';

afterEach(stopAll);

interface Told {
  readonly execution: {
    readonly failure: { readonly message: string; readonly nodeName: string };
    readonly nodes: readonly { readonly name: string }[];
  };
}
const REASON = 'query ($id: ID!) { execution(id: $id) { failure { message nodeName } nodes { name } } }';

test('a failed run opens with why it failed, and the step that it failed at is open with its error', async () => {
  const { page, run, gateway, openRun } = await openRunPage();
  const id = addFailedRun(gateway, { slug: 'slack', failure: 'missing_scope' });
  const { data } = await gateway.query<Told>(REASON, { id });
  const { message, nodeName } = data.execution.failure;

  await openRun(id);

  const reason = run.getByRole('region', { name: 'Why it failed' });
  await reason.getByText(message).waitFor();
  await reason.getByRole('heading', { name: `Failed at ${nodeName}` }).waitFor();
  const step = run.locator('.rh-step[data-cause]');
  expect(await step.getByRole('button', { expanded: true }).first().textContent()).toContain(nodeName);
  await step
    .getByRole('group', { name: 'Error' })
    .getByText('missing_scope', { exact: false })
    .first()
    .waitFor();
  expect(await axeFinds(page, { fromShadowDom: ['.rh-host', '.rh-run'] })).toEqual([]);
});

test('while upstream is away, a run is shown as it was known, and since when', async () => {
  const { run, gateway, openRun } = await openRunPage({ env: rememberingFor(1) });
  const id = addFailedRun(gateway);
  await openRun(id);
  await run.getByRole('region', { name: 'Why it failed' }).waitFor();
  gateway.sandbox.addFault({ share: 1, status: 503 });

  await openRun(id);

  await run.getByText(/^As of /).waitFor();
  expect(await run.getByRole('region', { name: 'Why it failed' }).count()).toBe(1);
});

test('of a run that there is not, and of another account, the page says the same', async () => {
  const { page, run, gateway, openRun } = await openRunPage({ sandbox: { accounts: 2 } });
  const [foreign = ''] = gateway.sandbox.addExecutions({ account: 'other@example.com' });

  const said = async (id: string) => {
    await openRun(id);
    await run.getByRole('heading', { name: 'There is no such run, or it is not yours' }).waitFor();
    return (await run.innerText()).replace(id, '');
  };

  expect(await said(foreign)).toBe(await said('00000000000000000000000a'));
  await run.getByRole('button', { name: 'Back to the runs' }).first().click();
  await run.waitFor({ state: 'detached' });
  expect(new URL(page.url()).search).not.toContain('rh-run');
});

test('a run that goes on changes until its end, and what is open stays open', async () => {
  const { page, run, gateway, openRun } = await openRunPage();
  const id = addRun(gateway, { endStatus: 'COMPLETED', durationMs: 600_000, slug: 'slack' });
  await openRun(id);
  await run.getByText('Live', { exact: true }).waitFor();
  const start = stepOf(page, 'Start').getByRole('button', { name: 'Start' });
  await start.click();
  await run.getByRole('progressbar').waitFor();

  gateway.sandbox.advanceClock(700_000);

  await run.locator('.rh-run-meta').getByText('Completed').waitFor();
  expect(await start.getAttribute('aria-expanded')).toBe('true');
  expect(await run.getByRole('progressbar').count()).toBe(0);
  expect(await run.getByText('Live', { exact: true }).count()).toBe(0);
});

test('who is signed out is told so, and sees the run once signed in again', async () => {
  const { page, run, gateway, openRun } = await openRunPage();
  const id = addFailedRun(gateway);
  await page.addInitScript(
    'const given = window.getToken; window.isIn = false; window.getToken = () => window.isIn ? given() : null',
  );
  await openRun(id);
  await run.getByRole('heading', { name: 'You are signed out' }).waitFor();

  await page.evaluate('window.isIn = true');
  await run.getByRole('button', { name: 'Try again' }).click();

  await run.getByRole('region', { name: 'Why it failed' }).waitFor();
  expect(await run.getByText('signed out').count()).toBe(0);
});
