import type { Credential, Identified } from '../domain/credential.ts';
import { Recent } from '../domain/recent.ts';

/** Which linked account somebody acts for, as far as that is known. */
export interface LinkedAccounts {
  /** Null: a session token, of which no row has told. */
  of(credential: Identified): string | null;
  /** Upstream has shown these credentials a row of that linked account. */
  note(credential: Credential, linkedAccountId: string): void;
}

/** How many session tokens are remembered. */
const MAX_TOKENS = 10_000;

/** Builds an empty memory. */
export function createLinkedAccounts(): LinkedAccounts {
  const ofTokens = new Recent<string>(MAX_TOKENS);
  return {
    of: (credential) =>
      credential.kind === 'SESSION_TOKEN'
        ? (ofTokens.get(credential.identity) ?? null)
        : credential.linkedAccountId,
    note: (credential, linkedAccountId) => {
      if (credential.kind === 'SESSION_TOKEN') ofTokens.set(credential.identity, linkedAccountId);
    },
  };
}
