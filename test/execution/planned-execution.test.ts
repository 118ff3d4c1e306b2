import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { buildSchema, parse } from 'graphql';
import { executePlan } from '../../src/graphql/plan/execute.ts';
import { createPlans } from '../../src/graphql/plan/plans.ts';
import { createSchemaOfChance } from './both.ts';

const run = promisify(execFile);

test('queries of the corpus and 2,000 drawn ones are answered as by graphql-js, and ask in the same order', async () => {
  const script = join(import.meta.dirname, 'main.ts');
  const { stdout } = await run(process.execPath, [script, '--inputs', '2000', '--seed', '1']);

  expect(stdout).toMatch(/^Seed 1: \d\d+ documents, 2000 drawn, 0 differences\.$/m);
});

test('a plan is kept once its document has come twice, and not beside more than there is room for', () => {
  const schema = createSchemaOfChance();
  const plans = createPlans();
  const planOf = (document: ReturnType<typeof parse>) => plans.read({ schema, document }, {})?.plan;
  const documents = Array.from({ length: 300 }, (_, index) =>
    parse(
      `{ ${Array.from({ length: 99 }, (_, field) => `a${String(index * 99 + field)}: __typename`).join(' ')} }`,
    ),
  );
  const [first] = documents;
  if (first === undefined) throw new Error('There is none');

  const once = planOf(first);
  const twice = planOf(first);
  expect(twice).not.toBe(once);
  expect(planOf(first)).toBe(twice);

  for (const document of documents.slice(1)) planOf(document);
  expect(planOf(first)).toBe(twice);

  for (const document of documents.slice(1)) planOf(document);
  expect(planOf(first)).not.toBe(twice);
});

test('what variables leave out is planned for their values', () => {
  const schema = createSchemaOfChance();
  const plans = createPlans();
  const document = parse('query ($no: Boolean!) { a: __typename b: __typename @skip(if: $no) }');
  const keysFor = (no: boolean) =>
    plans.read({ schema, document, variables: { no } }, {})?.plan.root.fields.map(({ key }) => key);

  for (let time = 0; time < 3; time++) {
    expect(keysFor(true)).toEqual(['a']);
    expect(keysFor(false)).toEqual(['a', 'b']);
  }
});

test('a plan is one for all values of what leaves nothing out, and may be of nothing at all', () => {
  const schema = createSchemaOfChance();
  const plans = createPlans();
  const document = parse(
    'query A($a: Boolean!) { __typename @skip(if: $a) } query B($a: ID) { b: __typename @skip(if: false) }',
  );
  const planFor = (operationName: string, a: unknown) =>
    plans.read({ schema, document, operationName, variables: { a } }, {})?.plan;

  planFor('B', 'x');
  expect(planFor('B', 'x'.repeat(100_000)) === planFor('B', 'y')).toBe(true);
  planFor('A', true);
  expect(planFor('A', true)?.root.fields).toEqual([]);
});

test('a plan takes as much room as its document, comments included', () => {
  const schema = createSchemaOfChance();
  const plans = createPlans();
  const long = parse(`{ __typename } ${'#\n'.repeat(50_000)}`);
  const longer = parse(`{ __typename } ${'#\n'.repeat(70_000)}`);
  const isKept = (document: ReturnType<typeof parse>) => {
    plans.read({ schema, document }, {});
    return plans.read({ schema, document }, {})?.plan === plans.read({ schema, document }, {})?.plan;
  };

  expect(isKept(long)).toBe(true);
  expect(isKept(longer)).toBe(false);
});

// A rejection that nobody handles would end the gateway; here it fails the test.
test('what an item of a list fails with is nobody’s once the list has failed', async () => {
  const schema = buildSchema('type Query { runs: [Run!] } type Run { name: String! }');
  const late = Promise.withResolvers<string>();
  const resolve = () => [{ name: () => late.promise }, { name: null }];
  Object.assign(schema.getQueryType()?.getFields()['runs'] ?? {}, { resolve });
  const read = createPlans().read({ schema, document: parse('{ runs { name } }') }, {});
  if (read === null) throw new Error('There is no operation');

  const { data, errors } = await executePlan(read, {});
  expect(data).toEqual({ runs: null });
  expect(errors?.map(({ path }) => path)).toEqual([['runs', 1, 'name']]);

  late.reject(new Error('late'));
  await setImmediate();
});
