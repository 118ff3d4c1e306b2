import { afterEach, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { stopAll, type Gateway } from '../support/gateway.ts';
import { addFailedRun, openRunPage, stepOf } from '../support/run-page.ts';
import { ask, type Row } from '../support/sandbox.ts';

afterEach(stopAll);

interface Told {
  readonly execution: {
    readonly nodes: readonly { readonly id: string; readonly nodeId: string; readonly status: string }[];
  };
}
const STEPS = 'query ($id: ID!) { execution(id: $id) { nodes { id nodeId status } } }';
const ROUTE = 'GET /execution/{execution_id}';

/** Has upstream answer from now on that the run has these steps. */
async function giveSteps({ sandbox }: Gateway, id: string, nodes: readonly object[]): Promise<void> {
  const { body } = await ask<Row>(sandbox, `/execution/${id}`);
  sandbox.addFault({ match: { route: ROUTE }, share: 1, body: { ...body, nodes } });
}

const step = (id: string, more: object) => ({
  node_id: id,
  node_name: `Step ${id}`,
  node_type: 'action',
  node_status: 'Success',
  attempts_made: 1,
  maximum_attempts: 3,
  execution_time: 100,
  input_data: null,
  latest_output: null,
  ...more,
});

/** The ids of the steps that are drawn. */
async function drawn(page: Page): Promise<(string | null)[]> {
  const steps = await page.locator('[data-step-id]').all();
  return Promise.all(steps.map((one) => one.getAttribute('data-step-id')));
}

/** What the page has asked the gateway for, by the names of the operations. */
function askedBy(page: Page): string[] {
  const asked: string[] = [];
  page.on('request', (request) => {
    const name = /(?:query|mutation) (\w+)/.exec(request.postData() ?? '')?.[1];
    if (name !== undefined) asked.push(name);
  });
  return asked;
}

test('a run of 45 steps is folded to what failed; the rest unfolds by keyboard, each time of a step by itself', async () => {
  const { page, run, gateway, openRun } = await openRunPage();
  const id = addFailedRun(gateway, { workflowName: 'Internal audit trail' });
  const { data } = await gateway.query<Told>(STEPS, { id });
  const all = data.execution.nodes;
  await openRun(id);
  const fold = run.getByRole('button', { name: /steps completed, .* in all/ }).first();
  await fold.waitFor();

  const folded = await drawn(page);
  expect(all.length).toBeGreaterThan(10);
  expect(folded.length).toBeLessThan(all.length / 2);
  expect(folded).toContain(all.at(-1)?.id);

  await fold.focus();
  await page.keyboard.press('Enter');
  expect(await fold.getAttribute('aria-expanded')).toBe('true');
  expect((await drawn(page)).length).toBeGreaterThan(folded.length);
  await run.getByRole('button', { name: 'Show all' }).click();
  expect(await drawn(page)).toEqual(all.map((one) => one.id));

  await run.getByRole('button', { name: /^Failed \d/ }).click();
  const failed = all.filter(({ status }) => !['SUCCESS', 'SKIPPED', 'PARTIALLY_SUCCESSFUL'].includes(status));
  expect(await drawn(page)).toEqual(failed.map((one) => one.id));
});

test('what a step was sent and gave out is asked for when somebody looks, and is never more than text', async () => {
  const { page, run, gateway, openRun } = await openRunPage();
  const id = addFailedRun(gateway);
  await giveSteps(gateway, id, [
    step('1', { latest_output: { auth: { password: 'hunter2' }, list: [1, 2], none: null } }),
    step('2', { latest_output: '<!DOCTYPE html><h1 id="rendered">Bad gateway</h1>' }),
  ]);
  const asked = askedBy(page);
  await openRun(id);
  await stepOf(page, 'Step 1').waitFor();
  await run.getByRole('region', { name: 'Last runs of this workflow' }).getByRole('link').first().waitFor();
  expect(asked).not.toContain('RunStep');

  await stepOf(page, 'Step 1')
    .getByRole('button', { name: /Step 1/ })
    .click();
  const output = run.getByRole('group', { name: 'Output' });
  await output.locator('mark').getByText('[redacted]').waitFor();
  expect(asked.filter((name) => name === 'RunStep')).toHaveLength(1);
  expect(await output.innerText()).not.toContain('hunter2');
  await run.getByRole('tab', { name: 'Input' }).click();
  await run.getByText('Nothing: the value is null.').waitFor();

  await stepOf(page, 'Step 1')
    .getByRole('button', { name: /Step 1/ })
    .click();
  await stepOf(page, 'Step 2')
    .getByRole('button', { name: /Step 2/ })
    .click();
  await output.getByText('<h1 id="rendered">Bad gateway</h1>', { exact: false }).waitFor();
  expect(await page.locator('#rendered').count()).toBe(0);
});

test('a large value says that it was cut, and shows all of it when asked to', async () => {
  const { page, run, gateway, openRun } = await openRunPage();
  const id = addFailedRun(gateway);
  await giveSteps(gateway, id, [
    step('1', { latest_output: { text: 'a'.repeat(40_000), last: 'the very end' } }),
  ]);
  await openRun(id);
  await stepOf(page, 'Step 1')
    .getByRole('button', { name: /Step 1/ })
    .click();

  const note = run.getByText(/Cut: the first 16\.4\s?kB of 40\s?kB/);
  await note.waitFor();
  expect(await run.getByText('the very end').count()).toBe(0);
  await run.getByRole('button', { name: /Show up to/ }).click();

  await run.getByText('the very end').waitFor();
  expect(await note.count()).toBe(0);
});

interface Batched {
  readonly executions: {
    readonly nodes: readonly {
      readonly id: string;
      readonly nodes: readonly { readonly nodeId: string; readonly isBatch: boolean }[];
    }[];
  };
}

/** A run with a batch step that has more than a page of sub-runs; upstream tells of no other step of it. */
async function giveBatch(gateway: Gateway): Promise<{ readonly id: string; readonly total: number }> {
  const { data } = await gateway.query<Batched>(
    '{ executions(first: 20, filter: { status: [COMPLETED] }) { nodes { id nodes { nodeId isBatch } } } }',
  );
  for (const { id, nodes } of data.executions.nodes) {
    const batch = nodes.find(({ isBatch }) => isBatch);
    const answer = await ask<{ totalDocs?: number }>(
      gateway.sandbox,
      `/execution/${id}/nodes/${batch?.nodeId ?? '0'}/batches`,
    );
    const { totalDocs = 0 } = answer.body;
    if (batch === undefined || totalDocs < 11) continue;
    await giveSteps(gateway, id, [step(batch.nodeId, { is_batch: true })]);
    return { id, total: totalDocs };
  }
  throw new Error('No run has a batch step');
}

test('the sub-runs of a batch step are paged and filtered, with each output on demand', async () => {
  const { page, run, gateway, openRun } = await openRunPage({ sandbox: { executions: 60 } });
  const { id, total } = await giveBatch(gateway);
  await openRun(id);
  await stepOf(page, 'Batch').getByRole('button').first().click();
  await run.getByRole('tab', { name: 'Sub-runs' }).click();

  const rows = run.getByRole('table').getByRole('row');
  await run.getByText(`${String(total)} sub-runs`).waitFor();
  expect(await rows.count()).toBe(11);
  await run.getByRole('button', { name: 'Next page' }).click();
  await run.getByRole('cell', { name: '10', exact: true }).waitFor();
  await run.getByRole('button', { name: 'Show the output of sub-run 10' }).click();
  await run.getByRole('table').getByRole('group', { name: 'Output' }).waitFor();

  await run.getByRole('combobox').click();
  await page.getByRole('option', { name: 'Failed' }).click();
  await run.getByRole('cell', { name: 'Completed' }).first().waitFor({ state: 'detached' });
  expect(await run.getByRole('cell', { name: 'Failed' }).count()).toBeGreaterThan(0);
});

test('of a batch step that upstream tells nothing of, and of a state that is new, the page says so', async () => {
  const { page, run, gateway, openRun } = await openRunPage();
  const id = addFailedRun(gateway);
  await giveSteps(gateway, id, [
    step('7', { is_batch: true }),
    step('7', { is_batch: true, node_status: 'Dreaming', current_status: 'Dreaming' }),
  ]);
  gateway.sandbox.addFault({
    match: { route: 'GET /execution/{execution_id}/nodes/{node_id}/batches' },
    share: 1,
    status: 501,
  });
  await openRun(id);

  const second = stepOf(page, '2 of 2 times here');
  await second.getByText('Dreaming').waitFor();
  await second.getByRole('button').first().click();
  await run.getByRole('tab', { name: 'Sub-runs' }).click();
  await run.getByText('The integration platform does not list the sub-runs of this step.').waitFor();
  gateway.sandbox.clearFaults();
  expect(await stepOf(page, '1 of 2 times here').count()).toBe(1);
});
