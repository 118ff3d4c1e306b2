import { z } from 'zod';
import type { Hints } from '../redis/hints.ts';
import { Change } from './change.ts';

const Message = z.object({ webhook: Change });

/**
 * Builds what tells all replicas of a change, this one first.
 * @param hints what the others are told by; null: there are none
 * @param hear told of what is told here, and of what others pass on
 */
export function createBroadcast(
  hints: Hints | null,
  hear: (change: Change, agoMs: number, isRelayed: boolean) => void,
): (change: Change) => void {
  hints?.onMessage((message, agoMs) => {
    const told = Message.safeParse(message).data;
    if (told !== undefined) hear(told.webhook, agoMs, true);
  });
  return (webhook) => {
    hear(webhook, 0, false);
    hints?.publish({ webhook });
  };
}
