import { GatewayError } from './errors.ts';

/** When to ask again. An overload that lasts longer than that refuses anew, at once and for next to nothing. */
export const RETRY_AFTER_MS = 1000;
/** The same as the header `Retry-After` has it. */
export const RETRY_AFTER = String(RETRY_AFTER_MS / 1000);

/** An answer of more values than that keeps everybody else waiting while it is made. */
const LIGHT_NODES = 5000;
/** So long others may be kept waiting before what is heavy has to come again. */
const PATIENCE_MS = 200;

/**
 * Whether an operation has to be refused so that light ones get through: few clients with heavy ones can take all the
 * time there is.
 * @param nodes the values that its answer could have
 * @param waitedMs tells how long the event loop has had no pause; light ones do not ask
 */
export function isTooHeavyNow(nodes: number, waitedMs: () => number): boolean {
  return nodes > LIGHT_NODES && waitedMs() > PATIENCE_MS;
}

/** The refusal of an operation for which there is no time now. */
export function tooMuchToDo(): GatewayError {
  return new GatewayError('OVERLOADED', 'There is too much to do at the moment', {
    retryAfterMs: RETRY_AFTER_MS,
  });
}

/** The refusal of an operation beyond how many may be open at once, such as `over this connection`. */
export function tooManyOpen(where: string): GatewayError {
  return new GatewayError('OVERLOADED', `There are too many operations open ${where}`, {
    retryAfterMs: RETRY_AFTER_MS,
  });
}
