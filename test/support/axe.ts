import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const SOURCE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** Base UI's guards hold the focus for no moment: they hand it on to where it belongs. */
const GUARDS = { fromShadowDom: ['.rh-host', '[data-base-ui-focus-guard]'] };

/**
 * What axe finds wrong in a part of a page, as `rule: element`, best practices included; nothing, where all is well.
 * @param selector of the part; within a shadow root, that of the root's host first
 */
export async function axeFinds(
  page: Page,
  selector: string | { readonly fromShadowDom: readonly string[] } = 'html',
): Promise<string[]> {
  await page.evaluate(await readFile(SOURCE, 'utf8'));
  const { violations } = await page.evaluate<AxeResults>(
    `axe.run(${JSON.stringify({ include: [selector], exclude: [GUARDS] })}, { resultTypes: ['violations'] })`,
  );
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
}
