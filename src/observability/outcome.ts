/** How an operation went, noted while it runs for its line in the log. */
export interface Outcome {
  /** The operation's name, where it has one. */
  operation: string | null;
  /** How many upstream calls it could need, by the estimate. Null where it did not come as far as that. */
  requestedCost: number | null;
  /** The codes of its errors. */
  readonly codes: Set<string>;
  /** Where elements of lists were left out of its answer. */
  readonly leftOut: LeftOut[];
}

/** Elements of a list that upstream sent and nobody could read. */
export interface LeftOut {
  /** Of the list, in the answer. */
  readonly path: readonly (string | number)[];
  readonly count: number;
}

/** The outcome of an operation that has not begun. */
export function createOutcome(): Outcome {
  return { operation: null, requestedCost: null, codes: new Set(), leftOut: [] };
}
