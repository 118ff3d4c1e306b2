import { sessionTokenCredential } from '../domain/credential.ts';
import type { Strategy } from './strategy.ts';
import { claimsOf } from './claims.ts';

/** Way 1: an upstream session token, forwarded as it is. Upstream alone can tell whether it is good. */
export const sessionToken: Strategy = ({ bearer }) => {
  if (bearer === null) return null;
  const { exp } = claimsOf(bearer);
  return sessionTokenCredential(bearer, typeof exp === 'number' ? exp * 1000 : null);
};
