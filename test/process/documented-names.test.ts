import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { buildSchema, isInputObjectType, isInterfaceType, isObjectType } from 'graphql';
import { describeMetrics } from '../../docs/metrics.ts';
import { documentedMessages } from '../support/documented-trouble.ts';

const ROOT = join(import.meta.dirname, '../..');
const textOf = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const OUTSIDE = ['**/node_modules/**', '**/dist/**', 'coverage/**'];

/** All pages but the decisions: those are dated, and tell of what was. */
const PAGES = globSync('**/*.md', { cwd: ROOT, exclude: [...OUTSIDE, 'docs/decisions/**'] });

/** What stands in code font in a page's text, and where. */
const CODE = PAGES.flatMap((page) =>
  [
    ...textOf(page)
      .replace(/^ *```.*?^ *```$/gms, '')
      .matchAll(/`([^`\n]+)`/g),
  ].map(([, code = '']) => ({
    page,
    code,
  })),
);

/** The blocks of code of a page. */
const BLOCKS = PAGES.flatMap((page) =>
  [...textOf(page).matchAll(/^ *```\w+\n(.*?)^ *```$/gms)].map(([, code = '']) => ({ page, code })),
);

/** What is named in code by a pattern, and is not there; in code font alone, unless told otherwise. */
function missing(pattern: RegExp, isThere: (name: string) => boolean, where = CODE): string[] {
  const named = where.flatMap(({ page, code }) =>
    (code.match(pattern) ?? []).map((name) => ({ page, name })),
  );
  expect(named.length).toBeGreaterThan(0);
  return named.filter(({ name }) => !isThere(name)).map(({ page, name }) => `${page}: ${name}`);
}

describe('names in the documentation are there:', () => {
  /** All words of what is no documentation and no test, though it may run some; a recipe's own code is in its page. */
  const words = new Set(
    globSync(
      [
        '{src,sandbox,demo,bench,schema,packages,examples,explorer,deploy,.github}/**/*.*',
        'docs/*.ts',
        'test/*/main.ts',
        'docs/recipes/*.md',
        'Dockerfile',
        'package.json',
        '*.js',
      ],
      { cwd: ROOT, exclude: OUTSIDE },
    )
      .filter((path) => !path.endsWith('.md') || path.startsWith('docs/recipes/'))
      .filter((path) => /\.(?:[jt]sx?|graphql|ya?ml|json|html|css|md)$|^Dockerfile$/.test(path))
      .flatMap((path) => {
        const text = textOf(path);
        const code = path.endsWith('.md') ? (text.match(/^```.*?^```$/gms) ?? []).join('\n') : text;
        return code.match(/\w+/g) ?? [];
      }),
  );

  test('settings, codes and values', () => {
    const isThere = (name: string) =>
      words.has(name) || (name.endsWith('_') && [...words].some((word) => word.startsWith(name)));
    const pattern = /(?<![\w.$-])[A-Z][A-Z\d]*_[A-Z\d_]*\b(?!-)/g;
    expect(missing(pattern, isThere, [...CODE, ...BLOCKS])).toEqual([]);
  });

  test('types, of the schema and of the code', () => {
    /** Of HTTP, of Apollo Client, and of what readers generate for themselves. */
    const others = ['Accept', 'Allow', 'Host', 'Origin', 'RetryLink', 'FailedRunsDocument'];
    expect(missing(/^[A-Z][a-z][A-Za-z]+$/g, (name) => words.has(name) || others.includes(name))).toEqual([]);
  });

  test('fields of types', () => {
    const types = Object.values(buildSchema(textOf('schema.graphql')).getTypeMap());
    const fields = new Set(
      types
        .filter((type) => isObjectType(type) || isInterfaceType(type) || isInputObjectType(type))
        .flatMap((type) => Object.keys(type.getFields()).map((field) => `${type.name}.${field}`)),
    );
    // The one that CONTRIBUTING.md adds as an example.
    fields.add('Execution.priority');
    expect(missing(/^[A-Z][a-z]\w+\.[a-z]\w+$/g, (name) => fields.has(name))).toEqual([]);
  });

  test('metrics', () => {
    const names = new Set(
      describeMetrics().flatMap(({ name, type }) =>
        type === 'histogram' ? [name, `${name}_count`, `${name}_sum`, `${name}_bucket`] : [name],
      ),
    );
    const pattern = /\b(?:refold_gateway|nodejs|process|http_server)_[a-z_]+\b/g;
    const isThere = (name: string) =>
      names.has(name) || (name.endsWith('_') && [...names].some((one) => one.startsWith(name)));
    expect(missing(pattern, isThere, [...CODE, ...BLOCKS])).toEqual([]);
  });

  test('messages of the log', () => {
    const known = documentedMessages();
    expect(
      missing(/^(?:[A-Z]\w+|The [\w ]+) (?:is|are) (?:away|back)$/g, (msg) => known.includes(msg)),
    ).toEqual([]);
  });

  test('files', () => {
    const paths =
      /^(?:src|test|sandbox|schema|docs|demo|bench|deploy|examples|explorer|packages|\.github|\.ci)\/[\w./*-]*$/g;
    expect(missing(paths, (path) => globSync(path, { cwd: ROOT }).length > 0)).toEqual([]);
  });
});

test('commands in the documentation are there', () => {
  const { scripts } = JSON.parse(textOf('package.json')) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  const named = PAGES.flatMap((page) =>
    [...textOf(page).matchAll(/npm run (?:--silent )?([\w:-]+)/g)].map(([, script = '']) => ({
      page,
      script,
    })),
  );
  expect(named.length).toBeGreaterThan(50);
  expect(named.filter(({ script }) => !(script in scripts))).toEqual([]);
});
