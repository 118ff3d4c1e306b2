import type { Clock } from '../../clock.ts';
import type { Send, UpstreamCall } from '../call.ts';
import { startOperation } from '../operation.ts';

/** How long a refresh in the background may take. */
const REFRESH_MS = 10_000;

/** Fetches an answer anew while nobody waits for it. */
export type Refresh = (call: UpstreamCall<unknown>) => void;

/**
 * Builds a refresh that asks one question once at a time.
 * @param keyOf what makes two questions the same; it must begin with the identity
 */
export function createRefresh(
  keyOf: (call: UpstreamCall<unknown>) => string,
  clock: Clock,
  send: Send,
): Refresh {
  const refreshing = new Set<string>();
  return (call) => {
    const key = keyOf(call);
    if (refreshing.has(key)) return;
    refreshing.add(key);
    const operation = startOperation(clock, {
      requestId: call.operation.requestId,
      priority: 'background',
      timeoutMs: REFRESH_MS,
      tooLate: 'The refresh took too long',
    });
    send({ ...call, operation })
      // Nobody waits for it: what was shown stays, and the next to ask will see the failure or cause another try.
      .catch(() => undefined)
      .finally(() => {
        operation.end();
        refreshing.delete(key);
      });
  };
}
