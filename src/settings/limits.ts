import { whole } from './readers.ts';
import { limit, optional, type ValuesOf } from './setting.ts';

const DOCUMENT = '400, `GRAPHQL_VALIDATION_FAILED`';
const INPUT = '400, `GRAPHQL_VALIDATION_FAILED` in the document, `BAD_USER_INPUT` in variables';

/** What one request may be, and what it may ask for. */
export const LIMIT_SETTINGS = {
  MAX_BODY_BYTES: limit(
    whole(1024, 16_777_216),
    '102400',
    'The largest body of a request, in bytes.',
    '413, `BAD_REQUEST`',
  ),
  MAX_DOCUMENT_LENGTH: limit(
    whole(1, 16_777_216),
    '65536',
    'The longest document, in characters, comments included.',
    '400, `GRAPHQL_PARSE_FAILED`',
  ),
  MAX_TOKENS: limit(
    whole(1, 100_000),
    '5000',
    'The most tokens of a document.',
    '400, `GRAPHQL_PARSE_FAILED`',
  ),
  MAX_OPERATIONS: limit(whole(1, 1000), '20', 'The most operations of a document.', DOCUMENT),
  MAX_FRAGMENTS: limit(whole(0, 1000), '50', 'The most fragments of a document.', DOCUMENT),
  MAX_VARIABLES: limit(whole(0, 1000), '100', 'The most variables of an operation.', DOCUMENT),
  MAX_DEPTH: limit(
    whole(1, 100),
    '20',
    'How deep fields may lie within fields, fragments written out.',
    DOCUMENT,
  ),
  MAX_SELECTIONS: limit(
    whole(1, 100_000),
    '2000',
    'The most fields and fragments that a document selects, fragments written out.',
    DOCUMENT,
  ),
  MAX_ALIASES: limit(
    whole(0, 10_000),
    '100',
    'The most fields with an alias, fragments written out.',
    DOCUMENT,
  ),
  MAX_REPEATED_FIELDS: limit(
    whole(1, 10_000),
    '25',
    'How often a field may stand in one place, and how many fragments, fragments written out.',
    DOCUMENT,
  ),
  MAX_DIRECTIVES: limit(whole(0, 10_000), '100', 'The most directives, fragments written out.', DOCUMENT),
  MAX_DIRECTIVES_IN_PLACE: limit(whole(0, 100), '5', 'The most directives in one place.', DOCUMENT),
  MAX_LIST_SIZE: limit(
    whole(1, 100_000),
    '1000',
    'The most values of a list in an argument or a variable. A list of `MAX_BULK_SIZE` always fits.',
    INPUT,
  ),
  MAX_INPUT_DEPTH: limit(
    whole(1, 100),
    '10',
    'How deep lists and objects may lie within an argument or a variable.',
    INPUT,
  ),
  MAX_INPUT_VALUES: limit(
    whole(1, 100_000),
    '2500',
    'The most values in all variables together, those in lists and objects included.',
    '400, `BAD_USER_INPUT`',
  ),
  MAX_RESPONSE_NODES: limit(
    whole(1, 10_000_000),
    '15000',
    'The most values that an answer may have: fields times rows, as [estimated](cost.md#what-an-answer-may-be) before it runs.',
    '400, `COST_LIMIT_EXCEEDED`',
  ),
  TRUSTED_MAX_RESPONSE_NODES: {
    ...optional(
      whole(1, 10_000_000),
      'The same for [trusted documents](trusted-documents.md), under `prefer` and `only`. Unset, or less: as `MAX_RESPONSE_NODES`.',
    ),
    error: '400, `COST_LIMIT_EXCEEDED`',
  },
  MAX_RESPONSE_BYTES: limit(
    whole(1024, 268_435_456),
    '4194304',
    'About how large an answer may be. What does not fit any more is null; that a change was made is told all the same.',
    '`COST_LIMIT_EXCEEDED` on its path',
  ),
  MAX_PAGE_SIZE: limit(
    whole(1, 1000),
    '100',
    'The largest page that may be asked for. Upstream is never asked for more in one call.',
    '`BAD_USER_INPUT`',
  ),
  MAX_BULK_SIZE: limit(
    whole(1, 1000),
    '500',
    'How many executions may be stopped or run again at once.',
    '`BAD_USER_INPUT`',
  ),
  OPERATION_TIMEOUT_MS: limit(
    whole(1, 600_000),
    '5000',
    'How long one GraphQL operation may take, retries included.',
    '`UPSTREAM_TIMEOUT`',
  ),
};

/** The same by its names in the code. */
export function limitsOf(values: ValuesOf<typeof LIMIT_SETTINGS>) {
  return {
    maxBodyBytes: values.MAX_BODY_BYTES,
    maxDocumentLength: values.MAX_DOCUMENT_LENGTH,
    maxTokens: values.MAX_TOKENS,
    maxOperations: values.MAX_OPERATIONS,
    maxFragments: values.MAX_FRAGMENTS,
    maxVariables: values.MAX_VARIABLES,
    maxDepth: values.MAX_DEPTH,
    maxSelections: values.MAX_SELECTIONS,
    maxAliases: values.MAX_ALIASES,
    maxRepeatedFields: values.MAX_REPEATED_FIELDS,
    maxDirectives: values.MAX_DIRECTIVES,
    maxDirectivesInPlace: values.MAX_DIRECTIVES_IN_PLACE,
    maxListSize: Math.max(values.MAX_LIST_SIZE, values.MAX_BULK_SIZE),
    maxInputDepth: values.MAX_INPUT_DEPTH,
    maxInputValues: values.MAX_INPUT_VALUES,
    maxResponseNodes: values.MAX_RESPONSE_NODES,
    maxPreferredResponseNodes: Math.max(values.MAX_RESPONSE_NODES, values.TRUSTED_MAX_RESPONSE_NODES ?? 0),
    maxResponseBytes: values.MAX_RESPONSE_BYTES,
    maxPageSize: values.MAX_PAGE_SIZE,
    /** How many executions one bulk change may be about. */
    maxBulkSize: values.MAX_BULK_SIZE,
    operationTimeoutMs: values.OPERATION_TIMEOUT_MS,
  };
}
