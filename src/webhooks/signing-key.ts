import { createHash, createHmac, createSecretKey } from 'node:crypto';
import { createSeal, type Seal } from '../domain/seal.ts';

/** An API key that webhooks are signed with. Nothing shows it. */
export interface SigningKey {
  /** The HMAC-SHA256 of a body. */
  readonly sign: (body: Buffer) => Buffer;
  /** What something is called where others can read: nobody without the key can tell what it is. */
  readonly disguise: (name: string) => string;
  /** Closes what is kept where others can read. */
  readonly seal: Seal;
  /** A hash of the key, as a credential has it. */
  readonly hash: string;
}

/** @param text the API key */
export function createSigningKey(text: string): SigningKey {
  const key = createSecretKey(text, 'utf8');
  const hmac = (data: Buffer | string) => createHmac('sha256', key).update(data);
  return {
    sign: (body) => hmac(body).digest(),
    disguise: (name) => hmac(`name ${name}`).digest('base64url'),
    seal: createSeal('webhook', text),
    hash: createHash('sha256').update(text).digest('base64url'),
  };
}
