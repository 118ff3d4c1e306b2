import {
  GraphQLError,
  Kind,
  type ConstDirectiveNode,
  type DefinitionNode,
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { checkLiteral } from './literal.ts';
import { refusal, type Limits } from './limits.ts';

/**
 * Looks at a parsed document before it is validated. Fragments count wherever they are spread, and the walk ends with
 * the first limit that is passed: it never sees more selections than are allowed. A fragment that spreads itself is not
 * followed, and one that is not there counts as a spread: validation tells of both.
 * @returns why it is refused, or null
 */
export function checkDocument(document: DocumentNode, limits: Limits): GraphQLError | null {
  try {
    const { operations, fragments } = definitionsOf(document, limits);
    const walk = createWalk(fragments, limits);
    for (const operation of operations) walk.definition(operation);
    for (const fragment of fragments.values()) walk.unspread(fragment);
    return null;
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}

function refuse(message: string, node?: DefinitionNode | SelectionNode): never {
  throw refusal('GRAPHQL_VALIDATION_FAILED', message, node);
}

function definitionsOf({ definitions }: DocumentNode, limits: Limits) {
  const operations = definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const found = definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
  atMost(operations.length, limits.maxOperations, 'operations');
  atMost(found.length, limits.maxFragments, 'fragments');
  return { operations, fragments: new Map(found.map((fragment) => [fragment.name.value, fragment])) };
}

function atMost(count: number, most: number, what: string): void {
  if (count > most) refuse(`The document has more than ${String(most)} ${what}`);
}

/** No field of the schema takes half as many. Validation finds the place of each that is given twice. */
const MAX_ARGUMENTS = 50;

/** The selections in one place, those of fields that are merged among them, by what they are called in the answer. */
type Place = Map<string, { count: number; readonly inner: Place }>;

function createWalk(fragments: ReadonlyMap<string, FragmentDefinitionNode>, limits: Limits) {
  const {
    maxSelections,
    maxDepth,
    maxAliases,
    maxRepeatedFields,
    maxDirectives,
    maxDirectivesInPlace,
    maxVariables,
  } = limits;
  let selections = 0;
  let aliases = 0;
  let directives = 0;
  /** The fragments that the walk is in, and all that it has been in. */
  const inside = new Set<FragmentDefinitionNode>();
  const spread = new Set<FragmentDefinitionNode>();
  const literals = new Set<FieldNode>();

  const noteDirectives = (node: DefinitionNode | SelectionNode, found: readonly DirectiveNode[] = []) => {
    if (found.length > maxDirectivesInPlace) {
      refuse(`There are more than ${String(maxDirectivesInPlace)} directives in one place`, node);
    }
    directives += found.length;
    atMost(directives, maxDirectives, 'directives');
  };

  /** Answers the place within: the same one for all that stand here under one name. */
  const noteRepeat = (node: SelectionNode, key: string, place: Place): Place => {
    const same = place.get(key) ?? { count: 0, inner: new Map() };
    place.set(key, same);
    same.count += 1;
    if (same.count > maxRepeatedFields) {
      const what = node.kind === Kind.FIELD ? 'A field stands' : 'Fragments are spread';
      refuse(`${what} more than ${String(maxRepeatedFields)} times in one place`, node);
    }
    return same.inner;
  };

  const noteField = (node: FieldNode, depth: number) => {
    if (depth > maxDepth) refuse(`Fields lie more than ${String(maxDepth)} deep`, node);
    if (node.alias) atMost((aliases += 1), maxAliases, 'aliases');
    if ((node.arguments?.length ?? 0) > MAX_ARGUMENTS) {
      refuse(`A field has more than ${String(MAX_ARGUMENTS)} arguments`, node);
    }
    // Once each, however often its fragment is spread.
    if (literals.has(node)) return;
    literals.add(node);
    for (const { value } of node.arguments ?? []) raise(checkLiteral(value, limits));
    raiseIn(node.directives);
  };

  const raiseIn = (found: readonly (DirectiveNode | ConstDirectiveNode)[] = []) => {
    for (const directive of found) {
      for (const { value } of directive.arguments ?? []) raise(checkLiteral(value, limits));
    }
  };

  const selectionSet = (set: SelectionSetNode, place: Place, depth: number): void => {
    for (const node of set.selections) {
      atMost((selections += 1), maxSelections, 'selections, with its fragments written out');
      noteDirectives(node, node.directives);
      if (node.kind === Kind.FIELD) {
        noteField(node, depth);
        const inner = noteRepeat(node, (node.alias ?? node.name).value, place);
        if (node.selectionSet) selectionSet(node.selectionSet, inner, depth + 1);
      } else if (node.kind === Kind.INLINE_FRAGMENT) {
        raiseIn(node.directives);
        selectionSet(node.selectionSet, place, depth);
      } else {
        raiseIn(node.directives);
        // Validation compares each fragment of a place with each other one, so all of them count as one.
        noteRepeat(node, '...', place);
        const fragment = fragments.get(node.name.value);
        if (fragment) enter(fragment, place, depth);
      }
    }
  };

  const enter = (fragment: FragmentDefinitionNode, place: Place, depth: number) => {
    if (inside.has(fragment)) return;
    spread.add(fragment);
    inside.add(fragment);
    noteDirectives(fragment, fragment.directives);
    selectionSet(fragment.selectionSet, place, depth);
    inside.delete(fragment);
  };

  return {
    definition: (operation: Extract<DefinitionNode, { kind: Kind.OPERATION_DEFINITION }>) => {
      noteDirectives(operation, operation.directives);
      raiseIn(operation.directives);
      atMost(operation.variableDefinitions?.length ?? 0, maxVariables, 'variables');
      for (const { defaultValue, directives: own } of operation.variableDefinitions ?? []) {
        noteDirectives(operation, own);
        if (defaultValue) raise(checkLiteral(defaultValue, limits));
      }
      selectionSet(operation.selectionSet, new Map(), 1);
    },
    /** Walks a fragment that no operation spreads: it is validated all the same. */
    unspread: (fragment: FragmentDefinitionNode) => {
      if (!spread.has(fragment)) enter(fragment, new Map(), 1);
    },
  };
}

function raise(error: GraphQLError | null): void {
  if (error !== null) throw error;
}
