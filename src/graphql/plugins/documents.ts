import type { GraphQLRequest, GraphQLRequestContext } from '@apollo/server';
import { GraphQLError } from 'graphql';
import type { Context } from '../../context.ts';
import type { AskedDocument } from '../documents/document-id.ts';
import type { Asker, Documents, Settlement } from '../documents/documents.ts';
import type { RawRequest } from '../limits/request.ts';
import type { OperationPlugin } from './compose.ts';
import type { Refusals } from './refusals.ts';

/** Settles documents before they are parsed, and registers them once they are found to be valid. */
export interface DocumentPlugins {
  readonly settle: OperationPlugin;
  /** Comes behind all that may refuse an operation. */
  readonly register: OperationPlugin;
}

/**
 * Builds what puts the document in its place that a request asks for by an id, and refuses what may not run. Whatever the
 * transport, a request passes here before Apollo Server looks at its document.
 */
export function createDocumentPlugins(documents: Documents, refusals: Refusals): DocumentPlugins {
  const toRegister = new WeakMap<Context, string>();

  const take = (requestContext: GraphQLRequestContext<Context>, settlement: Settlement) => {
    const { request, contextValue } = requestContext;
    const { document, registerAs, told } = settlement;
    contextValue.outcome.document = told;
    if (document instanceof GraphQLError) {
      refusals.refuse(requestContext, document);
      return;
    }
    contextValue.document.settled = document;
    if (registerAs !== null) toRegister.set(contextValue, registerAs);
    putIn(request, document.text);
  };

  return {
    settle: {
      requestDidStart: (requestContext) => {
        if (refusals.isRefused(requestContext)) return undefined;
        const { request, contextValue } = requestContext;
        const { settled } = contextValue.document;
        if (settled !== null) {
          putIn(request, settled.text);
          return undefined;
        }
        const settlement = documents.settle(askedOf(request), askerOf(contextValue));
        if (settlement instanceof Promise) {
          return settlement.then((known) => {
            take(requestContext, known);
          });
        }
        if (settlement !== null) take(requestContext, settlement);
        return undefined;
      },
    },
    register: {
      didResolveOperation: ({ contextValue }) => {
        const sha256 = toRegister.get(contextValue);
        const { settled } = contextValue.document;
        if (sha256 !== undefined && settled !== null) {
          documents.register(sha256, settled.text, askerOf(contextValue));
        }
      },
      willSendResponse: ({ contextValue }) => {
        const sha256 = toRegister.get(contextValue);
        const { settled } = contextValue.document;
        if (sha256 !== undefined && settled !== null && isAnswered(contextValue)) {
          documents.share(sha256, settled.text, askerOf(contextValue));
        }
      },
    },
  };
}

/** Whether Refold has answered it, without an error: a sign-in that is made up comes to nothing there. */
function isAnswered({ outcome: { codes }, operation: { ledger } }: Context): boolean {
  return codes.size === 0 && ledger.calls + ledger.cacheHits + ledger.coalesced > 0;
}

function askerOf({ isSignedIn, credential }: Context): Asker {
  return isSignedIn ? credential() : null;
}

/** What a request says of its document: Apollo Server hands on what it knows, and `documentId` is none of that. */
function askedOf(request: GraphQLRequest): AskedDocument {
  const { query = '', extensions, http } = request;
  const persistedQuery: unknown = extensions?.['persistedQuery'];
  return { query, persistedQuery, documentId: documentIdOf(request, http) };
}

function documentIdOf(request: object, http: GraphQLRequest['http']): unknown {
  if (http === undefined) return (request as RawRequest).documentId;
  if (http.method !== 'GET') return (http.body as RawRequest).documentId;
  const given = new URLSearchParams(http.search).getAll('documentId');
  return given.length > 1 ? given : given[0];
}

/** Has a document executed, whatever the request said of it: Apollo Server would look into `persistedQuery` itself. */
function putIn(request: GraphQLRequest, text: string): void {
  request.query = text;
  if (request.extensions?.['persistedQuery'] !== undefined) {
    request.extensions = { ...request.extensions, persistedQuery: undefined };
  }
}
