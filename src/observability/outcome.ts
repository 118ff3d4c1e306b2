import type { LogFields } from './logger.ts';
import type { ClientName } from './client-name.ts';

/** What can become of an operation's document, for who wants to know. */
export const DOCUMENT_OUTCOMES = ['trusted', 'registered', 'unknown', 'refused', 'not_found'] as const;
export type DocumentOutcome = (typeof DOCUMENT_OUTCOMES)[number];

/** How an operation went, noted while it runs for its line in the log. */
export interface Outcome {
  /** The operation's name, where it has one. */
  operation: string | null;
  /** What kind of operation it is; null: it did not come as far as that. */
  type: 'query' | 'mutation' | 'subscription' | null;
  /** How many upstream calls it could need, by the estimate. Null where it did not come as far as that. */
  requestedCost: number | null;
  /** The values that its answer could have, by the same. */
  nodes: number;
  /** Whether its answer depends on upstream's answers, the arguments and the schema alone, as far as is known. */
  isPure: boolean;
  /** Where its document stands, and which one it is; null: nobody wants to know. */
  document: { readonly outcome: DocumentOutcome; readonly id: string | null } | null;
  /** The codes of its errors. */
  readonly codes: Set<string>;
  /** Where elements of lists were left out of its answer. */
  readonly leftOut: LeftOut[];
  /** Reports that its answer was given to another one who asks the same. Null: nobody wants to know. */
  reportReuse: ((client: ClientName | null) => void) | null;
}

/** Elements of a list that upstream sent and nobody could read. */
export interface LeftOut {
  /** Of the list, in the answer. */
  readonly path: readonly (string | number)[];
  readonly count: number;
}

/** The outcome of an operation that has not begun. */
export function createOutcome(): Outcome {
  return {
    operation: null,
    type: null,
    requestedCost: null,
    nodes: 0,
    isPure: false,
    document: null,
    codes: new Set(),
    leftOut: [],
    reportReuse: null,
  };
}

/** What the log says of an operation's document. */
export function documentIn({ document }: Outcome): Pick<LogFields, 'document' | 'documentId'> | null {
  return document && { document: document.outcome, documentId: document.id };
}
