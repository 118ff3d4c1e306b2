import { describe, expect, test } from '@jest/globals';
import { parseJson } from '../../src/upstream/json.ts';
import { numbers } from '../support/numbers.ts';

const TEXT = '{"docs":[{"name":"a \\"b\\" {c","done":true,"at":-1.5e3,"none":null}],"total":1}';

describe('a text', () => {
  test('is JSON', () => {
    expect(parseJson(` ${TEXT}\n`)).toEqual({ kind: 'json', json: JSON.parse(TEXT) as unknown });
  });

  test.each([TEXT, `[${TEXT}]`])('is cut wherever it ends too early: %s', (text) => {
    for (const length of numbers(1, text.length - 1)) {
      expect([length, parseJson(text.slice(0, length))]).toEqual([length, { kind: 'cut' }]);
    }
  });

  test.each([
    ['nothing', ''],
    ['blanks', '  '],
    ['HTML', '<p>{</p>'],
    ['words', 'Not found: {'],
    ['half a text', '"do'],
    ['too much', '{}}'],
    ['two', '{} {}'],
    ['no JSON inside', '{name}'],
  ])('is something else: %s', (_what, text) => {
    expect(parseJson(text)).toEqual({ kind: 'other' });
  });
});
