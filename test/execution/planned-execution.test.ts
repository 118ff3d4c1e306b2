import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import {
  assertObjectType,
  buildSchema,
  execute,
  parse,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
} from 'graphql';
import { executePlan } from '../../src/graphql/plan/execute.ts';
import { createPartField } from '../../src/graphql/plan/parts.ts';
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

type Execute = (schema: GraphQLSchema, document: DocumentNode) => ExecutionResult | Promise<ExecutionResult>;

/** The errors, in order, of a row whose parts fail once they are there, and of one that so many turns later is not there. */
async function failuresOf(turns: number, run: Execute): Promise<string[]> {
  const schema = buildSchema(
    'type Query { good: Row bad: Row } type Row { id: ID! count: Int run: Run } type Run { name: String }',
  );
  const fieldsOf = (name: string) => assertObjectType(schema.getType(name)).getFields();
  const load = async (row: object) => {
    if ('isGood' in row) return { count: 'many', run: { name: () => Promise.reject(new Error('late')) } };
    for (let turn = 0; turn < turns; turn++) await Promise.resolve();
    throw new Error('not there');
  };
  for (const name of ['count', 'run'])
    Object.assign(fieldsOf('Row')[name] ?? {}, createPartField({ name, load }));
  Object.assign(fieldsOf('Query')['good'] ?? {}, { resolve: () => ({ isGood: true }) });
  Object.assign(fieldsOf('Query')['bad'] ?? {}, { resolve: () => ({}) });
  const { errors = [] } = await run(schema, parse('{ good { count run { name } id } bad { count } }'));
  return errors.map(({ path, message }) => `${String(path?.join('.'))}: ${message}`);
}

test('what fails within a look-up takes as many turns as in graphql-js to fail what is around it', async () => {
  const byPlan: Execute = (schema, document) => {
    const read = createPlans().read({ schema, document }, {});
    if (read === null) throw new Error('There is no operation');
    return executePlan(read, {});
  };
  for (let turns = 0; turns < 12; turns++) {
    const plain = await failuresOf(turns, (schema, document) => execute({ schema, document }));
    expect({ turns, errors: await failuresOf(turns, byPlan) }).toEqual({ turns, errors: plain });
  }
});
