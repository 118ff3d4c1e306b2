import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import type { Clock } from '../clock.ts';
import { networkCauseOf } from '../observability/network-cause.ts';

/** How long it may take to fetch the keys, to the last byte. */
const FETCH_MS = 2000;
/** A set of keys that is larger is not read any further: a key with its certificates takes about 5 KB. */
const MAX_BYTES = 262_144;
const MAX_KEYS = 100;

/** Something was answered, or nothing in time, and it is no set of keys. */
class KeySetError extends Error {
  /** In a word, for the log. */
  override readonly cause: string;

  constructor(message: string, cause: string) {
    super(message);
    this.cause = cause;
  }
}

/** Why keys could not be fetched, in a word for the log: nothing of what was answered, or of where it came from. */
export function causeOfTrouble(error: unknown): string {
  if (error instanceof KeySetError) return error.cause;
  if (error instanceof SyntaxError || error instanceof errors.JOSEError) return 'bad answer';
  const { cause } = (error ?? {}) as { readonly cause?: { readonly code?: string } };
  return networkCauseOf(cause?.code ?? '');
}

/**
 * Fetches published keys; rejects when they cannot be had, or are not what they should be: JSON, uncompressed, at that
 * very address, within `MAX_BYTES`, `MAX_KEYS` and `FETCH_MS`.
 */
export async function fetchKeySet(url: URL, clock: Clock): Promise<JWTVerifyGetKey> {
  const over = new AbortController();
  const cancel = clock.after(FETCH_MS, () => {
    over.abort(new KeySetError('The keys were not there in time', 'timeout'));
  });
  try {
    const response = await fetch(url, {
      signal: over.signal,
      // Whoever can redirect could name any keys, so none is followed: its status is told like any other.
      redirect: 'manual',
      headers: { accept: 'application/json, application/jwk-set+json', 'accept-encoding': 'identity' },
    });
    checkHead(response);
    return readKeys(await readText(response));
  } finally {
    cancel();
    // What is not read to its end is let go of.
    over.abort();
  }
}

function checkHead({ status, headers }: Response): void {
  if (status !== 200) throw new KeySetError('The keys are not there', `status ${String(status)}`);
  const type = headers.get('content-type');
  if (type !== null && !/^[^;]*\bjson\b/i.test(type)) throw unfit('The keys are not JSON');
  // What needs no unpacking cannot be a small bomb.
  if ((headers.get('content-encoding') ?? 'identity') !== 'identity') throw unfit('The keys are compressed');
  if (Number(headers.get('content-length')) > MAX_BYTES) throw tooLarge();
}

async function readText({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function readKeys(text: string): JWTVerifyGetKey {
  const set = JSON.parse(text) as JSONWebKeySet;
  // It checks the shape first.
  const keys = createLocalJWKSet(set);
  if (set.keys.length > MAX_KEYS) throw tooLarge();
  return keys;
}

function tooLarge(): KeySetError {
  return unfit('The set of keys is too large');
}

function unfit(message: string): KeySetError {
  return new KeySetError(message, 'bad answer');
}
