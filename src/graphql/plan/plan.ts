import type {
  FieldNode,
  FragmentDefinitionNode,
  GraphQLField,
  GraphQLFieldResolver,
  GraphQLObjectType,
  GraphQLSchema,
  OperationDefinitionNode,
  ResponsePath,
} from 'graphql';
import type { Failures } from './failures.ts';
import type { Part } from './parts.ts';

/** Arguments with their defaults and the values of variables. */
export type Arguments = Readonly<Record<string, unknown>>;

/** A field of an operation: all nodes that share a response key in one place. */
export interface PlannedField {
  /** `Type.field`. */
  readonly name: string;
  /** What it is called in the answer. */
  readonly key: string;
  readonly nodes: readonly [FieldNode, ...FieldNode[]];
  readonly parentType: GraphQLObjectType;
  readonly definition: GraphQLField<unknown, unknown>;
  /** Null: the field is a property of its object. */
  readonly resolve: GraphQLFieldResolver<unknown, unknown> | null;
  /** What it is of its object, where that may be at hand without it; null: nothing of the kind, or it may not be null. */
  readonly part: Part | null;
  /** Its arguments; null: they depend on variables, or do not fit. */
  readonly args: Arguments | null;
  /** What is selected of its value; null: a leaf, or one of several types. */
  readonly inner: PlannedSet | null;
  /** What is selected of its value by the type that it turns out to be; null: it is of one type. */
  readonly members: ReadonlyMap<string, PlannedSet> | null;
  readonly complete: Completion;
  /** Whether there are places in the answer below it. */
  readonly isDeep: boolean;
  readonly isNullable: boolean;
}

/** What is selected of an object. */
export interface PlannedSet {
  readonly type: GraphQLObjectType;
  readonly fields: readonly PlannedField[];
  /** All response keys, as an object that answers are copies of. */
  readonly template: Readonly<Record<string, unknown>>;
}

/** An operation as it is executed and estimated: what its document says, read once. */
export interface Plan {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  readonly root: PlannedSet;
  /** How many fields it has. */
  readonly size: number;
}

/** One execution of a plan. */
export interface Run {
  readonly plan: Plan;
  /** Coerced. */
  readonly variables: Record<string, unknown>;
  readonly context: unknown;
  readonly failures: Failures;
  /** Characters of the texts that were answered so far, other values counted as one each. */
  characters: number;
}

/**
 * Makes of what a resolver has answered what stands in the answer.
 * @param path where the field is, or the element of its list; undefined: a leaf needs it only where it fails
 */
export type Completion = (
  run: Run,
  field: PlannedField,
  path: ResponsePath | undefined,
  value: unknown,
) => unknown;
