import { afterEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { startStill, stopAll, type Gateway } from '../support/gateway.ts';

afterEach(stopAll);

/** A field, and what is selected of it; null: it is a leaf. */
interface Field {
  readonly name: string;
  readonly inner: readonly Field[] | null;
}

const leaf = (name: string): Field => ({ name, inner: null });
const leaves = (...names: readonly string[]) => fc.subarray(names.map(leaf), { minLength: 1 });
const batches: Field = { name: 'batches', inner: [leaf('totalCount')] };

/** What can be asked of a run: what comes with it, and what has to be looked up. */
const OF_RUN = fc
  .record({
    plain: leaves('id', 'status', 'completionPercentage'),
    chosen: fc.subarray(['workflow', 'application', 'nodes', 'rerunOf']),
    workflow: leaves('id', 'name', 'description'),
    application: leaves('id', 'icon', 'authType'),
    nodes: fc.subarray([leaf('id'), leaf('output'), batches], { minLength: 1 }),
    rerunOf: leaves('id', 'status'),
  })
  .map(({ plain, chosen, ...looked }): readonly Field[] => [
    ...plain,
    ...chosen.map((name) => ({ name, inner: looked[name as keyof typeof looked] })),
  ]);
const SIZE = fc.integer({ min: 1, max: 100 });

const TYPES: Readonly<Record<string, string>> = {
  workflow: 'Workflow',
  application: 'Application',
  nodes: 'ExecutionNode',
  rerunOf: 'Execution',
  batches: 'NodeBatchConnection',
};

/** A document that asks for these fields of so many runs. */
type Write = (size: number, fields: readonly Field[]) => string;

/** @param put writes what is selected of a type */
const writing = (put: (fields: readonly string[], type: string) => string): Write => {
  const selected = (fields: readonly Field[], type: string): string =>
    put(
      fields.map(({ name, inner }) => (inner ? `${name} { ${selected(inner, TYPES[name] ?? '')} }` : name)),
      type,
    );
  return (size, fields) =>
    `query ($yes: Boolean = true) { __typename @include(if: $yes) executions(page: { size: ${String(size)} }) { nodes { ${selected(fields, 'Execution')} } } }`;
};

const plainly = writing((fields) => fields.join(' '));
const twice = writing((fields) =>
  [...fields, ...fields.map((field, nth) => `a${String(nth)}: ${field}`)].join(' '),
);

/** The same in other words. */
const OTHERWISE: Readonly<Record<string, Write>> = {
  'in fragments': writing((fields, type) => fields.map((field) => `... on ${type} { ${field} }`).join(' ')),
  'in a fragment with a name': (size, fields) =>
    `${plainly(size, [leaf('...F')])} fragment F on Execution { ${/nodes \{ (.*) \} \} \}$/.exec(plainly(size, fields))?.[1] ?? ''} }`,
  'under other names': writing((fields) => fields.map((field, nth) => `a${String(nth)}: ${field}`).join(' ')),
  'each of them twice': writing((fields) => [...fields, ...fields].join(' ')),
  'with what is left out beside it': writing(
    (fields, type) =>
      `${fields.join(' ')} ... on ${type} @skip(if: $yes) { ${fields.map((field, nth) => `z${String(nth)}: ${field}`).join(' ')} }`,
  ),
  'with directives that leave nothing out': writing(
    (fields, type) => `... on ${type} @include(if: $yes) { ${fields.join(' ')} }`,
  ),
};

/** How many calls an operation could need, be it refused for them. */
async function costOf({ query }: Gateway, document: string): Promise<number> {
  const { cost } = (await query(document)).extensions;
  if (cost === undefined) throw new Error(`This is no document that can be estimated: ${document}`);
  return cost.requested;
}

const RUNS = { numRuns: 25, endOnFailure: true };

test.each(Object.entries(OTHERWISE))('the same costs the same %s', async (_how, write) => {
  const gateway = await startStill();
  await fc.assert(
    fc.asyncProperty(SIZE, OF_RUN, async (size, fields) => {
      expect(await costOf(gateway, write(size, fields))).toBe(await costOf(gateway, plainly(size, fields)));
    }),
    RUNS,
  );
});

test('more rows, more fields, and fields again under another name never cost less', async () => {
  const gateway = await startStill();
  await fc.assert(
    fc.asyncProperty(SIZE, SIZE, OF_RUN, async (size, other, fields) => {
      const [fewer, more] = [Math.min(size, other), Math.max(size, other)];
      const cost = await costOf(gateway, plainly(fewer, fields));
      expect(await costOf(gateway, plainly(more, fields))).toBeGreaterThanOrEqual(cost);
      expect(await costOf(gateway, twice(fewer, fields))).toBeGreaterThanOrEqual(cost);
      const part = fields.slice(0, Math.ceil(fields.length / 2));
      expect(await costOf(gateway, plainly(fewer, part))).toBeLessThanOrEqual(cost);
    }),
    RUNS,
  );
});
