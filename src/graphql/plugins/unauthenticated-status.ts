import type { ApolloServerPlugin, GraphQLResponse } from '@apollo/server';
import type { Context } from '../../context.ts';
import { gatewayErrorOf } from '../format-error.ts';

/** Answers 401 where want of a sign-in left nothing to answer. */
export const setUnauthenticatedStatus: ApolloServerPlugin<Context> = {
  requestDidStart: () =>
    Promise.resolve({
      willSendResponse: ({ response, errors = [] }) => {
        const codes = errors.map((error) => gatewayErrorOf(error)?.code);
        if (codes.length > 0 && codes.every((code) => code === 'UNAUTHENTICATED') && isEmpty(response)) {
          response.http.status = 401;
          response.http.headers.set('www-authenticate', 'Bearer');
        }
        return Promise.resolve();
      },
    }),
};

function isEmpty({ body }: GraphQLResponse): boolean {
  const data = body.kind === 'single' ? body.singleResult.data : undefined;
  return Object.values(data ?? {}).every((value) => value === null);
}
