import { createHash } from 'node:crypto';

/**
 * That executions have changed at upstream, as somebody says. It is read again before anybody is told what they are now.
 * What is left out is not known.
 */
export interface Hint {
  /** The linked account, as `accountTagOf` has it. */
  readonly accountTag?: string;
  /** The run in its one spelling, see `canonicalId`. */
  readonly runId?: string;
  /** To whom upstream has shown the change; see `Credential`. */
  readonly identity?: string;
  /** Whether what upstream has answered to that one is remembered already. */
  readonly isAnswered?: boolean;
  /** Whether another replica was told so, and has passed it on. */
  readonly isRelayed?: boolean;
  /** How long ago it was said, in milliseconds; left out: just now. */
  readonly agoMs?: number;
  /** What was read then: the name of a list that is watched, hashed, or `runs`. */
  readonly reading?: string;
}

/** What stands for a linked account where others can read: it tells accounts apart, and not what they are called. */
export function accountTagOf(linkedAccountId: string): string {
  return createHash('sha256').update(linkedAccountId).digest('base64url');
}
