import { readFileSync, writeFileSync } from 'node:fs';
import { withBlock } from './block.ts';

const PAGE = new URL('comparison.md', import.meta.url);
const MEASURED = new URL('performance.md', import.meta.url);

/** The columns of what was measured that the comparison shows. */
const COLUMNS = ['server', 'cold q1', 'cold q2', 'shared q2', 'peak MB'];

/** A text whose figures are those of the first table of docs/performance.md, without what stands in brackets. */
export function withFigures(text: string): string {
  const [, table = ''] = /\n\n(\|.*?)\n\n/s.exec(readFileSync(MEASURED, 'utf8')) ?? [];
  const [head = [], , ...rows] = table.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  const places = COLUMNS.map((column) => head.indexOf(column));
  const figures = rows.map((row) => places.map((place) => (row[place] ?? '').replace(/ \([\d,]+\)$/, '')));
  const lines = [COLUMNS, COLUMNS.map(() => '---'), ...figures].map((cells) => `| ${cells.join(' | ')} |`);
  return withBlock(text, 'figures', lines.join('\n'));
}

if (import.meta.main) writeFileSync(PAGE, withFigures(readFileSync(PAGE, 'utf8')));
