import {
  getDirectiveValues,
  getOperationAST,
  getVariableValues,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  Kind,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { refusal } from '../limits/limits.ts';

/** An operation as the client sent it: a document that fits the schema, and the values for its variables, as they came. */
export interface OperationRequest {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
}

/** What an operation selects, once its variables have their values. */
export interface Selection {
  readonly operation: OperationDefinitionNode;
  readonly variables: Record<string, unknown>;
  /**
   * The fields of some selection sets on one object, as an execution collects them: by response key, all nodes that
   * share one.
   */
  fieldsOf(sets: readonly SelectionSetNode[]): readonly (readonly [FieldNode, ...FieldNode[]])[];
}

/**
 * Reads the operation that is asked for; null: there is none. The document has been held to the limits, so that its
 * fragments stand for no more fields than are allowed.
 * @throws BAD_USER_INPUT, naming the variable and the path, for the first value that does not fit its type
 */
export function readSelection({
  schema,
  document,
  operationName,
  variables,
}: OperationRequest): Selection | null {
  const operation = getOperationAST(document, operationName);
  if (!operation) return null;
  const coerced = coerce(schema, operation, variables ?? {});
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }

  const isLeftOut = (node: SelectionNode) =>
    (node.directives?.length ?? 0) > 0 &&
    (getDirectiveValues(GraphQLSkipDirective, node, coerced)?.['if'] === true ||
      getDirectiveValues(GraphQLIncludeDirective, node, coerced)?.['if'] === false);

  const collect = (
    set: SelectionSetNode,
    spread: Set<string>,
    found: Map<string, [FieldNode, ...FieldNode[]]>,
  ) => {
    for (const node of set.selections) {
      if (isLeftOut(node)) continue;
      if (node.kind === Kind.FIELD) {
        const key = (node.alias ?? node.name).value;
        const same = found.get(key);
        if (same === undefined) found.set(key, [node]);
        else same.push(node);
      } else if (node.kind === Kind.INLINE_FRAGMENT) {
        collect(node.selectionSet, spread, found);
      } else if (!spread.has(node.name.value)) {
        spread.add(node.name.value);
        const fragment = fragments.get(node.name.value);
        if (fragment) collect(fragment.selectionSet, spread, found);
      }
    }
  };

  return {
    operation,
    variables: coerced,
    fieldsOf: (sets) => {
      const spread = new Set<string>();
      const found = new Map<string, [FieldNode, ...FieldNode[]]>();
      for (const set of sets) collect(set, spread, found);
      return [...found.values()];
    },
  };
}

/** The values of an operation's variables. It stops at the first that does not fit. */
function coerce(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
  given: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const { coerced, errors } = getVariableValues(schema, variableDefinitions, given, { maxErrors: 1 });
  if (coerced !== undefined) return coerced;
  const [first] = errors;
  throw refusal('BAD_USER_INPUT', first?.message ?? 'The variables do not fit', first?.nodes?.[0]);
}
