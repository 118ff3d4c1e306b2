import { execFile } from 'node:child_process';
import { cp } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, expect, test } from '@jest/globals';
import { emptyFolder } from '../support/empty-folder.ts';
import { stopAll } from '../support/gateway.ts';
import { buildPage, openHostPage } from '../support/host-page.ts';
import { rowsIn } from '../support/run-rows.ts';

const FIXTURE = path.resolve(import.meta.dirname, 'react-18');

afterEach(stopAll);

test('the page works with React 18', async () => {
  const react = await emptyFolder('react-18');
  for (const name of ['package.json', 'package-lock.json']) {
    await cp(path.join(FIXTURE, name), path.join(react, name));
  }
  await promisify(execFile)('npm', ['ci', '--no-audit', '--no-fund'], { cwd: react });
  const built = await buildPage(path.resolve(FIXTURE, '../host'), {
    config: path.join(FIXTURE, 'vite.config.ts'),
    env: { REACT_FOLDER: react },
  });
  const { page } = await openHostPage({ built, search: '?rh-range=all&rh-status=ERRORED' });
  const complaints: string[] = [];
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (said) => {
    // What is not there, such as icons that are elsewhere, says nothing about React.
    const isMissing = said.text().startsWith('Failed to load resource');
    if (said.type() === 'error' && !isMissing) complaints.push(said.text());
  });

  await rowsIn(page).nth(2).waitFor();
  await page.getByRole('button', { name: 'Export' }).press('Enter');
  await page.getByRole('menu').waitFor();
  await page.keyboard.press('Escape');
  await page.locator('[data-run-id]').first().press('Enter');
  await page.locator('[data-rh-run-heading]').waitFor();

  expect(complaints).toEqual([]);
  expect(await page.evaluate('window.reactVersion')).toBe('18.3.1');
});
