import { hash } from 'node:crypto';
import { inspect } from 'node:util';
import type { Environment } from './model.ts';
import { createSeal, type Seal } from './seal.ts';

/** A string that never shows itself: printing, logging or serialising it gives `[secret]`. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The string itself, for the one place that sends it. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [inspect.custom](): string {
    return '[secret]';
  }
}

/**
 * Who is asking upstream. `identity` is a hash of the credential and the linked account: every key of anything
 * that is remembered or shared begins with it, so that one caller's rows cannot reach another.
 */
export type Credential =
  | {
      readonly kind: 'SESSION_TOKEN';
      readonly identity: string;
      readonly token: Secret;
      /** Closes what is kept for these credentials where others could read it. */
      readonly seal: Seal;
      /** When the token says that it ends, epoch milliseconds; null where it does not say. Not verified. */
      readonly expiresAt: number | null;
      /** Upstream alone can read whose token it is, and of which environment. */
      readonly linkedAccountId: null;
      readonly environment: null;
    }
  | {
      /** `API_KEY`: the caller's own key. `SERVER_KEY`: the gateway's key, for a caller with a verified token. */
      readonly kind: 'API_KEY' | 'SERVER_KEY';
      readonly identity: string;
      readonly apiKey: Secret;
      /** Closes what is kept for these credentials where others could read it. */
      readonly seal: Seal;
      /** A hash of the key alone: the same for all linked accounts that it acts for. */
      readonly keyHash: string;
      readonly linkedAccountId: string;
      /** When the verified token of a `SERVER_KEY` ends, epoch milliseconds; null: it does not. */
      readonly expiresAt: number | null;
      /** What the key is for; null where it does not tell. */
      readonly environment: Environment | null;
    };

/** Whom a credential is of, without what proves it: as much of one as may be kept. */
export type Identified = Pick<Credential, 'kind' | 'identity' | 'linkedAccountId'>;

/** A credential of an upstream session token, which upstream alone can read. */
export function sessionTokenCredential(token: string, expiresAt: number | null): Credential {
  return {
    kind: 'SESSION_TOKEN',
    identity: identityOf('session', token),
    token: new Secret(token),
    seal: createSeal('session', token),
    expiresAt,
    linkedAccountId: null,
    environment: null,
  };
}

/** A credential of an API key, acting for one linked account. */
export function apiKeyCredential(
  kind: 'API_KEY' | 'SERVER_KEY',
  apiKey: string,
  linkedAccountId: string,
  expiresAt: number | null = null,
): Credential {
  return {
    kind,
    // Both kinds ask upstream the same question, so they share one identity.
    identity: identityOf('key', apiKey, linkedAccountId),
    apiKey: new Secret(apiKey),
    seal: createSeal('key', apiKey, linkedAccountId),
    keyHash: hash('sha256', apiKey, 'base64url'),
    linkedAccountId,
    expiresAt,
    environment: environmentOf(apiKey),
  };
}

/** Upstream's fact: its API keys tell their environment by how they start. */
function environmentOf(apiKey: string): Environment | null {
  if (apiKey.startsWith('pk')) return 'PRODUCTION';
  return apiKey.startsWith('tk') ? 'TEST' : null;
}

function identityOf(...parts: readonly string[]): string {
  // JSON keeps the parts apart: ["a","bc"] and ["ab","c"] never hash alike.
  return hash('sha256', JSON.stringify(parts), 'base64url');
}
