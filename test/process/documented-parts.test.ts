import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';

const PACKAGE = path.resolve(import.meta.dirname, '../../packages/run-history');
const textOf = (file: string) => readFileSync(path.join(PACKAGE, file), 'utf8');
const REFERENCE = textOf('docs/parts.md');

/** What is named in a text by a pattern, each once. */
function namesIn(text: string, pattern: RegExp): string[] {
  return [...new Set([...text.matchAll(pattern)].map(([, name = '']) => name))];
}

const EXPORTS = namesIn(
  textOf('src/parts.ts').replaceAll(/^\/\/.*$/gm, ''),
  /\b(?!type\b|export\b|from\b)(\w+)(?=[ ,]| })/g,
);
const FEATURES = namesIn(
  /export type Feature =([^;]+);/.exec(textOf('src/parts/setting.tsx'))?.[1] ?? '',
  /'(\w+)'/g,
);
const STYLES = ['tokens', 'base'].map((name) => textOf(`src/page/styles/${name}.css`)).join('');
/** Those that are read with a default. */
const TOKENS = namesIn(STYLES, /var\(\s*--rh-(?!own-)([\w-]+),/g);

describe('the reference of parts', () => {
  test.each([
    ['export of ./parts', EXPORTS, 25],
    ['feature', FEATURES, 10],
    ['token that can be set', TOKENS.map((token) => `--rh-${token}`), 20],
  ])('names every %s', (_what, names, least) => {
    expect(names.length).toBeGreaterThan(least);
    expect(names.filter((name) => !REFERENCE.includes(`\`${name}\``))).toEqual([]);
  });

  test('names no token that there is not', () => {
    const named = namesIn(REFERENCE, /^\| `--rh-([\w-]+)`/gm);
    expect(named.toSorted()).toEqual(TOKENS.toSorted());
  });
});
