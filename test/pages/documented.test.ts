import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { blocksIn } from '../support/documented-client.ts';
import { openDocumentedPage } from '../support/documented-page.ts';
import { stopAll } from '../support/gateway.ts';
import { rowOf, rowsIn } from '../support/run-rows.ts';
import { complaintsOf } from '../support/type-check.ts';

afterEach(stopAll);

const ROOT = path.resolve(import.meta.dirname, '../..');
const PAGES = ['docs/run-history.md', ...globSync('packages/*/{README,docs/*}.md', { cwd: ROOT })];

/** What examples have, which their own test builds and runs. */
const EXAMPLES = globSync('examples/*/src/*.{ts,tsx}', { cwd: ROOT }).map((file) =>
  readFileSync(path.join(ROOT, file), 'utf8'),
);

const BLOCKS = PAGES.flatMap((page) =>
  ['ts', 'tsx'].flatMap((language) =>
    blocksIn(language, page).map((text, index) => ({
      name: `${page.replaceAll(/\W+/g, '-')}-${String(index)}.${language}`,
      text,
    })),
  ),
);

test('the examples in TypeScript are right', () => {
  expect(BLOCKS.length).toBeGreaterThan(5);
  const own = BLOCKS.filter(({ text }) => !EXAMPLES.includes(text));
  expect(complaintsOf(Object.fromEntries(own.map(({ name, text }) => [name, text])))).toEqual([]);
});

describe('the page of the example', () => {
  const [tenLines = '', german = '', ownParts = ''] = [
    'docs/run-history.md',
    'packages/run-history/docs/parts.md',
  ].flatMap((page) => blocksIn('tsx', page).filter((text) => text.includes('createRoot(')));

  test('of ten lines has ten lines at the most, and shows runs that change', async () => {
    expect(tenLines.split('\n').filter((line) => line !== '').length).toBeLessThanOrEqual(10);
    const { page, sandbox } = await openDocumentedPage(tenLines);
    await rowsIn(page).nth(5).waitFor();

    const [id = ''] = sandbox.addExecutions({ account: 'demo@example.com', durationMs: 3_600_000 });

    await rowOf(page, id).getByText('Running').waitFor();
    expect(await page.locator('html').innerText()).not.toContain('Läufe');
  });

  test('in German speaks German', async () => {
    const { page } = await openDocumentedPage(german);
    await rowsIn(page).nth(5).waitFor();

    await page.getByRole('heading', { name: 'Läufe', exact: true }).waitFor();
    expect(await page.getByRole('button', { name: 'Anhalten' }).count()).toBe(1);
    // What was left out is English.
    expect(await page.getByText('Last 7 days').count()).toBeGreaterThan(0);
  });

  test('of one’s own has the parts that it names, in its order', async () => {
    const { page } = await openDocumentedPage(ownParts);
    await rowsIn(page).nth(5).waitFor();
    await page.getByLabel('Search by run id or workflow name').waitFor();

    await rowsIn(page).first().getByRole('link').first().click();

    await page.locator('[data-rh-run-heading]').waitFor();
    expect(await rowsIn(page).count()).toBe(0);
  });
});
