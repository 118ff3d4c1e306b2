import { decodeJwt, type JWTPayload } from 'jose';

/** What a token claims, unverified; nothing for one that is no JWT at all. */
export function claimsOf(token: string): JWTPayload {
  try {
    return decodeJwt(token);
  } catch {
    return {};
  }
}
