import { createHash, timingSafeEqual } from 'node:crypto';
import type { SigningKey } from './signing-key.ts';

/** A webhook that one of the keys has signed. */
export interface Signed {
  readonly key: SigningKey;
  /** Tells its content from others, and to nobody without the key what it is. */
  readonly contentHash: string;
}

/** An HMAC-SHA256 in hexadecimal digits. */
const SIGNATURE = /^[\da-f]{64}$/i;

/**
 * Checks who has signed a body; null: nobody who may. Every key is tried, and in constant time, so that how long it takes
 * tells neither which of them it was nor how much of a signature is right.
 * @param signature as it came in the header
 */
export function signedBy(keys: readonly SigningKey[], body: Buffer, signature: string): Signed | null {
  if (!SIGNATURE.test(signature)) return null;
  const given = Buffer.from(signature, 'hex');
  let signed: Signed | null = null;
  for (const key of keys) {
    const expected = key.sign(body);
    const contentHash = createHash('sha256').update(expected).digest('base64url');
    if (expected.length === given.length && timingSafeEqual(expected, given)) signed = { key, contentHash };
  }
  return signed;
}
