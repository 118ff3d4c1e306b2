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
import { GatewayError } from '../../domain/errors.ts';

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
   * @throws COST_LIMIT_EXCEEDED once the operation turns out longer than anybody could want to read
   */
  fieldsOf(sets: readonly SelectionSetNode[]): readonly (readonly [FieldNode, ...FieldNode[]])[];
}

/** More than fit a document, fragments written out; so a few fragments cannot stand for millions of fields. */
const MAX_SELECTIONS = 20_000;

/** Reads the operation that is asked for. Null: there is none, or its variables do not fit, so it will not run. */
export function readSelection({
  schema,
  document,
  operationName,
  variables,
}: OperationRequest): Selection | null {
  const operation = getOperationAST(document, operationName);
  if (!operation) return null;
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables ?? {});
  if (coerced === undefined) return null;
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  let left = MAX_SELECTIONS;

  const isLeftOut = (node: SelectionNode) =>
    getDirectiveValues(GraphQLSkipDirective, node, coerced)?.['if'] === true ||
    getDirectiveValues(GraphQLIncludeDirective, node, coerced)?.['if'] === false;

  const collect = (
    set: SelectionSetNode,
    spread: Set<string>,
    found: Map<string, [FieldNode, ...FieldNode[]]>,
  ) => {
    for (const node of set.selections) {
      left -= 1;
      if (left < 0) throw tooLong();
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

function tooLong(): GatewayError {
  return new GatewayError(
    'COST_LIMIT_EXCEEDED',
    `With its fragments written out, this operation has more than ${String(MAX_SELECTIONS)} fields`,
  );
}
