import { afterEach, expect, jest, test } from '@jest/globals';
import { UnderWay } from '../../src/upstream/under-way.ts';
import { collectGarbage } from '../support/collect-garbage.ts';

afterEach(() => {
  jest.restoreAllMocks();
});

/** Adds two things, of which the first is over; answers references to both of them, by name. */
function addTwo() {
  const underWay = new UnderWay<{ readonly name: string }>();
  const added = ['over', 'under way'].map((name) => {
    const thing = { name };
    return { name, reference: new WeakRef(thing), end: underWay.add(name, thing) };
  });
  added[0]?.end();
  return { underWay, references: added.map(({ name, reference }) => [name, reference] as const) };
}

// V8 keeps what a map has held for as long as it keeps one of the map's tables, which may be long.
test('what is over is not held by anything that was put into a map', async () => {
  const put = jest.spyOn(Map.prototype, 'set');
  const { underWay, references } = addTwo();
  await collectGarbage();

  const left = references.filter(([, reference]) => reference.deref() !== undefined);
  expect(left.map(([name]) => name)).toEqual(['under way']);
  // Up to here all that was put into maps is held, and so is the second of them.
  expect(put.mock.calls.map(([key]) => key as string)).toEqual(expect.arrayContaining(['over', 'under way']));
  expect(underWay.get('under way')).toEqual({ name: 'under way' });
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
