import { apiKeyCredential, type Credential } from '../domain/credential.ts';
import { createSeal } from '../domain/seal.ts';
import { hashOf, type JobRecord } from './record.ts';

/** The API key that the gateway holds for its callers, as far as jobs need it: they may go on without their callers. */
export interface HeldKey {
  /** What tells this key from others, and tells nothing of it. */
  readonly name: string;
  /** The linked account of a job, sealed for its record; null where its caller brings credentials of their own. */
  accountOf(credential: Credential, id: string): string | null;
  /** The credential that the job was started with; null unless it was this key. */
  credentialOf(record: Pick<JobRecord, 'owner' | 'id' | 'account'>): Credential | null;
}

/** Where the key itself goes: into credentials alone. */
export function createHeldKey(apiKey: string): HeldKey {
  const seal = createSeal('bulk jobs', apiKey);
  const about = ({ owner, id }: Pick<JobRecord, 'owner' | 'id'>) => `${owner}:${id}`;
  return {
    name: hashOf(JSON.stringify(['bulk jobs', apiKey])),
    accountOf: ({ kind, identity, linkedAccountId }, id) =>
      kind === 'SERVER_KEY' ? seal.close(linkedAccountId, about({ owner: identity, id })) : null,
    credentialOf: (record) => {
      const linkedAccountId = record.account === null ? null : seal.open(record.account, about(record));
      return linkedAccountId === null ? null : apiKeyCredential('SERVER_KEY', apiKey, linkedAccountId);
    },
  };
}
