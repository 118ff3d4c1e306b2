import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from '@jest/globals';
import { buildSchema, getIntrospectionQuery, getNullableType, isListType, isObjectType } from 'graphql';
import { LIST_SIZES } from '../../src/graphql/cost/list-sizes.ts';
import { startStill, stopAll } from '../support/gateway.ts';
import { aliased, expectRefusal } from '../support/hostile.ts';

afterEach(stopAll);

const SCHEMA = new URL('../../schema/', import.meta.url);
const schema = buildSchema(
  readdirSync(SCHEMA)
    .filter((file) => file.endsWith('.graphql'))
    .map((file) => readFileSync(new URL(file, SCHEMA), 'utf8'))
    .join('\n'),
);

test('every list of the schema has a size, and no other has', () => {
  const lists = Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter(({ name }) => !name.startsWith('__'))
    .flatMap((type) =>
      Object.values(type.getFields())
        .filter((field) => isListType(getNullableType(field.type)))
        .map((field) => `${type.name}.${field.name}`),
    );
  expect(Object.keys(LIST_SIZES).sort()).toEqual(lists.sort());
});

const SIXTEEN =
  'id name status rawStatus createdAt updatedAt completedAt durationMs environment source type configId eventId isChild isRerun linkedAccountId';
const beyond = (values: number) =>
  `The answer could have ${String(values)} values; at most 15000 are allowed: ask for fewer rows or fewer fields`;

describe('refused before anything is asked, for the values of its answer:', () => {
  test.each([
    [
      '90 aliases of the rows of a page',
      `{ executions(page: { size: 100 }) { ${aliased(90, 'nodes { id name status }')} } }`,
      36_001,
    ],
    [
      'the rows of a page in another way',
      `{ executions(first: 100) { ${aliased(15, `edges { node { ${SIXTEEN} } }`)} } }`,
      27_001,
    ],
    [
      'steps of runs in a list',
      `{ executions(page: { size: 20 }) { nodes { nodes { id ${aliased(30, 'name')} } } } }`,
      32_021,
    ],
    [
      'counts by hours',
      `{ executionCounts(filter: { startDate: "2023-10-01" }) { ${aliased(5, 'buckets(unit: HOUR) { nodes { start total byStatus { status count } a: byStatus { status } } }')} } }`,
      89_311,
    ],
    [
      'items of bulk jobs',
      `{ ${aliased(20, 'bulkJob(id: "a") { items { executionId outcome newExecutionId } }')} }`,
      40_020,
    ],
  ])('%s', async (_what, query, values) => {
    const gateway = await startStill();
    const { code, message } = await expectRefusal(gateway, JSON.stringify({ query }));
    expect([code, message]).toEqual(['COST_LIMIT_EXCEEDED', beyond(values)]);
  });
});

test('refused, too: the schema, many times, whose values grow with it', async () => {
  const gateway = await startStill();
  const query = `{ ${aliased(60, '__schema { types { name fields { name type { name ofType { name } } } } }')} }`;
  const { code, message } = await expectRefusal(gateway, JSON.stringify({ query }));
  expect([code, message]).toEqual(['COST_LIMIT_EXCEEDED', expect.stringMatching(/could have 1\d{5} values/)]);
});

test('a refusal for values counts values, and one for calls counts calls', async () => {
  const { query } = await startStill();
  const [values, calls] = [
    await query(`{ executions(page: { size: 100 }) { ${aliased(90, 'nodes { id name status }')} } }`),
    await query(`{ ${aliased(26, 'executions(page: { size: 100 }) { totalCount }')} }`),
  ];
  expect(values.errors.map(({ extensions }) => extensions)).toEqual([
    { code: 'COST_LIMIT_EXCEEDED', requested: 36_001, limit: 15_000 },
  ]);
  expect(calls.errors.map(({ extensions }) => extensions)).toEqual([
    { code: 'COST_LIMIT_EXCEEDED', requested: 26, limit: 25 },
  ]);
  expect(values.extensions.cost).toMatchObject({ requested: 1, actual: 0, limit: 25 });
});

test('the limit is a setting', async () => {
  const { query } = await startStill({ env: { MAX_RESPONSE_NODES: '21' } });
  const sizes = [10, 11];
  const answers = await Promise.all(
    sizes.map((size) => query(`{ executions(page: { size: ${String(size)} }) { nodes { id } } }`)),
  );
  expect(answers.map(({ status }) => status)).toEqual([200, 400]);
});

/** All fields of a type that need no arguments, so many levels deep, but for those that cost a call for each row. */
function allFieldsOf(name: string, levels: number): string {
  const type = schema.getType(name);
  if (!isObjectType(type)) return '';
  const perRow = ['rerunOf', 'reruns', 'completionPercentage'];
  const fields = Object.values(type.getFields()).filter((field) => {
    const isSteps = name === 'Execution' && field.name === 'nodes';
    return (
      !isSteps &&
      !perRow.includes(field.name) &&
      field.args.every((argument) => argument.defaultValue !== undefined)
    );
  });
  return fields
    .map((field) => {
      const inner = /\w+/.exec(String(field.type))?.[0] ?? '';
      const innerName = String(field.type).replace(/[[\]!]/g, '');
      if (!isObjectType(schema.getType(innerName))) return inner === '' ? '' : field.name;
      return levels === 0 ? '' : `${field.name} { ${allFieldsOf(innerName, levels - 1)} }`;
    })
    .join(' ');
}

describe('answered, with room:', () => {
  test('a page of 100 rows with every field', async () => {
    const { query } = await startStill({
      env: { MAX_RESPONSE_NODES: '12500', MAX_SELECTIONS: '200', MAX_DEPTH: '10' },
    });
    const { errors, data } = await query<{ executions: { nodes: unknown[] } }>(
      `{ executions(page: { size: 100 }) { totalCount pageInfo { ${allFieldsOf('PageInfo', 0)} } nodes { ${allFieldsOf('Execution', 2)} } } }`,
    );
    expect([errors, data.executions.nodes.length]).toEqual([[], 100]);
  });

  test('the introspection of explorers', async () => {
    const { query } = await startStill({
      env: { MAX_RESPONSE_NODES: '15000', MAX_SELECTIONS: '1000', MAX_DEPTH: '15' },
    });
    const text = getIntrospectionQuery({
      schemaDescription: true,
      specifiedByUrl: true,
      directiveIsRepeatable: true,
      inputValueDeprecation: true,
    });
    const { errors, data } = await query<{ __schema: { types: unknown[] } }>(text);
    expect(errors).toEqual([]);
    expect(data.__schema.types.length).toBeGreaterThan(40);
  });
});
