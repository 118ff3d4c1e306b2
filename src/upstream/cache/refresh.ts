import { within, type Clock } from '../../clock.ts';
import { SPANS } from '../../observability/span-attributes.ts';
import type { Send, UpstreamAnswer, UpstreamCall } from '../call.ts';
import { startOperation, waitableMs, type Priority } from '../operation.ts';
import { untilLeft } from '../until-left.ts';

/** How long a refresh may take, whoever waits for it. */
const REFRESH_MS = 10_000;
/** How long somebody waits for it who could be shown something older. */
const PATIENCE_MS = 1000;

/** Fetches anew what is remembered. */
export interface Refresh {
  /** While nobody waits: gives way to others, and is made once at a time. */
  behind(call: UpstreamCall<unknown>): void;
  /** For somebody who waits a little; null where it takes longer. It goes on, and counts for the next one to ask. */
  soon<T>(call: UpstreamCall<T>): Promise<UpstreamAnswer<T> | null>;
}

/**
 * Builds a refresh.
 * @param keyOf what makes two questions the same; it must begin with the identity
 */
export function createRefresh(
  keyOf: (call: UpstreamCall<unknown>) => string,
  clock: Clock,
  send: Send,
): Refresh {
  const refreshing = new Set<string>();

  const refresh = async <T>(call: UpstreamCall<T>, priority: Priority) => {
    const { requestId, ledger, trace } = call.operation;
    const isWaitedFor = priority === 'interactive';
    // What nobody waits for is no part of what has set it off.
    const own = isWaitedFor ? trace : (trace?.startApart(SPANS.refresh) ?? null);
    const operation = startOperation(clock, {
      requestId,
      priority,
      timeoutMs: REFRESH_MS,
      tooLate: 'The refresh took too long',
      // What nobody waits for costs nobody.
      ...(isWaitedFor && { ledger }),
      trace: own,
    });
    try {
      return await send({ ...call, operation });
    } finally {
      operation.end();
      if (!isWaitedFor) own?.end();
    }
  };

  return {
    behind: (call) => {
      const key = keyOf(call);
      if (refreshing.has(key)) return;
      refreshing.add(key);
      refresh(call, 'background')
        // What was shown stays, and the next to ask will see the failure or cause another try.
        .catch(() => undefined)
        .finally(() => refreshing.delete(key));
    },
    soon: async <T>(call: UpstreamCall<T>) => {
      const patienceMs = Math.min(PATIENCE_MS, waitableMs(clock, call.operation));
      const answer = untilLeft(call.operation.signal, refresh(call, 'interactive'));
      return await within(clock, patienceMs, answer);
    },
  };
}
