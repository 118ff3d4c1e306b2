/** What a page may do that is none: nothing, and nobody may frame it. */
const NO_PAGE = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The methods that `/graphql` is asked with, as `Allow` has them. */
export const METHODS = 'GET, OPTIONS, POST';
/** The same of `/graphql/stream`. */
export const STREAM_METHODS = 'DELETE, GET, OPTIONS, POST, PUT';

/** What every answer has. */
export function headersFor(requestId: string) {
  return {
    'x-request-id': requestId,
    'cache-control': 'no-store',
    vary: 'authorization, x-api-key, linked_account_id, linked-account-id, Origin',
    'content-security-policy': NO_PAGE,
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  };
}

/** A refusal in the shape of a GraphQL answer, so that clients read all of them alike. */
export function errorBody(message: string, code: string, details: Readonly<Record<string, unknown>> = {}) {
  return { errors: [{ message, extensions: { code, ...details } }] };
}

/** What is answered where something is wrong here: it says no more than that. */
export const DEFECT_BODY = errorBody('Something went wrong here', 'INTERNAL_SERVER_ERROR');
