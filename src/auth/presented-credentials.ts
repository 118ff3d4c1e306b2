import { badInput, unauthenticated } from '../domain/errors.ts';

/** Headers, or what stands for them on a WebSocket: lower-case names, and every value that came under each. */
export type SignInHeaders = Readonly<Record<string, readonly string[] | undefined>>;

/** What a caller signs in with, checked for form only. Null: not presented. */
export interface PresentedCredentials {
  /** The token behind `Authorization: Bearer`. */
  readonly bearer: string | null;
  /** `x-api-key`. */
  readonly apiKey: string | null;
  /** `linked_account_id`, or the spelling that proxies let through, `linked-account-id`. */
  readonly linkedAccountId: string | null;
}

/** Tokens longer than this are refused unread, and so are longer keys. */
const MAX_CREDENTIAL_LENGTH = 8192;
const CREDENTIAL = /^[\x21-\x7e]+$/;

/**
 * Reads what a caller signs in with.
 * @throws BAD_USER_INPUT when there are two of anything: which one is meant would be a guess
 * @throws UNAUTHENTICATED when a credential is not of the form it must have
 */
export function readPresented(headers: SignInHeaders): PresentedCredentials {
  const authorization = only(headers, 'authorization');
  const apiKey = only(headers, 'x-api-key');
  if (authorization !== null && apiKey !== null) {
    throw badInput('Sign in with either authorization or x-api-key, not with both');
  }
  return {
    bearer: authorization === null ? null : bearerOf(authorization),
    apiKey: apiKey === null ? null : checkCredential('x-api-key', apiKey),
    // A bearer token names its linked account itself; a header beside it must not have a say.
    linkedAccountId: apiKey === null ? null : linkedAccountOf(headers),
  };
}

function only(headers: SignInHeaders, name: string): string | null {
  const values = headers[name] ?? [];
  if (values.length > 1) throw badInput(`${name} was sent more than once`);
  return values[0] ?? null;
}

function bearerOf(authorization: string): string {
  const [, token] = /^Bearer +(.+)$/i.exec(authorization) ?? [];
  if (token === undefined) throw unauthenticated('authorization must be: Bearer, a space and a token');
  return checkCredential('The bearer token', token.trim());
}

function checkCredential(what: string, value: string): string {
  if (value.length > MAX_CREDENTIAL_LENGTH) throw unauthenticated(`${what} is too long`);
  if (!CREDENTIAL.test(value)) throw unauthenticated(`${what} has characters that it cannot have`);
  return value;
}

function linkedAccountOf(headers: SignInHeaders): string | null {
  const underscored = only(headers, 'linked_account_id');
  const hyphenated = only(headers, 'linked-account-id');
  if (underscored !== null && hyphenated !== null && underscored !== hyphenated) {
    throw badInput('linked_account_id and linked-account-id name different accounts');
  }
  return underscored ?? hyphenated;
}
