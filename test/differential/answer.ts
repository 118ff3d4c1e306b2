/** A GraphQL answer of the gateway, as far as it is judged. */
export interface GatewayAnswer {
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly errors: readonly AnswerError[];
  readonly extensions?: { readonly upstream?: { readonly calls: number } };
}

/** One of its errors. */
export interface AnswerError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: { readonly code: string };
}

/** A row, as the list's text asks for it. */
export interface AnswerRow {
  readonly id: string;
  readonly status?: string;
  readonly rawStatus: string | null;
  readonly createdAt: string | null;
  readonly source: string | null;
  readonly type: string | null;
  readonly durationMs: number | null;
  readonly workflow: { readonly id: string; readonly name?: string | null } | null;
  readonly application?: { readonly id: string } | null;
}

/** `executions`, as the list's text asks for it. */
export interface AnswerList {
  readonly totalCount: number | null;
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
    readonly currentPage: number | null;
    readonly pageSize: number | null;
    readonly totalPages: number | null;
    readonly nextPage: number | null;
    readonly previousPage: number | null;
    readonly startIndex: number | null;
  };
  readonly nodes: readonly AnswerRow[];
  readonly edges: readonly { readonly cursor: string; readonly node: { readonly id: string } }[];
}

/** How many runs are in a state. */
export interface AnswerState {
  readonly status: string;
  readonly count: number | null;
}

/** `executionCounts`, with what was asked for. */
export interface AnswerCounts {
  readonly total?: number | null;
  readonly byStatus?: readonly AnswerState[];
  readonly buckets?: {
    readonly partial: boolean;
    readonly missing: readonly string[];
    readonly nodes: readonly {
      readonly start: string;
      readonly total: number | null;
      readonly byStatus: readonly AnswerState[] | null;
    }[];
  };
}

/** How many calls upstream an answer says that it took. */
export function callsOf({ extensions }: GatewayAnswer): number {
  return extensions?.upstream?.calls ?? 0;
}
