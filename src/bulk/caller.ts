import type { Credential } from '../domain/credential.ts';
import type { Operation } from '../upstream/operation.ts';
import type { Upstream } from '../upstream/endpoints/upstream.ts';

/** Who wants something, and during which operation. */
export interface BulkCaller {
  /** Throws when the caller is not signed in. */
  readonly credential: () => Credential;
  readonly operation: Operation;
  readonly upstream: Upstream;
}
