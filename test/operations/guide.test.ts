import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { documentedFields, documentedMessages, TROUBLES } from '../support/documented-trouble.ts';

const ROOT = join(import.meta.dirname, '../..');
const textOf = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const textsOf = (pattern: string) => globSync(pattern, { cwd: ROOT }).map(textOf);

test('each of the ten things that go wrong is made to happen by a test', () => {
  const tests = textsOf('test/operations/*.test.ts').join('\n');
  const made = [...tests.matchAll(/^test\('(\d+\. .+?)',/gm)].map(([, title = '']) => title);
  const titles = TROUBLES.map(({ title }) => title);
  expect(titles.map((title) => Number.parseInt(title))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(made.sort()).toEqual(titles.sort());
});

describe('the log', () => {
  const SOURCES = textsOf('src/**/*.ts').join('\n');
  /** What the messages are of that are told of connections. */
  const CONNECTIONS = [...SOURCES.matchAll(/createConnectionLog\(\s*'([^']+)'/g)].map(
    ([, what = '']) => what,
  );
  /** What is given to a logger as a message, where that is a text. */
  const MESSAGES = [
    ...SOURCES.matchAll(
      /(?:\b(?:logger\.(?:info|warn|error|debug)|log)\(\s*|[{,] (?:away|back): )(['`])(.+?)\1/g,
    ),
  ]
    .map(([, , message = '']) => message)
    .flatMap((message) =>
      message.includes('${what}') ? CONNECTIONS.map((what) => message.replace('${what}', what)) : [message],
    );
  const LOGGER = textOf('src/observability/logger.ts');
  const [FIELDS = ''] = LOGGER.slice(LOGGER.indexOf('export interface LogFields')).split(/^}/m, 1);

  test('has the messages that the guide has, and no others', () => {
    expect(MESSAGES).toEqual(expect.arrayContaining(['request', 'Redis is away', 'upstream failed']));
    expect([...new Set(MESSAGES)].sort()).toEqual(documentedMessages().sort());
  });

  test('has the fields that the guide has, and no others', () => {
    const names = [...FIELDS.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, name = '']) => name);
    expect(names).toEqual(expect.arrayContaining(['requestId', 'stack']));
    expect(
      documentedFields()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(names.sort());
  });

  test('has each of these fields in messages that there are', () => {
    const known = documentedMessages();
    const strange = documentedFields().filter(
      ({ messages }) => messages.length === 0 || messages.some((msg) => !known.includes(msg)),
    );
    expect(strange).toEqual([]);
  });
});

describe('alerts', () => {
  // The same rules stand in another file for those who run Prometheus' operator.
  const RULES = textsOf('deploy/**/*.{yml,yaml}').join('\n');
  const allOf = (pattern: RegExp) =>
    [...new Set([...RULES.matchAll(pattern)].map(([, name = '']) => name))].sort();
  const NAMES = allOf(/^ *- alert: (\w+)$/gm);
  const GUIDE = textOf('docs/operations.md');
  const [SECTION = ''] = GUIDE.slice(GUIDE.indexOf('\n## Alerts\n') + 1).split(/^(?=## (?!Alerts))/m, 1);

  test('have each a heading of their own, and headings an alert', () => {
    const headings = [...SECTION.matchAll(/^### (\w+)$/gm)].map(([, name = '']) => name);
    expect(NAMES.length).toBeGreaterThan(5);
    expect(headings.sort()).toEqual(NAMES);
  });

  test('lead to their heading', () => {
    expect(allOf(/operations\.md#([\w-]+)/g)).toEqual(NAMES.map((name) => name.toLowerCase()).sort());
  });
});
