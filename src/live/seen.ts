import { z } from 'zod';
import type { Hint } from '../domain/hint.ts';
import type { Hints } from '../redis/hints.ts';

/** What one replica has seen: whose, and in what; hashes and ids, which say nothing to anybody else. */
const Message = z.object({
  seen: z.object({ identity: z.string(), reading: z.string(), runId: z.string().optional() }),
});

/**
 * Builds what tells other replicas that upstream has told this one news: what it has answered is remembered, and shared.
 * @param hints what the others are told by; null: there are none
 * @param wake told of what others have seen
 */
export function createSeen(hints: Hints | null, wake: (hint: Hint) => void): (hint: Hint) => void {
  hints?.onMessage((message) => {
    const told = Message.safeParse(message).data;
    if (told === undefined) return;
    const { runId, ...seen } = told.seen;
    wake({ ...seen, ...(runId !== undefined && { runId }), isAnswered: true });
  });
  return ({ identity, reading, runId }) => {
    hints?.publish({ seen: { identity, reading, runId } });
  };
}
