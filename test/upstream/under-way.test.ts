import { expect, test } from '@jest/globals';
import { UnderWay } from '../../src/upstream/under-way.ts';
import { garbageCollector, oldBytes } from '../support/collect-garbage.ts';

/** How many things come and go, how many at once, and about how many bytes each takes. */
const THINGS = 1000;
const AT_ONCE = 8;
const BYTES = 8000;

test('what is over does not grow old, whatever came before it', () => {
  const collect = garbageCollector();
  const underWay = new UnderWay<{ readonly values: readonly number[] }>();
  const ends: (() => void)[] = [];
  const comeAndGo = (name: string) => {
    ends.push(underWay.add(name, { values: Array.from({ length: BYTES / 8 }, () => 0.5) }));
    if (ends.length > AT_ONCE) ends.shift()?.();
  };
  for (let nth = 0; nth < 2 * AT_ONCE; nth++) comeAndGo(`first ${String(nth)}`);
  // What holds them now is old.
  collect();
  const before = oldBytes();

  for (let nth = 0; nth < THINGS; nth++) {
    comeAndGo(String(nth));
    if (nth % 50 === 0) collect({ type: 'minor' });
  }

  expect(oldBytes() - before).toBeLessThan((THINGS * BYTES) / 4);
});

test('there is what came last by its key, until that is over', () => {
  const underWay = new UnderWay<{ readonly name: string }>();
  const endFirst = underWay.add('a', { name: 'first' });
  const endSecond = underWay.add('a', { name: 'second' });

  endFirst();
  expect(underWay.get('a')).toEqual({ name: 'second' });
  endSecond();
  endSecond();
  expect(underWay.get('a')).toBeNull();
});
