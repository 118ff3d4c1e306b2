import type { Clock } from '../clock.ts';
import type { Credential } from '../domain/credential.ts';
import { unauthenticated, type GatewayError } from '../domain/errors.ts';
import type { Logger } from '../observability/logger.ts';
import { apiKey } from './api-key.ts';
import { readPresented, type PresentedCredentials, type SignInHeaders } from './presented-credentials.ts';
import { createServerKey, type ServerKeyOptions } from './server-key.ts';
import { sessionToken } from './session-token.ts';
import type { Strategy } from './strategy.ts';

/** Which ways of signing in are on. */
export interface AuthOptions {
  readonly sessionToken: boolean;
  readonly apiKey: boolean;
  /** Null: off. */
  readonly serverKey: ServerKeyOptions | null;
}

/**
 * Turns what a request presents into a credential: at once, unless something has to be verified or fetched for it.
 * Throws, or rejects, with UNAUTHENTICATED or BAD_USER_INPUT.
 */
export type Authenticate = (headers: SignInHeaders) => Credential | Promise<Credential>;

/**
 * Builds the sign-in. The order matters: the server-held key takes the tokens of its issuer, and the session token
 * takes every other.
 */
export function createAuthenticate(options: AuthOptions, clock: Clock, logger: Logger): Authenticate {
  const strategies: Strategy[] = [
    ...(options.serverKey === null ? [] : [createServerKey(options.serverKey, clock, logger)]),
    ...(options.sessionToken ? [sessionToken] : []),
    ...(options.apiKey ? [apiKey] : []),
  ];
  const signIn = (
    presented: PresentedCredentials,
    [strategy, ...others]: readonly Strategy[],
  ): Credential | Promise<Credential> => {
    if (strategy === undefined) throw refusalOf(presented, options);
    const credential = strategy(presented);
    if (!(credential instanceof Promise)) return credential ?? signIn(presented, others);
    return credential.then((known) => known ?? signIn(presented, others));
  };
  return (headers) => signIn(readPresented(headers), strategies);
}

function refusalOf({ bearer, apiKey: key }: PresentedCredentials, options: AuthOptions): GatewayError {
  return unauthenticated(
    bearer === null && key === null
      ? `Sign in with ${waysOf(options)}`
      : `This way of signing in is off: use ${waysOf(options)}`,
  );
}

function waysOf(options: AuthOptions): string {
  const ways = [
    ...(options.serverKey === null ? [] : ['authorization: Bearer <token of your product>']),
    ...(options.sessionToken ? ['authorization: Bearer <session token>'] : []),
    ...(options.apiKey ? ['x-api-key and linked_account_id'] : []),
  ];
  return ways.join(', or ');
}
