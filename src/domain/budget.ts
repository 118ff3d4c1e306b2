/**
 * Whose requests the figures of a budget count: all of this deployment's, those by one API key, those by the session
 * tokens of this deployment (whose organisation nobody knows), or those for one linked account.
 */
export type BudgetScope = 'DEPLOYMENT' | 'API_KEY' | 'SESSION_TOKENS' | 'LINKED_ACCOUNT';

/** What is left, at one moment, of the upstream requests that a caller may cause. */
export interface UpstreamBudget {
  readonly scope: BudgetScope;
  /** How many requests may go at once after a pause. */
  readonly maximum: number;
  /** How many may go at once now. */
  readonly available: number;
  /** How many more may go with every second. */
  readonly restorePerSecond: number;
  /** How many wait for their turn. */
  readonly queued: number;
}
