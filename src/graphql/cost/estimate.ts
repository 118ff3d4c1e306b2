import {
  getArgumentValues,
  getNamedType,
  isObjectType,
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  type SelectionSetNode,
} from 'graphql';
import {
  createObjectSet,
  FIELD_RULES,
  LOOK_UP_RULES,
  type Arguments,
  type Estimate,
  type ObjectSet,
  type Sizes,
} from './rules.ts';
import { readSelection, type OperationRequest, type Selection } from './selection.ts';

/**
 * How many upstream calls an operation could need, retries aside, with nothing remembered; docs/cost.md tells what is
 * assumed. Zero for one that will not run: its variables do not fit, or it is not there.
 * @param sizes the largest page; a larger one counts as that, since it will be refused; and the largest change
 * @throws COST_LIMIT_EXCEEDED when the operation is too long to be estimated
 */
export function estimateCost(request: OperationRequest, sizes: Sizes): number {
  const selection = readSelection(request);
  const root = selection && request.schema.getRootType(selection.operation.operation);
  if (!selection || !root) return 0;
  const { estimate, total } = createEstimate(sizes);
  const addObjects = (type: GraphQLObjectType, sets: readonly SelectionSetNode[], objects: ObjectSet) => {
    for (const nodes of selection.fieldsOf(sets)) {
      const [node] = nodes;
      const field = type.getFields()[node.name.value];
      // What is not there is of the schema itself, which costs nothing.
      if (field === undefined) continue;
      if (objects.lacks(field.name)) LOOK_UP_RULES[type.name]?.(estimate, objects);
      const rule = FIELD_RULES[`${type.name}.${field.name}`];
      const inner = rule?.(estimate, argumentsOf(field, node, selection), objects) ?? objects;
      const innerType = getNamedType(field.type);
      if (isObjectType(innerType)) addObjects(innerType, setsOf(nodes), inner);
    }
  };
  addObjects(root, [selection.operation.selectionSet], createObjectSet(1));
  return total();
}

function createEstimate({ maxPageSize, maxBulkSize }: Sizes) {
  let sum = 0;
  const shares = new Map<unknown, number>();
  const met = new Set<unknown>();
  const shared = (key: unknown) => shares.get(key) ?? 0;
  const estimate: Estimate = {
    maxPageSize,
    maxBulkSize,
    add: (calls) => {
      sum += calls;
    },
    share: (key, calls) => {
      shares.set(key, Math.max(shared(key), calls));
    },
    shared,
    isFirst: (key) => {
      const isFirst = !met.has(key);
      met.add(key);
      return isFirst;
    },
  };
  return { estimate, total: () => [...shares.values()].reduce((total, calls) => total + calls, sum) };
}

function setsOf(nodes: readonly FieldNode[]): SelectionSetNode[] {
  return nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
}

/** A field's arguments; none where they do not fit, since the field will be refused. */
function argumentsOf(
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
  { variables }: Selection,
): Arguments {
  try {
    return getArgumentValues(field, node, variables);
  } catch {
    return {};
  }
}
