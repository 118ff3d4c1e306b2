import { GraphQLError, type ASTNode } from 'graphql';

/** How large a request may be, on whatever transport it comes. The settings say what each is for. */
export interface Limits {
  readonly maxDocumentLength: number;
  readonly maxTokens: number;
  readonly maxOperations: number;
  readonly maxFragments: number;
  readonly maxVariables: number;
  readonly maxDepth: number;
  readonly maxSelections: number;
  readonly maxAliases: number;
  readonly maxRepeatedFields: number;
  readonly maxDirectives: number;
  readonly maxDirectivesInPlace: number;
  readonly maxListSize: number;
  readonly maxInputDepth: number;
  readonly maxInputValues: number;
  readonly maxResponseNodes: number;
  /** The same for the documents that the operator vouches for. */
  readonly maxPreferredResponseNodes: number;
  readonly maxResponseBytes: number;
}

/** What a request is refused for before it runs, by the part of it that is at fault. */
type RefusalCode = 'BAD_REQUEST' | 'BAD_USER_INPUT' | 'GRAPHQL_PARSE_FAILED' | 'GRAPHQL_VALIDATION_FAILED';

/** The one error of a request that is refused before it runs: status 400. */
export function refusal(code: RefusalCode, message: string, node?: ASTNode): GraphQLError {
  return new GraphQLError(message, {
    ...(node && { nodes: node }),
    extensions: { code, http: { status: 400 } },
  });
}
