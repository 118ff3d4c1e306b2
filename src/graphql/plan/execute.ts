import type { ExecutionResult, GraphQLError } from 'graphql';
import { Failures } from './failures.ts';
import { executeFields } from './fields.ts';
import type { Plan } from './plan.ts';
import { isPromise } from './promise.ts';

type Answer = Record<string, unknown>;

/**
 * Executes a query as graphql-js does, from its plan: the same values, the same errors in the same order, and resolvers
 * called in the same turn of the event loop, so that look-ups are batched as before. What it leaves out is reading the
 * document anew for each object: see docs/decisions/2026-11-26-planned-execution.md.
 * @param variables coerced
 */
export function executePlan(
  plan: Plan,
  variables: Record<string, unknown>,
  context: unknown,
): ExecutionResult | Promise<ExecutionResult> {
  const failures = new Failures();
  const failed = (error: unknown): ExecutionResult => {
    failures.add(error as GraphQLError, undefined);
    return resultOf(null, failures);
  };
  try {
    const data = executeFields({ plan, variables, context, failures }, plan.root, undefined, undefined);
    return isPromise(data)
      ? data.then((resolved) => resultOf(resolved, failures), failed)
      : resultOf(data, failures);
  } catch (error) {
    return failed(error);
  }
}

function resultOf(data: Answer | null, { errors }: Failures): ExecutionResult {
  return errors.length === 0 ? { data } : { errors, data };
}
