/** How an operation went, noted while it runs for its line in the log. */
export interface Outcome {
  /** The operation's name, where it has one. */
  operation: string | null;
  /** How many upstream calls it could need, by the estimate. Null where it did not come as far as that. */
  requestedCost: number | null;
  /** The codes of its errors. */
  readonly codes: Set<string>;
}

/** The outcome of an operation that has not begun. */
export function createOutcome(): Outcome {
  return { operation: null, requestedCost: null, codes: new Set() };
}
