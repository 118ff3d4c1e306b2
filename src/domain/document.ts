/**
 * Where a document stands: one of the gateway's own, one of the operator's list, one that a client has registered, or one
 * that nobody knows.
 */
export type DocumentStanding = 'own' | 'trusted' | 'registered' | 'unknown';

/** The document of an operation, once it is settled which one that is. */
export interface SettledDocument {
  readonly text: string;
  readonly standing: DocumentStanding;
  /** Whether its answer may be larger than that of others. */
  readonly isPreferred: boolean;
}
