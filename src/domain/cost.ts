import { GatewayError } from './errors.ts';

/** How many upstream calls one operation may need or make, retries aside. */
export const MAX_PRICE = 25;

/** How many of them it may make in the background. A page with everything and all counts fit into the rest. */
export const BACKGROUND_CALLS = 14;

/** The refusal of an operation that could need more than that. */
export function tooExpensive(price: number): GatewayError {
  return new GatewayError(
    'COST_LIMIT_EXCEEDED',
    `This operation could need ${String(price)} upstream calls; at most ${String(MAX_PRICE)} are allowed: ` +
      'ask for fewer rows or fewer fields',
    { price, limit: MAX_PRICE },
  );
}
