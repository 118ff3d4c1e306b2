import { generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import type { Account } from './accounts.ts';

/** The product whose customers are shown their run history: it signs its own tokens. */
export interface Product {
  /** What the gateway is told of its tokens. */
  readonly settings: Readonly<Record<'JWT_ISSUER' | 'JWT_AUDIENCE' | 'JWT_PUBLIC_KEY', string>>;
  /** A token of somebody who works at that customer. */
  readonly tokenOf: (account: Account, seconds: number) => Promise<string>;
}

const ISSUER = 'https://demo.example.com/';
const AUDIENCE = 'refold-gateway';

/** A product with a key that nobody else has. */
export function createProduct(): Product {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    settings: {
      JWT_ISSUER: ISSUER,
      JWT_AUDIENCE: AUDIENCE,
      JWT_PUBLIC_KEY: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    },
    tokenOf: (account, seconds) =>
      new SignJWT({ linked_account_id: account })
        .setProtectedHeader({ alg: 'ES256' })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setIssuedAt()
        .setExpirationTime(`${String(seconds)} seconds`)
        .sign(privateKey),
  };
}
