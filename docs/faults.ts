import { readFileSync, writeFileSync } from 'node:fs';
import { LINES } from '../test/faults/lines.ts';
import { withBlock } from './block.ts';

const PAGE = new URL('faults.md', import.meta.url);

/** A text whose table is the promise that the rows of `test/faults` prove. */
export function withPromise(text: string): string {
  const rows = LINES.map(
    ({ number, fault, right, bound }) => `| ${number} | ${fault} | ${right} | ${bound} |`,
  );
  const head = ['| # | what goes wrong | what your users see | how long it takes |', '|---|---|---|---|'];
  return withBlock(text, 'promise', [...head, ...rows].join('\n'));
}

if (import.meta.main) writeFileSync(PAGE, withPromise(readFileSync(PAGE, 'utf8')));
