import { hash } from 'node:crypto';

const CHECKSUM_LENGTH = 12;

/**
 * Writes a text so that it is opaque, and tied to a name. Whoever reads it writes it again and compares: so one of
 * another name, or a mangled one, is told apart. It is no secret and grants nothing.
 */
export function opaqueOf(name: string, text: string): string {
  const checksum = hash('sha256', `${name}\n${text}`, 'base64url').slice(0, CHECKSUM_LENGTH);
  return Buffer.from(`${checksum}${text}`).toString('base64url');
}

/** The text in what `opaqueOf` has written; null: it is longer than any of its kind. */
export function textIn(opaque: string, maxLength: number): string | null {
  return opaque.length > maxLength
    ? null
    : Buffer.from(opaque, 'base64url').toString().slice(CHECKSUM_LENGTH);
}
