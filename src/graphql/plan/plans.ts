import {
  getOperationAST,
  getVariableValues,
  Kind,
  visit,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { refusal } from '../limits/limits.ts';
import { documentBytesOf } from './document-bytes.ts';
import type { Plan } from './plan.ts';
import { createPlan } from './read-plan.ts';

/** An operation as the client sent it: a document that fits the schema, and the values for its variables, as they came. */
export interface OperationRequest {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
}

/** An operation, and the values of its variables. */
export interface PlannedOperation {
  readonly plan: Plan;
  /** Coerced. */
  readonly variables: Record<string, unknown>;
  /** What `Run` has counted; null: it was not executed from its plan, or not yet. */
  characters: number | null;
}

/** Plans of operations. */
export interface Plans {
  /**
   * Plans the operation that is asked for; null: there is none.
   * @param owner the context of the request, by which `of` knows it
   * @throws BAD_USER_INPUT, naming the variable and the path, for the first value that does not fit its type
   */
  read(request: OperationRequest, owner: object): PlannedOperation | null;
  /** What was read for a context. */
  of(owner: object): PlannedOperation | undefined;
}

/** What is known of an operation, as long as its document is kept. */
interface Facts {
  readonly id: number;
  /** What it takes to keep the document. */
  readonly bytes: number;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  /** The variables that decide what is left out. */
  readonly conditions: readonly string[];
}

/** So much of plans is kept, with their documents. */
const MAX_BYTES = 8_388_608;
const PLAN_BYTES = 1024;
/** What a field of a plan takes. */
const FIELD_BYTES = 400;

/**
 * Builds what makes plans. One is kept once its document has been asked for twice, so that documents which are all
 * different cost no memory, and those that are asked for most stay.
 */
export function createPlans(): Plans {
  const known = new WeakMap<OperationDefinitionNode, Facts>();
  const kept = new LRUCache<string, Plan>({ maxSize: MAX_BYTES });
  const asked = new WeakMap<object, PlannedOperation>();
  let operations = 0;

  const planOf = (
    { schema, document }: OperationRequest,
    operation: OperationDefinitionNode,
    variables: Record<string, unknown>,
  ): Plan | null => {
    const before = known.get(operation);
    const facts = before ?? factsOf(document, operation, (operations += 1));
    if (before === undefined) known.set(operation, facts);
    const key = keyOf(facts, variables);
    const same = kept.get(key);
    if (same !== undefined) return same;
    const plan = createPlan({ schema, operation, fragments: facts.fragments }, variables);
    if (before !== undefined && plan !== null) {
      kept.set(key, plan, { size: PLAN_BYTES + FIELD_BYTES * plan.size + facts.bytes });
    }
    return plan;
  };

  return {
    read: (request, owner) => {
      const operation = getOperationAST(request.document, request.operationName);
      if (!operation) return null;
      const variables = coerce(request.schema, operation, request.variables ?? {});
      const plan = planOf(request, operation, variables);
      if (plan === null) return null;
      const planned: PlannedOperation = { plan, variables, characters: null };
      asked.set(owner, planned);
      return planned;
    },
    of: (owner) => asked.get(owner),
  };
}

function keyOf({ id, conditions }: Facts, variables: Record<string, unknown>): string {
  // Another operation of the document may have a text by that name, of any length.
  return conditions.reduce(
    (key, name) => `${key} ${variables[name] === true ? 'true' : 'false'}`,
    String(id),
  );
}

function factsOf(document: DocumentNode, operation: OperationDefinitionNode, id: number): Facts {
  const conditions = new Set<string>();
  visit(document, {
    Directive: (directive) => {
      visit(directive, {
        Variable: ({ name }) => {
          conditions.add(name.value);
        },
      });
    },
  });
  const fragments = document.definitions.filter((one) => one.kind === Kind.FRAGMENT_DEFINITION);
  return {
    id,
    bytes: documentBytesOf(document),
    fragments: Object.fromEntries(fragments.map((fragment) => [fragment.name.value, fragment])),
    conditions: [...conditions],
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
