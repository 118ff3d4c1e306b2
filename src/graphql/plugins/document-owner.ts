import type { DocumentStore } from '../document-store.ts';
import type { OperationPlugin } from './compose.ts';

/** Says whose a document is that may have to be remembered. All who have not signed in are one. */
export function createDocumentOwner(store: Pick<DocumentStore, 'note'>): OperationPlugin {
  return {
    didResolveSource: ({ queryHash, contextValue: { isSignedIn, credential } }) => {
      store.note(queryHash, isSignedIn ? credential().identity : '');
    },
  };
}
