import type { GraphQLResponse } from '@apollo/server';
import { gatewayErrorOf } from '../format-error.ts';
import type { OperationPlugin } from './compose.ts';

/** Answers 401 where want of a sign-in left nothing to answer. */
export const setUnauthenticatedStatus: OperationPlugin = {
  willSendResponse: ({ response, errors = [] }) => {
    const codes = errors.map((error) => gatewayErrorOf(error)?.code);
    if (codes.length > 0 && codes.every((code) => code === 'UNAUTHENTICATED') && isEmpty(response)) {
      response.http.status = 401;
      response.http.headers.set('www-authenticate', 'Bearer');
    }
  },
};

function isEmpty({ body }: GraphQLResponse): boolean {
  const data = body.kind === 'single' ? body.singleResult.data : undefined;
  return Object.values(data ?? {}).every((value) => value === null);
}
