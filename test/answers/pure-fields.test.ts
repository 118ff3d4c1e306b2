import { readdirSync, readFileSync } from 'node:fs';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { expect, test } from '@jest/globals';
import { isObjectType } from 'graphql';
import { PURE_FIELDS } from '../../src/answers/pure-fields.ts';

/** Why the answers of these types' fields, or of that field, are not remembered as a whole. */
const REASONS: Readonly<Record<string, string>> = {
  Mutation: 'it changes something',
  Subscription: 'it goes on',
  'Query.viewer': 'it tells of the credentials and the budget now',
  'Query.executionCounts': 'it counts up to now, with the calls that are left',
  'Query.executionFailures': 'it depends on the calls that are left, and on webhooks',
  'Query.bulkJob': 'a job goes on by itself',
  'Execution.isRerun': 'the gateway knows of reruns that upstream does not tell',
  'Execution.rerunOf': 'the gateway alone knows',
  'Execution.reruns': 'the gateway alone knows',
  'Execution.failure': 'it depends on the calls that are left, and on webhooks',
  'Execution.failureKnown': 'as `failure`',
  ExecutionCounts: 'as `executionCounts`',
  StatusCount: 'as `executionCounts`',
  ExecutionBuckets: 'as `executionCounts`',
  ExecutionBucket: 'as `executionCounts`',
  ExecutionFailures: 'as `executionFailures`',
  ExecutionFailureGroup: 'as `executionFailures`',
  ExecutionFailure: 'as `failure`',
  BulkPayload: 'it changes something',
  BulkJob: 'a job goes on by itself',
  BulkItem: 'a job goes on by itself',
  StopExecutionPayload: 'it changes something',
  RerunExecutionPayload: 'it changes something',
  UserError: 'it changes something',
  ExecutionChanges: 'it goes on',
  ExecutionChange: 'it goes on',
  Viewer: 'as `viewer`',
  Capability: 'as `viewer`',
  UpstreamBudget: 'it tells of now',
};

const folder = new URL('../../schema/', import.meta.url);
const files = readdirSync(folder)
  .filter((file) => file.endsWith('.graphql'))
  .map((file) => readFileSync(new URL(file, folder), 'utf8'));
/** Every field of the schema: its type's name, and its own. */
const fields = Object.values(makeExecutableSchema({ typeDefs: files }).getTypeMap())
  .filter((type) => isObjectType(type) && !type.name.startsWith('__'))
  .flatMap((type) =>
    (isObjectType(type) ? Object.keys(type.getFields()) : []).map((name) => [type.name, name]),
  );

test('every field is either one that may be remembered, or one of which it is known why not', () => {
  const undecided = fields.filter(([type = '', name = '']) => {
    const isPure = PURE_FIELDS[type]?.has(name) === true;
    const isOther = type in REASONS || `${type}.${name}` in REASONS;
    return isPure === isOther;
  });
  expect(undecided).toEqual([]);
});

test('no field that may be remembered is unknown to the schema', () => {
  const known = new Set(fields.map(([type, name]) => `${String(type)}.${String(name)}`));
  // Federation adds it.
  known.add('Query._entities');
  const listed = Object.entries(PURE_FIELDS).flatMap(([type, names]) =>
    [...names].map((name) => `${type}.${name}`),
  );
  expect(listed.filter((coordinate) => !known.has(coordinate))).toEqual([]);
});
