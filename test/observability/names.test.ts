import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import * as stable from '@opentelemetry/semantic-conventions';
import * as incubating from '@opentelemetry/semantic-conventions/incubating';
import { SPANS } from '../../src/observability/span-attributes.ts';

const textOf = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const PAGE = textOf('docs/tracing.md');
const SOURCE = textOf('src/observability/span-attributes.ts');

/** The rows of the page's table whose first column is called that, as their cells. */
function rowsOf(column: string): string[][] {
  const [, table = ''] = PAGE.split(new RegExp(`^\\| ${column} +\\|.*\\n\\|[ -|]+\\|\\n`, 'm'));
  const rows = table.split('\n\n')[0] ?? '';
  return rows.split('\n').map((row) =>
    row
      .split('|')
      .map((cell) => cell.trim().replaceAll('`', ''))
      .slice(1, -1),
  );
}

const ATTRIBUTES = [...SOURCE.matchAll(/^ {2}readonly '([\w.]+)'\?:/gm)].map(([, name = '']) => name);
const EVENTS = [...(/type SpanEvent = ([^;]+);/.exec(SOURCE)?.[1]?.matchAll(/'(\w+)'/g) ?? [])].map(
  ([, name = '']) => name,
);

/** How far the conventions have come with a name. */
function stabilityOf(name: string): string {
  if (name.startsWith('refold.')) return 'own';
  if (Object.values<unknown>(stable).includes(name)) return 'stable';
  return Object.values<unknown>(incubating).includes(name) ? 'in development' : 'unknown';
}

test('the page names every attribute that there is, and no other, with what the conventions say of it', () => {
  expect(ATTRIBUTES.length).toBeGreaterThan(25);
  const told = rowsOf('attribute').map(([name, convention]) => [name, convention]);
  expect(told.toSorted()).toEqual(ATTRIBUTES.map((name) => [name, stabilityOf(name)]).toSorted());
});

test('it names every span that is called after what it is, and every event', () => {
  const spans = rowsOf('span').map(([name]) => name);
  const byRoute = ['POST /graphql', 'GET /api/v2/…', 'EVALSHA'];
  expect(spans.toSorted()).toEqual([...Object.values(SPANS), ...byRoute].toSorted());
  expect(EVENTS).toHaveLength(2);
  expect(EVENTS.filter((name) => !PAGE.includes(`\`${name}\``))).toEqual([]);
});

test('what it says to be missing is in the conventions, and missing', () => {
  const [, list = ''] = /are missing: ([^]*?)\.\s/.exec(PAGE.replaceAll('\n', ' ')) ?? [];
  const names = [...list.matchAll(/`([\w.]+)`/g)].map(([, name = '']) => name);
  expect(names.length).toBeGreaterThan(4);
  expect(names.map(stabilityOf)).not.toContain('unknown');
  expect(names.filter((name) => ATTRIBUTES.includes(name))).toEqual([]);
});
