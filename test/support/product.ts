import { exportSPKI, generateKeyPair, SignJWT, type JWTPayload } from 'jose';

/** Who signs the product's tokens. */
export const ISSUER = 'https://login.example.com';
const AUDIENCE = 'refold-gateway';

/** A pair of keys, of which the private one signs. */
export type Pair = Awaited<ReturnType<typeof generateKeyPair>>;

/** A token that makes these claims, signed. */
export function signToken(
  claims: JWTPayload,
  header: { readonly alg: string; readonly kid?: string },
  key: Pair['privateKey'],
): Promise<string> {
  return new SignJWT(claims).setProtectedHeader(header).sign(key);
}

/**
 * The time of day so many seconds from now, as tokens have it: in seconds.
 * @param nowMs the gateway's own time of day, where it has one
 */
export function inSeconds(seconds: number, nowMs = Date.now()): number {
  return Math.floor(nowMs / 1000) + seconds;
}

export function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}

/** A customer's own product, whose tokens a gateway takes that runs with its `env`. */
export async function createProduct() {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  /** A token of a user of that linked account, good for an hour unless told otherwise. */
  const tokenOf = (linkedAccountId: string, exp = inSeconds(3600)) =>
    signToken(
      { iss: ISSUER, aud: AUDIENCE, exp, linked_account_id: linkedAccountId },
      { alg: 'ES256' },
      privateKey,
    );
  return {
    env: {
      REFOLD_API_KEY: 'tk_demo',
      JWT_PUBLIC_KEY: await exportSPKI(publicKey),
      JWT_ISSUER: ISSUER,
      JWT_AUDIENCE: AUDIENCE,
    },
    tokenOf,
    /** The headers of such a user. */
    signIn: async (linkedAccountId: string) => bearer(await tokenOf(linkedAccountId)),
  };
}
