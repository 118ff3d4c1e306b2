/** The ways of signing in that are on. */
export interface SignInWays {
  readonly sessionToken: boolean;
  readonly apiKey: boolean;
}

/** Headers to sign in with, in a way that is on; the demo takes them as they are, but for the last. */
export function exampleHeaders({ apiKey, sessionToken }: SignInWays): Readonly<Record<string, string>> {
  if (apiKey) return { 'x-api-key': 'tk_demo', linked_account_id: 'demo@example.com' };
  if (sessionToken) return { authorization: 'Bearer session-demo' };
  return { authorization: 'Bearer <token of your product>' };
}
