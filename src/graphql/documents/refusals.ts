import { GraphQLError } from 'graphql';
import type { DocumentId } from './document-id.ts';

type Code =
  | 'BAD_REQUEST'
  | 'BAD_USER_INPUT'
  | 'PERSISTED_QUERY_NOT_FOUND'
  | 'PERSISTED_QUERY_NOT_SUPPORTED'
  | 'PERSISTED_QUERY_ID_REQUIRED';

/** The one error of a request whose document cannot be run. */
export function refused(code: Code, message: string, status = 400): GraphQLError {
  return new GraphQLError(message, { extensions: { code, http: { status } } });
}

/** Nobody knows a document by this id. Apollo's clients and urql go by the words and the status that Apollo Server has. */
export function notFound({ isOfApollo }: DocumentId): GraphQLError {
  return isOfApollo
    ? refused('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound', 200)
    : refused('PERSISTED_QUERY_NOT_FOUND', 'No document is known by this documentId');
}

/** Documents have no ids here. */
export function notSupported({ isOfApollo }: DocumentId): GraphQLError {
  return isOfApollo
    ? refused('PERSISTED_QUERY_NOT_SUPPORTED', 'PersistedQueryNotSupported', 200)
    : refused(
        'PERSISTED_QUERY_NOT_SUPPORTED',
        'Documents are not asked for by documentId here: send the query',
      );
}

/** Only trusted documents run for this caller, and this is none of them. */
export function unknownDocument(): GraphQLError {
  return refused(
    'PERSISTED_QUERY_ID_REQUIRED',
    'Only documents on the list of trusted ones run here, and this is none of them',
  );
}
