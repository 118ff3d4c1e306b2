import { hash } from 'node:crypto';

/** What a request says of its document, besides its text. */
export interface AskedDocument {
  /** The text; empty: none. */
  readonly query: string;
  /** As it came, from a body or an address. */
  readonly documentId: unknown;
  /** `extensions.persistedQuery`, as it came. */
  readonly persistedQuery: unknown;
}

/** By what a document is asked for. */
export interface DocumentId {
  readonly isOfApollo: boolean;
  readonly value: string;
  /** The document's SHA-256, where that is what it is. */
  readonly sha256: string | null;
}

const PREFIX = 'sha256:';
const SHA256 = /^[\da-f]{64}$/;

/** The SHA-256 of a document, in lower-case hexadecimals. */
export function sha256Of(text: string): string {
  return hash('sha256', text, 'hex');
}

/** The SHA-256 that an id is, with its prefix or without; null: it is something else. */
export function sha256In(id: string): string | null {
  const payload = id.startsWith(PREFIX) ? id.slice(PREFIX.length) : id;
  return SHA256.test(payload) ? payload : null;
}

/** Whether an id says of itself that it is a SHA-256, be it one or not. */
export function claimsSha256(id: string): boolean {
  return id.startsWith(PREFIX) || /^[\da-f]{64}$/i.test(id);
}

/** The id for logs, of a document. */
export function shownIdOf(sha256: string): string {
  return PREFIX + sha256;
}

/** Reads `documentId`, of the GraphQL-over-HTTP draft. Null: it is malformed. */
export function readDocumentId(documentId: unknown): DocumentId | null {
  if (typeof documentId !== 'string') return null;
  return { isOfApollo: false, value: documentId, sha256: sha256In(documentId) };
}

/** Reads `extensions.persistedQuery`, of Apollo's clients. Null: it is malformed. */
export function readPersistedQuery(persistedQuery: unknown): DocumentId | null {
  if (typeof persistedQuery !== 'object' || persistedQuery === null) return null;
  const { version, sha256Hash } = persistedQuery as { version?: unknown; sha256Hash?: unknown };
  if (version !== 1 || typeof sha256Hash !== 'string') return null;
  return { isOfApollo: true, value: sha256Hash, sha256: sha256In(sha256Hash) };
}
