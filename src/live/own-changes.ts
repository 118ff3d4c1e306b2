import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { Hint } from '../domain/hint.ts';
import { Recent } from '../domain/recent.ts';
import type { Hints } from '../redis/hints.ts';
import type { Send } from '../upstream/call.ts';
import type { Priority } from '../upstream/operation.ts';

/** Who has changed something; a hash alone. */
const Message = z.object({ changed: z.object({ identity: z.string() }) });

/** Work in the background may change many in a row: its changes are told so far apart. */
const APART_MS = 1000;
/** Of how many callers it is remembered when they were last told of. */
const MAX_CALLERS = 10_000;

/** What waking depends on. */
export interface OwnChangesOptions {
  /** Told who has changed something, here or at another replica. */
  readonly wake: (hint: Hint) => void;
  /** What the other replicas are told by; null: there are none. */
  readonly hints: Hints | null;
  readonly clock: Clock;
}

/**
 * Wraps what sends: what a caller changes through the gateway, the caller's own viewers are to see soon, wherever they
 * are connected. It is only a hint, also where the change was refused.
 */
export function withOwnChanges({ wake, hints, clock }: OwnChangesOptions, send: Send): Send {
  const toldAt = new Recent<number>(MAX_CALLERS);
  hints?.onMessage((message) => {
    const told = Message.safeParse(message).data;
    if (told !== undefined) wake(told.changed);
  });
  const changed = (identity: string, priority: Priority) => {
    const now = clock.now();
    if (priority === 'background' && now - (toldAt.get(identity) ?? -Infinity) < APART_MS) return;
    toldAt.set(identity, now);
    wake({ identity });
    hints?.publish({ changed: { identity } });
  };
  return (call) =>
    call.method === 'GET'
      ? send(call)
      : send(call).finally(() => {
          changed(call.credential.identity, call.operation.priority);
        });
}
