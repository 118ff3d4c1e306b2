import { expect, test } from '@jest/globals';
import { isObjectType } from 'graphql';
import { partOf } from '../../src/graphql/plan/parts.ts';
import { createSchema } from '../../src/graphql/schema.ts';

test.each([
  ['alone', null],
  ['as a subgraph', { tellsSdl: true, maxEntities: 100 }],
])('plans know which fields of a row are looked up together, %s', async (_how, federation) => {
  const schema = await createSchema(federation);
  const partsOf = (name: string) => {
    const type = schema.getType(name);
    if (!isObjectType(type)) throw new Error(`${name} is no object`);
    return Object.values(type.getFields()).map((field) => [field.name, partOf(field)?.name]);
  };
  expect(partsOf('Workflow')).toContainEqual(['description', 'description']);
  expect(partsOf('Application')).toContainEqual(['tags', 'tags']);
  expect(partsOf('Execution')).toContainEqual(['eventId', 'eventId']);
  expect(partsOf('Workflow')).toContainEqual(['id', undefined]);
});
