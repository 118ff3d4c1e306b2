import { getArgumentValues } from 'graphql';
import type { Arguments, Plan, PlannedField } from '../plan/plan.ts';
import type { PlannedOperation } from '../plan/plans.ts';
import { estimateEntities, representationsIn } from './entities.ts';
import { rowsIn, valuesOf } from './list-sizes.ts';
import { createObjectSet, type Estimate, type ObjectSet, type Sizes } from './rules.ts';
import { createShape, type SetShape } from './shape.ts';

/** What an operation could need. */
export interface Demand {
  /** Upstream calls, retries aside, with nothing remembered; docs/cost.md tells what is assumed. */
  readonly calls: number;
  /** Values in its answer: each field as often as there are objects that have it. */
  readonly nodes: number;
}

/** The objects that a selection is read of. */
interface Place {
  readonly shape: SetShape;
  /** The same set for the calls that they need, however often the document names the field. */
  readonly objects: ObjectSet;
  /** How many there can be in the answer. */
  readonly count: number;
  /** How many rows their list fields have, where an argument tells. */
  readonly rows: number;
}

const shapes = new WeakMap<Plan, SetShape>();

/**
 * What an operation could need. What the document says of it is worked out once for each plan: only the arguments vary.
 * @param sizes the largest page; a larger one counts as that, since it will be refused; and the largest change
 */
export function estimateDemand({ plan, variables }: PlannedOperation, sizes: Sizes): Demand {
  const { estimate, total } = createEstimate(sizes);
  let nodes = 0;
  const addFields = ({ shape, objects, count, rows }: Place) => {
    for (const { field, isOwn, rule, size, inner, members } of shape.fields) {
      if (members !== null) {
        addEntities(members, argumentsOf(field, variables));
        continue;
      }
      if (isOwn && objects.lacks(field.definition.name)) shape.lookUp?.(estimate, objects);
      const values = count * valuesOf(size, rows, sizes);
      nodes += values;
      if (rule === undefined && inner === null) continue;
      const args = argumentsOf(field, variables);
      const innerObjects = rule?.(estimate, args, objects) ?? objects;
      if (inner === null) continue;
      const innerRows = rowsIn(field.name, args, sizes) ?? rows;
      addFields({ shape: inner, objects: innerObjects, count: values, rows: innerRows });
    }
  };
  /** Only `_entities` answers with several types. */
  const addEntities = (members: ReadonlyMap<string, SetShape>, args: Arguments) => {
    // What is no reference is answered, too: with an error.
    nodes += representationsIn(args).length;
    for (const [type, entities] of estimateEntities(estimate, args)) {
      const member = members.get(type);
      if (member) addFields({ shape: member, objects: createObjectSet(entities), count: entities, rows: 1 });
    }
  };
  const shape = shapes.get(plan) ?? createShape(plan);
  shapes.set(plan, shape);
  addFields({ shape, objects: createObjectSet(1), count: 1, rows: 1 });
  return { calls: total(), nodes: Math.ceil(nodes) };
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

/** A field's arguments; none where they do not fit, since the field will be refused. */
function argumentsOf(
  { args, definition, nodes }: PlannedField,
  variables: Record<string, unknown>,
): Arguments {
  try {
    return args ?? getArgumentValues(definition, nodes[0], variables);
  } catch {
    return {};
  }
}
