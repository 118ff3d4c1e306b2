import type { ApolloServerOptions, BaseContext } from '@apollo/server';
import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import { documentBytesOf } from './plan/document-bytes.ts';

/** What Apollo Server remembers documents in that were parsed and found to be valid. */
type DocumentStore = NonNullable<ApolloServerOptions<BaseContext>['documentStore']>;

/** Some hundreds of those that a page asks with. */
const MAX_BYTES = 16_777_216;

/**
 * Builds an empty store. Apollo Server's own counts a document as long as its JSON is, which is a quarter of what it takes,
 * and where it has comments a three hundredth.
 */
export function createDocumentStore(): DocumentStore {
  const documents = new LRUCache<string, DocumentNode>({
    maxSize: MAX_BYTES,
    sizeCalculation: documentBytesOf,
  });
  return {
    get: (key) => Promise.resolve(documents.get(key)),
    set: (key, document) => {
      documents.set(key, document);
      return Promise.resolve();
    },
    delete: (key) => Promise.resolve(documents.delete(key)),
  };
}
