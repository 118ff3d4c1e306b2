import {
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isObjectType,
  type GraphQLField,
  type GraphQLSchema,
} from 'graphql';
import type { Arguments } from '../plan/plan.ts';
import { BATCH_NODES, rowsOf, type Sizes } from './rules.ts';

/** How many values a list field can have: so many, or as many as an argument or a setting says. */
export type ListSize = number | 'rows' | 'page' | 'bulk';

/** How many steps a run is taken to have. */
const NODES = 50;

/**
 * How many values each list field of the schema is taken to have, by `Type.field`. Where Refold sets no bound it is more
 * than is usual: longer ones are answered all the same.
 */
export const LIST_SIZES: Readonly<Record<string, ListSize>> = {
  'Query.applications': 100,
  'ExecutionConnection.edges': 'rows',
  'ExecutionConnection.nodes': 'rows',
  'Execution.nodes': NODES,
  'Execution.reruns': 4,
  'NodeBatchConnection.nodes': 'rows',
  'ExecutionFailures.groups': 'page',
  // All groups together have as many as are examined.
  'ExecutionFailureGroup.executionIds': 1,
  'ExecutionCounts.byStatus': 10,
  'ExecutionBuckets.nodes': 'rows',
  'ExecutionBuckets.missing': 'rows',
  'ExecutionBucket.byStatus': 10,
  'WorkflowConnection.edges': 'rows',
  'WorkflowConnection.nodes': 'rows',
  'Application.tags': 5,
  'Application.connectedAccounts': 4,
  'Viewer.capabilities': 12,
  'StopExecutionPayload.userErrors': 1,
  'RerunExecutionPayload.userErrors': 1,
  'ExecutionChanges.changes': 'page',
  'BulkPayload.executionIds': 'bulk',
  'BulkPayload.userErrors': 1,
  'BulkJob.items': 'bulk',
};

/** How often a field that is no list is there, of one, by `Type.field`: few steps have batches. */
const SHARES: Readonly<Record<string, number>> = { 'ExecutionNode.batches': BATCH_NODES / NODES };

/** The most spans of time that counts are cut into, by the unit. */
const SPANS: Readonly<Record<string, number>> = { DAY: 93, HOUR: 14 * 24 + 1 };

/**
 * How many values a field has of one object: 1 where it is no list, less where it is rarely there. From the table, and
 * for introspection from the schema itself.
 * @param name `Type.field`
 */
export function listSizeOf(
  schema: GraphQLSchema,
  name: string,
  { type }: GraphQLField<unknown, unknown>,
): ListSize {
  const introspection = introspectionOf(schema)[name];
  if (!isListType(getNullableType(type))) return SHARES[name] ?? introspection ?? 1;
  return LIST_SIZES[name] ?? introspection ?? 'page';
}

/** @param rows what the field around it was asked for */
export function valuesOf(size: ListSize, rows: number, { maxPageSize, maxBulkSize }: Sizes): number {
  if (size === 'rows') return rows;
  if (size === 'page') return maxPageSize;
  return size === 'bulk' ? maxBulkSize : size;
}

/** How many rows the list fields within a field have; undefined where its arguments do not tell. */
export function rowsIn(name: string, args: Arguments, { maxPageSize }: Sizes): number | undefined {
  if (name === 'ExecutionCounts.buckets') return SPANS[String(args['unit'])] ?? SPANS['HOUR'];
  return PAGED.has(name) ? rowsOf(args, maxPageSize) : undefined;
}

/** The fields whose arguments say how many rows there are within. */
const PAGED = new Set(['Query.executions', 'Query.workflows', 'ExecutionNode.batches']);

const known = new WeakMap<GraphQLSchema, Readonly<Record<string, number>>>();

/** How long the lists of introspection are: all types, and of what a type has, the average. */
function introspectionOf(schema: GraphQLSchema): Readonly<Record<string, number>> {
  const before = known.get(schema);
  if (before !== undefined) return before;
  const types = Object.values(schema.getTypeMap());
  const fieldsOf = types.filter(isObjectType).map((type) => Object.values(type.getFields()));
  const fields = fieldsOf.flat();
  const inputs = types.filter(isInputObjectType).map((type) => Object.keys(type.getFields()).length);
  const sizes = {
    '__Schema.types': types.length,
    '__Schema.directives': schema.getDirectives().length,
    '__Directive.locations': 4,
    '__Directive.args': 1,
    '__Type.fields': Math.ceil(fields.length / fieldsOf.length),
    '__Field.args': Math.ceil(sum(fields.map(({ args }) => args.length)) / fields.length),
    '__Type.inputFields': Math.ceil(sum(inputs) / types.length),
    '__Type.enumValues': Math.ceil(
      sum(types.filter(isEnumType).map((type) => type.getValues().length)) / types.length,
    ),
    // Half of them wrap another one.
    '__Type.ofType': 0.5,
    '__Type.interfaces': 1,
    '__Type.possibleTypes': 1,
  };
  known.set(schema, sizes);
  return sizes;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
