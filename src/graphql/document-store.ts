import type { ApolloServerOptions, BaseContext } from '@apollo/server';
import type { DocumentNode } from 'graphql';
import { Recent } from '../domain/recent.ts';
import { createFairMemory } from '../upstream/fair-memory.ts';
import type { TrustedDocuments } from './documents/trusted.ts';
import { documentBytesOf } from './plan/document-bytes.ts';

/** What Apollo Server remembers documents in that were parsed and found to be valid. */
export interface DocumentStore extends NonNullable<ApolloServerOptions<BaseContext>['documentStore']> {
  /** Says who asks for the document with that hash. */
  note(sha256: string, owner: string): void;
}

/** Some hundreds of those that a page asks with. */
const MAX_BYTES = 16_777_216;
/** Apollo Server puts the schema's hash before a document's. */
const SHA256_LENGTH = 64;
/** More are hardly ever looked at in the same moment. */
const MAX_ASKED = 1000;

/**
 * Builds an empty store. Apollo Server's own counts a document as long as its JSON is, which is a quarter of what it takes,
 * and where it has comments a three hundredth; and there, whoever asks with one document after the other pushes out those of
 * everybody else. Here whoever holds most makes room, and trusted documents take none.
 * @param now milliseconds that only ever go forward
 */
export function createDocumentStore(
  trusted: Pick<TrustedDocuments, 'parsed'>,
  now: () => number,
): DocumentStore {
  const documents = createFairMemory<DocumentNode>({ maxBytes: MAX_BYTES, maxEntryBytes: MAX_BYTES, now });
  const owners = new Recent<string>(MAX_ASKED);
  return {
    note: (sha256, owner) => {
      owners.set(sha256, owner);
    },
    get: (key) => Promise.resolve(trusted.parsed(key.slice(-SHA256_LENGTH)) ?? documents.get(key)),
    set: (key, document) => {
      const owner = owners.get(key.slice(-SHA256_LENGTH)) ?? '';
      documents.set(owner, key, document, documentBytesOf(document));
      return Promise.resolve();
    },
    delete: (key) => {
      documents.delete(key);
      return Promise.resolve();
    },
  };
}
