import { exportSPKI, generateKeyPair, SignJWT } from 'jose';

const ISSUER = 'https://login.example.com';
const AUDIENCE = 'refold-gateway';

/** A customer's own product, whose tokens a gateway takes that runs with its `env`. */
export async function createProduct() {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  return {
    env: {
      REFOLD_API_KEY: 'tk_demo',
      JWT_PUBLIC_KEY: await exportSPKI(publicKey),
      JWT_ISSUER: ISSUER,
      JWT_AUDIENCE: AUDIENCE,
    },
    /** The headers of a user of that linked account. */
    signIn: async (linkedAccountId: string) => {
      const token = await new SignJWT({ linked_account_id: linkedAccountId })
        .setProtectedHeader({ alg: 'ES256' })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setExpirationTime('5m')
        .sign(privateKey);
      return { authorization: `Bearer ${token}` };
    },
  };
}
