import {
  getArgumentValues,
  getNamedType,
  getNullableType,
  isAbstractType,
  isLeafType,
  isNonNullType,
  isObjectType,
  Kind,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLAbstractType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import { collectFields } from './collect.ts';
import { completionOf } from './completion.ts';
import { partOf } from './parts.ts';
import type { Arguments, Plan, PlannedField, PlannedSet } from './plan.ts';

/** What a plan is made from: a document that fits the schema and the limits. */
export interface PlanSource {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
}

/**
 * Reads an operation of a document; null: the schema has no such operations.
 * @param variables coerced; they decide what is left out, and nothing else of the plan
 * @throws GraphQLError where a variable of `@skip` or `@include` does not fit
 */
export function createPlan(source: PlanSource, variables: Record<string, unknown>): Plan | null {
  const { schema, operation, fragments } = source;
  const rootType = schema.getRootType(operation.operation);
  if (!rootType) return null;
  let size = 0;

  const setOf = (type: GraphQLObjectType, sets: readonly SelectionSetNode[]): PlannedSet => {
    const fields: PlannedField[] = [];
    for (const [key, nodes] of collectFields(sets, type, source, variables)) {
      const definition = definitionOf(schema, type, nodes[0].name.value);
      if (definition !== undefined) fields.push(fieldOf(key, nodes, type, definition));
    }
    return { type, fields, template: Object.fromEntries(fields.map(({ key }) => [key, null])) };
  };

  const fieldOf = (
    key: string,
    nodes: readonly [FieldNode, ...FieldNode[]],
    parentType: GraphQLObjectType,
    definition: GraphQLField<unknown, unknown>,
  ): PlannedField => {
    size += 1;
    const innerType = getNamedType(definition.type);
    const isNullable = !isNonNullType(definition.type);
    const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    return {
      name: `${parentType.name}.${definition.name}`,
      key,
      nodes,
      parentType,
      definition,
      resolve: definition.resolve ?? null,
      part: partOf(definition),
      args: fixedArguments(definition, nodes[0]),
      inner: isObjectType(innerType) ? setOf(innerType, sets) : null,
      members: isAbstractType(innerType) ? membersOf(innerType, sets) : null,
      complete: completionOf(definition.type),
      isDeep: !isLeafType(getNullableType(definition.type)),
      isNullable,
    };
  };

  const membersOf = (type: GraphQLAbstractType, sets: readonly SelectionSetNode[]) =>
    new Map(schema.getPossibleTypes(type).map((member) => [member.name, setOf(member, sets)]));

  const root = setOf(rootType, [operation.selectionSet]);
  return { schema, operation, fragments, root, size };
}

/** A field by its name, those of the schema itself among them. */
function definitionOf(
  schema: GraphQLSchema,
  type: GraphQLObjectType,
  name: string,
): GraphQLField<unknown, unknown> | undefined {
  if (name === TypeNameMetaFieldDef.name) return TypeNameMetaFieldDef;
  if (type === schema.getQueryType()) {
    if (name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef;
    if (name === TypeMetaFieldDef.name) return TypeMetaFieldDef;
  }
  return type.getFields()[name];
}

const NO_ARGUMENTS: Arguments = Object.freeze({});

/** The arguments of a field, where they are the same however often it is asked for. */
function fixedArguments(definition: GraphQLField<unknown, unknown>, node: FieldNode): Arguments | null {
  if (definition.args.length === 0) return NO_ARGUMENTS;
  if (node.arguments?.some(({ value }) => hasVariable(value)) === true) return null;
  try {
    return getArgumentValues(definition, node);
  } catch {
    // It is told wherever the field is answered.
    return null;
  }
}

function hasVariable(value: ValueNode): boolean {
  if (value.kind === Kind.LIST) return value.values.some(hasVariable);
  if (value.kind === Kind.OBJECT) return value.fields.some((field) => hasVariable(field.value));
  return value.kind === Kind.VARIABLE;
}
