import { decodeJwt, type JWTPayload } from 'jose';

/** What a token claims, unverified; nothing for one that is no JWT at all. */
export function claimsOf(token: string): JWTPayload {
  // Most of those are told by their looks: an error with its stack costs as much as reading a token.
  if (token.split('.', 4).length !== 3) return {};
  try {
    return decodeJwt(token);
  } catch {
    return {};
  }
}
