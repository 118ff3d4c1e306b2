import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createSecretKey,
  randomBytes,
  type KeyObject,
} from 'node:crypto';

/** Makes texts unreadable to whoever does not hold the credentials, and reads its own again. */
export interface Seal {
  /** @param about what the text belongs to: it opens for nothing else */
  close(text: string, about: string): string;
  /** The text; null unless it was closed with the same credentials, about the same, and is whole. */
  open(sealed: string, about: string): string | null;
}

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Builds the seal of these credentials. What is kept where others can read or write it is closed with it: there it can
 * neither be read nor be made to answer somebody else.
 * @param parts all that makes up the credentials
 */
export function createSeal(...parts: readonly string[]): Seal {
  let derived: KeyObject | null = null;
  // Most callers never need it.
  const key = () => (derived ??= keyOf(parts));
  return {
    close: (text, about) => {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, key(), nonce).setAAD(Buffer.from(about));
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64');
    },
    open: (sealed, about) => {
      try {
        const bytes = Buffer.from(sealed, 'base64');
        const decipher = createDecipheriv(CIPHER, key(), bytes.subarray(0, NONCE_BYTES), {
          authTagLength: TAG_BYTES,
        })
          .setAAD(Buffer.from(about))
          .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
        const body = bytes.subarray(NONCE_BYTES + TAG_BYTES);
        return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
      } catch {
        return null;
      }
    },
  };
}

/** JSON keeps the parts apart. The word keeps the key apart from an identity, which everybody may see. */
function keyOf(parts: readonly string[]): KeyObject {
  return createSecretKey(
    createHash('sha256')
      .update(JSON.stringify(['seal', ...parts]))
      .digest(),
  );
}
