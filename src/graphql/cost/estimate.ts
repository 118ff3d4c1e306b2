import {
  getArgumentValues,
  getNamedType,
  isObjectType,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import { createListSizes } from './list-sizes.ts';
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

/** What an operation could need. */
export interface Demand {
  /** Upstream calls, retries aside, with nothing remembered; docs/cost.md tells what is assumed. */
  readonly calls: number;
  /** Values in its answer: each field as often as there are objects that have it. */
  readonly nodes: number;
}

/** The objects that a selection is read of. */
interface Place {
  readonly type: GraphQLObjectType;
  /** The same set for the calls that they need, however often the document names the field. */
  readonly objects: ObjectSet;
  /** How many there can be in the answer. */
  readonly count: number;
  /** How many rows their list fields have, where an argument tells. */
  readonly rows: number;
}

/**
 * What an operation could need; nothing at all for one that is not there.
 * @param sizes the largest page; a larger one counts as that, since it will be refused; and the largest change
 * @throws BAD_USER_INPUT when the values for its variables do not fit
 */
export function estimateDemand(request: OperationRequest, sizes: Sizes): Demand {
  const selection = readSelection(request);
  const root = selection && request.schema.getRootType(selection.operation.operation);
  if (!selection || !root) return { calls: 0, nodes: 0 };
  const { estimate, total } = createEstimate(sizes);
  const listSizes = createListSizes(request.schema, sizes);
  let nodes = 0;
  const addFields = ({ type, objects, count, rows }: Place, sets: readonly SelectionSetNode[]) => {
    for (const same of selection.fieldsOf(sets)) {
      const [node] = same;
      const field = fieldOf(request.schema, type, node.name.value);
      if (field === undefined) continue;
      if (field.name in type.getFields() && objects.lacks(field.name)) {
        LOOK_UP_RULES[type.name]?.(estimate, objects);
      }
      const args = argumentsOf(field, node, selection);
      const name = `${type.name}.${field.name}`;
      const inner = FIELD_RULES[name]?.(estimate, args, objects) ?? objects;
      const values = count * listSizes.sizeOf(name, field, rows);
      nodes += values;
      const innerType = getNamedType(field.type);
      if (!isObjectType(innerType)) continue;
      const place = {
        type: innerType,
        objects: inner,
        count: values,
        rows: listSizes.rowsIn(name, args) ?? rows,
      };
      addFields(place, setsOf(same));
    }
  };
  addFields({ type: root, objects: createObjectSet(1), count: 1, rows: 1 }, [
    selection.operation.selectionSet,
  ]);
  return { calls: total(), nodes: Math.ceil(nodes) };
}

/** A field by its name, those of the schema itself among them; they cost no calls. */
function fieldOf(
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
