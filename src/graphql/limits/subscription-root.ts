import {
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  Kind,
  OperationTypeNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLError,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { refusal } from './limits.ts';

/**
 * Looks for `@skip` and `@include` at the root of subscriptions, where GraphQL has none: what is subscribed to does not
 * depend on variables. Validation by graphql-js 16 fails of those that do.
 * @returns why the document is refused, or null
 */
export function checkSubscriptionRoots({ definitions }: DocumentNode): GraphQLError | null {
  const fragments = new Map(
    definitions
      .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  );
  const conditional = definitions
    .filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
    .filter(({ operation }) => operation === OperationTypeNode.SUBSCRIPTION)
    .map(({ selectionSet }) => conditionalIn(selectionSet, fragments, new Set()))
    .find((found) => found !== undefined);
  return conditional === undefined
    ? null
    : refusal(
        'GRAPHQL_VALIDATION_FAILED',
        'A subscription can neither skip nor include its field',
        conditional,
      );
}

/** The first selection in one place, fragments written out, that depends on a condition. */
function conditionalIn(
  { selections }: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  seen: Set<FragmentDefinitionNode>,
): SelectionNode | undefined {
  for (const node of selections) {
    if (node.directives?.some(({ name }) => CONDITIONS.has(name.value))) return node;
    const within = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node;
    if (within === undefined || within.kind === Kind.FIELD) continue;
    if (within.kind === Kind.FRAGMENT_DEFINITION) {
      if (seen.has(within)) continue;
      seen.add(within);
    }
    const found = conditionalIn(within.selectionSet, fragments, seen);
    if (found !== undefined) return found;
  }
  return undefined;
}

const CONDITIONS: ReadonlySet<string> = new Set([GraphQLSkipDirective.name, GraphQLIncludeDirective.name]);
