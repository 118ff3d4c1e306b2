import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import {
  buildClientSchema,
  buildSchema,
  getIntrospectionQuery,
  isEnumType,
  isInputObjectType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
  lexicographicSortSchema,
  printSchema,
  type GraphQLSchema,
  type IntrospectionQuery,
} from 'graphql';
import { startGateway, stopAll } from '../support/gateway.ts';

afterEach(stopAll);

const PRINTED = readFileSync(join(import.meta.dirname, '../../schema.graphql'), 'utf8');

/** Everything of the schema that can be described, with its description. */
function describedIn(schema: GraphQLSchema): [name: string, description: string | null | undefined][] {
  const own = Object.values(schema.getTypeMap()).filter(
    (type) => !type.name.startsWith('__') && !isSpecifiedScalarType(type),
  );
  return [
    ['schema', schema.description],
    ...own.flatMap((type): [string, string | null | undefined][] => [
      [type.name, type.description],
      ...(isObjectType(type) ? Object.values(type.getFields()) : []).flatMap(
        ({ name, description, args }): [string, string | null | undefined][] => [
          [`${type.name}.${name}`, description],
          ...args.map((arg): [string, string | null | undefined] => [
            `${type.name}.${name}(${arg.name})`,
            arg.description,
          ]),
        ],
      ),
      ...(isInputObjectType(type) ? Object.values(type.getFields()) : []).map(
        ({ name, description }): [string, string | null | undefined] => [`${type.name}.${name}`, description],
      ),
      ...(isEnumType(type) ? type.getValues() : []).map(
        ({ name, description }): [string, string | null | undefined] => [`${type.name}.${name}`, description],
      ),
    ]),
  ];
}

describe('the schema in one file', () => {
  test('says what everything is: the schema, types, fields, arguments and values', () => {
    const described = describedIn(buildSchema(PRINTED));
    expect(described.length).toBeGreaterThan(300);
    expect(described.filter(([, description]) => (description ?? '') === '')).toEqual([]);
  });

  test('is what introspection tells, scalars with their specifications among it', async () => {
    const { query } = await startGateway();
    const { data } = await query<IntrospectionQuery>(
      getIntrospectionQuery({ specifiedByUrl: true, schemaDescription: true, inputValueDeprecation: true }),
    );
    const told = buildClientSchema(data);
    const sorted = (schema: GraphQLSchema) => printSchema(lexicographicSortSchema(schema));
    expect(sorted(told)).toEqual(sorted(buildSchema(PRINTED)));
    const scalars = Object.values(told.getTypeMap()).filter(isScalarType);
    expect(
      scalars
        .filter((type) => !isSpecifiedScalarType(type))
        .map(({ name, specifiedByURL }) => [name, specifiedByURL])
        .sort(),
    ).toEqual([
      ['Date', 'https://www.rfc-editor.org/rfc/rfc3339#section-5.6'],
      ['DateTime', 'https://scalars.graphql.org/andimarek/date-time'],
      ['JSON', 'https://www.rfc-editor.org/rfc/rfc8259'],
    ]);
  });
});
