import type { ExecutionResult, GraphQLError } from 'graphql';
import { Failures } from './failures.ts';
import { executeFields } from './fields.ts';
import type { Run } from './plan.ts';
import type { PlannedOperation } from './plans.ts';
import { isPromise } from './promise.ts';

type Answer = Record<string, unknown>;

/**
 * Executes a query as graphql-js does, from its plan: the same values, the same errors in the same order, and resolvers
 * called in the same turn of the event loop, so that look-ups are batched as before. What it leaves out is reading the
 * document anew for each object: see docs/decisions/2026-11-26-planned-execution.md.
 */
export function executePlan(
  planned: PlannedOperation,
  context: unknown,
): ExecutionResult | Promise<ExecutionResult> {
  const { plan, variables } = planned;
  const run: Run = { plan, variables, context, failures: new Failures(), characters: 0 };
  const answered = (data: Answer | null): ExecutionResult => {
    planned.characters = run.characters;
    const { errors } = run.failures;
    return errors.length === 0 ? { data } : { errors, data };
  };
  const failed = (error: unknown): ExecutionResult => {
    run.failures.add(error as GraphQLError, undefined);
    return answered(null);
  };
  try {
    const data = executeFields(run, plan.root, undefined, undefined);
    return isPromise(data) ? data.then(answered, failed) : answered(data);
  } catch (error) {
    return failed(error);
  }
}
