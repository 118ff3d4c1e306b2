import {
  Kind,
  OperationTypeNode,
  parse,
  print,
  type ArgumentNode,
  type ConstArgumentNode,
  type ConstDirectiveNode,
  type DefinitionNode,
  type DirectiveNode,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
  type VariableDefinitionNode,
} from 'graphql';

/** The type whose fields are answered one after the other. */
const IN_TURN = 'Mutation';

/**
 * What two documents have in common that mean the same: they differ by how they are written, by the order of what has none
 * (fields, arguments, variables, definitions; but not changes), and by plain `__typename` fields, which clients add for their
 * caches. Generators of manifests put all of it in an order of their own.
 * @returns null: it has more tokens than may be, or is no GraphQL
 */
export function normalFormOf(text: string, maxTokens: number): string | null {
  try {
    const { definitions } = parse(text, { noLocation: true, maxTokens });
    return definitions.map(definitionOf).sort().join('\n');
  } catch {
    return null;
  }
}

function definitionOf(node: DefinitionNode): string {
  if (node.kind === Kind.OPERATION_DEFINITION) {
    const { operation, name, variableDefinitions = [], directives, selectionSet } = node;
    const isInOrder = operation === OperationTypeNode.MUTATION;
    const variables = variableDefinitions.map(variableOf).sort().join(' ');
    return `${operation} ${name?.value ?? ''}(${variables})${directivesOf(directives)}${setOf(selectionSet, isInOrder)}`;
  }
  if (node.kind === Kind.FRAGMENT_DEFINITION) {
    const { name, typeCondition, directives, selectionSet } = node;
    const type = typeCondition.name.value;
    return `fragment ${name.value} on ${type}${directivesOf(directives)}${setOf(selectionSet, type === IN_TURN)}`;
  }
  throw new TypeError('Only operations and fragments are executed');
}

/** @param isInOrder whether its selections mean something else in another order */
function setOf({ selections }: SelectionSetNode, isInOrder = false): string {
  const parts = selections
    .filter((node) => !isPlainTypename(node))
    .map((node) => selectionOf(node, isInOrder));
  return `{${(isInOrder ? parts : parts.sort()).join(' ')}}`;
}

function isPlainTypename(node: SelectionNode): boolean {
  return (
    node.kind === Kind.FIELD &&
    node.name.value === '__typename' &&
    node.alias === undefined &&
    (node.arguments ?? []).length === 0 &&
    (node.directives ?? []).length === 0
  );
}

function selectionOf(node: SelectionNode, isInOrder: boolean): string {
  const directives = directivesOf(node.directives);
  if (node.kind === Kind.FRAGMENT_SPREAD) return `...${node.name.value}${directives}`;
  if (node.kind === Kind.INLINE_FRAGMENT) {
    const type = node.typeCondition?.name.value;
    return `...${type === undefined ? '' : ` on ${type}`}${directives}${setOf(node.selectionSet, isInOrder)}`;
  }
  const { alias, name, selectionSet } = node;
  const field = `${alias === undefined ? '' : `${alias.value}:`}${name.value}`;
  return `${field}${argumentsOf(node.arguments)}${directives}${selectionSet ? setOf(selectionSet) : ''}`;
}

function argumentsOf(nodes: readonly (ArgumentNode | ConstArgumentNode)[] = []): string {
  const parts = nodes.map(({ name, value }) => `${name.value}:${valueOf(value)}`);
  return parts.length === 0 ? '' : `(${parts.sort().join(' ')})`;
}

function directivesOf(nodes: readonly (DirectiveNode | ConstDirectiveNode)[] = []): string {
  return nodes
    .map(({ name, arguments: given }) => ` @${name.value}${argumentsOf(given)}`)
    .sort()
    .join('');
}

function variableOf({ variable, type, defaultValue, directives }: VariableDefinitionNode): string {
  const preset = defaultValue === undefined ? '' : `=${valueOf(defaultValue)}`;
  return `$${variable.name.value}:${print(type)}${preset}${directivesOf(directives)}`;
}

function valueOf(node: ValueNode): string {
  if (node.kind === Kind.LIST) return `[${node.values.map(valueOf).join(' ')}]`;
  // A text is the same as a block of lines.
  if (node.kind === Kind.STRING) return JSON.stringify(node.value);
  if (node.kind !== Kind.OBJECT) return print(node);
  const fields = node.fields.map(({ name, value }) => `${name.value}:${valueOf(value)}`);
  return `{${fields.sort().join(' ')}}`;
}
