import { readFileSync, writeFileSync } from 'node:fs';
import { describeSettings } from '../src/settings/table.ts';
import { withBlock } from './block.ts';

const PAGE = new URL('configuration.md', import.meta.url);

/** A text whose table of settings is the one that follows from the code. */
export function withSettings(text: string): string {
  return withBlock(text, 'settings', describeSettings());
}

if (import.meta.main) writeFileSync(PAGE, withSettings(readFileSync(PAGE, 'utf8')));
