import { GatewayError } from './errors.ts';

/** The most upstream calls that one operation may need, or make, retries included. */
export const COST_LIMIT = 25;

/**
 * Adds calls to what an operation could need, where the estimate could not foresee them.
 * @throws COST_LIMIT_EXCEEDED when it could then need too many; nothing is added then
 */
export function raiseCost(outcome: { requestedCost: number | null }, calls: number): void {
  const requested = (outcome.requestedCost ?? 0) + calls;
  if (requested > COST_LIMIT) throw costLimitExceeded(requested);
  outcome.requestedCost = requested;
}

/**
 * The refusal of a part of an answer that would make the answer too large.
 * @param maxBytes how large it may be
 */
export function answerTooLarge(maxBytes: number): GatewayError {
  return new GatewayError(
    'COST_LIMIT_EXCEEDED',
    `With this the answer would be larger than ${String(maxBytes)} bytes: ask for fewer rows or fields, or for less of outputs`,
  );
}

/**
 * The refusal of an operation that could need more than the limit.
 * @param requested the upstream calls that it could need
 */
export function costLimitExceeded(requested: number): GatewayError {
  return new GatewayError(
    'COST_LIMIT_EXCEEDED',
    `This operation could need ${String(requested)} upstream calls; at most ${String(COST_LIMIT)} are allowed: ` +
      'ask for fewer rows or fewer fields',
    { requested, limit: COST_LIMIT },
  );
}

/**
 * The refusal of an operation whose answer could have more values than the limit.
 * @param requested the values that it could have
 */
export function responseTooLarge(requested: number, limit: number): GatewayError {
  return new GatewayError(
    'COST_LIMIT_EXCEEDED',
    `The answer could have ${String(requested)} values; at most ${String(limit)} are allowed: ` +
      'ask for fewer rows or fewer fields',
    { requested, limit },
  );
}
