import type { Execution } from './model.ts';

/** `PRESENT`: it was there when the subscription began, or begins again. The others happened since. */
export type ExecutionChangeKind = 'PRESENT' | 'CREATED' | 'UPDATED' | 'ENDED';

/** What happened to one run, and its state then. */
export interface ExecutionChange {
  readonly kind: ExecutionChangeKind;
  readonly execution: Execution;
}

/** What happened in a list between two readings of it. What all viewers of a list are told is one and the same object. */
export interface ExecutionChanges {
  /** Those of one run in the order in which they happened. */
  readonly changes: readonly ExecutionChange[];
  /** Where to go on from. */
  readonly cursor: string;
  /** When upstream answered, the time of day. */
  readonly asOf: Date;
}
