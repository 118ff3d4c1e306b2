import { createPublicKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';

/** A key that tokens can be verified with. */
export const publicKey = z.string().transform((value, context): KeyObject => {
  const key = publicKeyOf(value.replaceAll('\\n', '\n'));
  if (typeof key !== 'string') return key;
  context.addIssue({ code: 'custom', message: key });
  return z.NEVER;
});

/** The key, or what is wrong with it. */
function publicKeyOf(pem: string): KeyObject | string {
  // Node.js would work the public key out, and the private one would go on lying about in the environment.
  if (pem.includes('PRIVATE KEY'))
    return 'must be the public key: the private one belongs to your product alone';
  try {
    const key = createPublicKey(pem);
    return verifiesTokens(key)
      ? key
      : 'must be an RSA key of at least 2048 bits, or an EC key of the curve P-256';
  } catch {
    return 'must be a public key in PEM form';
  }
}

/** Whether tokens signed with RS256 or ES256 can be verified with it. */
function verifiesTokens({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): boolean {
  if (type === 'rsa') return (details?.modulusLength ?? 0) >= 2048;
  return type === 'ec' && details?.namedCurve === 'prime256v1';
}
