import type { Plan, PlannedField, PlannedSet } from '../plan/plan.ts';
import { listSizeOf, type ListSize } from './list-sizes.ts';
import { FIELD_RULES, LOOK_UP_RULES, type CostRule, type LookUpRule } from './rules.ts';

/** What a field of a plan costs, whatever its arguments are. */
export interface FieldShape {
  readonly field: PlannedField;
  /** Whether its type has it, and not every type. */
  readonly isOwn: boolean;
  /** Undefined: it costs nothing by itself. */
  readonly rule: CostRule | undefined;
  readonly size: ListSize;
  readonly inner: SetShape | null;
  /** By type, where its values are of several; null: they are of one. */
  readonly members: ReadonlyMap<string, SetShape> | null;
}

/** What is selected of an object, and what it costs to look one up. */
export interface SetShape {
  readonly lookUp: LookUpRule | undefined;
  readonly fields: readonly FieldShape[];
}

/** Finds the rules for all fields of a plan. */
export function createShape({ schema, root }: Plan): SetShape {
  const setOf = ({ type, fields }: PlannedSet): SetShape => {
    const own = type.getFields();
    return {
      lookUp: LOOK_UP_RULES[type.name],
      fields: fields.map((field) => ({
        field,
        isOwn: field.definition.name in own,
        rule: FIELD_RULES[field.name],
        size: listSizeOf(schema, field.name, field.definition),
        inner: field.inner && setOf(field.inner),
        members: field.members && new Map([...field.members].map(([type, member]) => [type, setOf(member)])),
      })),
    };
  };
  return setOf(root);
}
