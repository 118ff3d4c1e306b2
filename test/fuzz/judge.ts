import { canaryIn } from './canaries.ts';
import type { Reply } from './exchange.ts';
import type { Input } from './target.ts';

/** What a client may be told, besides the reasons of GraphQL itself. */
const CODES = new Set([
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'BAD_USER_INPUT',
  'RATE_LIMITED',
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_UNAVAILABLE',
  'UPSTREAM_BAD_RESPONSE',
  'NOT_SUPPORTED',
  'OVERLOADED',
  'COST_LIMIT_EXCEEDED',
  'BAD_REQUEST',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  'PERSISTED_QUERY_NOT_FOUND',
]);
const INTERNALS = /\n {4}at |node_modules|file:\/\/|INTERNAL_SERVER_ERROR|Maximum call stack/;
/** What it says while it sheds load: an honest refusal. */
const OVERLOADED = 503;

/** What is wrong with a reply; null: nothing. */
export function complaintOf(input: Input, reply: Reply): string | null {
  return anyComplaintOf(reply, input.isRaw === true) ?? input.judge?.(reply) ?? null;
}

function anyComplaintOf(reply: Reply, isRaw: boolean): string | null {
  if (reply.kind === 'hung') return 'there is no answer';
  if (reply.kind === 'closed') return isRaw ? null : 'the connection is closed without an answer';
  const { status, head, body } = reply;
  const canary = canaryIn(head) ?? canaryIn(body);
  if (canary !== null) return `the answer has a canary: ${canary}`;
  if (INTERNALS.test(body)) return 'the answer tells of internals';
  if (status >= 500 && status !== OVERLOADED) return `the status is ${String(status)}`;
  return /^content-type: application\/(graphql-response\+)?json/im.test(head) && body !== ''
    ? bodyComplaintOf(status, body)
    : null;
}

interface Body {
  readonly data?: unknown;
  readonly errors?: readonly { readonly extensions?: { readonly code?: unknown } }[];
}

function bodyComplaintOf(status: number, text: string): string | null {
  let body: Body;
  try {
    body = JSON.parse(text) as Body;
  } catch {
    return 'the answer is not JSON';
  }
  const codes = (body.errors ?? []).map(({ extensions }) => String(extensions?.code));
  const strange = codes.find((code) => !CODES.has(code));
  if (strange !== undefined) return `an error has the code ${strange}`;
  if (status === 400 && codes.length !== 1) return 'there is not one error for one refusal';
  return null;
}
