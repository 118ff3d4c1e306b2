/** What every answer has. */
export function headersFor(requestId: string) {
  return {
    'x-request-id': requestId,
    'cache-control': 'no-store',
    vary: 'authorization, x-api-key, linked_account_id, linked-account-id',
    'x-content-type-options': 'nosniff',
  };
}

/** A refusal in the shape of a GraphQL answer, so that clients read all of them alike. */
export function errorBody(message: string, code: string) {
  return { errors: [{ message, extensions: { code } }] };
}
