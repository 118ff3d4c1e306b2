import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import giveTurns from './redis-turns.js';

/** Jest's `globalSetup`: what all test files of a run share. The workers inherit the environment. */
export default async function setup() {
  await giveTurns();
  // Pages are the same for all files, so each is built once; see host-page.ts.
  const pages = mkdtempSync(path.join(tmpdir(), 'pages-'));
  process.env.BUILT_PAGES = pages;
  process.once('exit', () => {
    rmSync(pages, { recursive: true, force: true });
  });
}
