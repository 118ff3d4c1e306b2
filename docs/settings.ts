import { readFileSync, writeFileSync } from 'node:fs';
import { describeSettings } from '../src/settings/table.ts';

const PAGE = new URL('configuration.md', import.meta.url);

/** A text whose table of settings, between the two markers, is the one that follows from the code. */
export function withSettings(text: string): string {
  const start = '<!-- settings -->\n';
  const end = '\n<!-- /settings -->';
  const [before = '', rest = ''] = text.split(start);
  return before + start + describeSettings() + end + (rest.split(end)[1] ?? '');
}

if (import.meta.main) writeFileSync(PAGE, withSettings(readFileSync(PAGE, 'utf8')));
