import type { Outcome } from './outcome.ts';
import { CommonAttributes, type SpanAttributes } from './span-attributes.ts';
import type { TraceSpan } from './trace-span.ts';

/** What an operation has cost at upstream. */
interface Cost {
  readonly calls: number;
  readonly cacheHits: number;
  readonly coalesced: number;
  readonly waitedMs: number;
}

/** How an answer came to be: executed, or one that was remembered, or one that was executed for somebody else just then. */
type AnswerKind = 'executed' | 'remembered' | 'shared';

/** What is said of an operation by the conventions of GraphQL. Its document, which may have anybody's data in it, is not. */
function operationAttributes(
  { operation, type, requestedCost }: Outcome,
  answer: AnswerKind,
): SpanAttributes {
  return {
    ...(operation !== null && { 'graphql.operation.name': operation }),
    ...(type !== null && { 'graphql.operation.type': type }),
    ...(requestedCost !== null && { 'refold.cost.requested': requestedCost }),
    'refold.answer': answer,
  };
}

const remembered = new WeakMap<Outcome, CommonAttributes>();

/** The same of an answer that is given again, perhaps often. @param outcome how the operation went that it is of */
export function rememberedAttributes(outcome: Outcome): CommonAttributes {
  const known = remembered.get(outcome);
  if (known !== undefined) return known;
  const common = new CommonAttributes(operationAttributes(outcome, 'remembered'));
  remembered.set(outcome, common);
  return common;
}

function costAttributes({ calls, cacheHits, coalesced, waitedMs }: Cost): SpanAttributes {
  return {
    'refold.cost.actual': calls,
    'refold.cache.hits': cacheHits,
    'refold.coalesced': coalesced,
    'refold.rate.waited_ms': Math.round(waitedMs),
  };
}

/** Ends the span of an operation, with how it went and what it has cost. What is said first counts. */
export function endOperationTrace(
  trace: TraceSpan,
  outcome: Outcome,
  cost: Cost,
  answer: AnswerKind = 'executed',
): void {
  if (outcome.type !== null) trace.rename(outcome.type);
  const codes = [...outcome.codes];
  trace.set({
    ...operationAttributes(outcome, answer),
    ...costAttributes(cost),
    ...(codes.length > 0 && { 'refold.error.codes': codes }),
  });
  if (codes[0] !== undefined) trace.fail(codes[0]);
  trace.end();
}

/** Ends the span of work that no request has brought. @param error what it failed with; undefined: it did not */
export function endOwnTrace(trace: TraceSpan, cost: Cost, error: unknown): void {
  trace.set(costAttributes(cost));
  if (error !== undefined) trace.fail(errorTypeOf(error));
  trace.end();
}

/** The code of an error of the gateway; of any other, what clients are told of it. */
export function errorTypeOf(error: unknown): string {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  return typeof code === 'string' ? code : 'INTERNAL_SERVER_ERROR';
}
