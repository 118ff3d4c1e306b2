import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { SetContextLink } from '@apollo/client/link/context';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { apolloTypePolicies, createApolloRunClient } from '@refold-gateway/run-history/apollo';
import { OperationTypeNode } from 'graphql';
import { createClient } from 'graphql-ws';
import { getToken } from './session.ts';

const url = import.meta.env.VITE_GATEWAY_URL as string;

/** Asked for a token whenever a question is sent, and whenever the live connection is made: it is a fresh one then. */
async function signedIn() {
  const token = await getToken();
  return token === null ? {} : { authorization: `Bearer ${token}` };
}

/** By what the gateway knows a document. */
async function sha256(text: string) {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The product's Apollo Client. */
function createApolloClient() {
  const live = createClient({
    url: url.replace('http', 'ws'),
    connectionParams: signedIn,
    shouldRetry: () => true,
    retryAttempts: Number.POSITIVE_INFINITY,
  });
  return new ApolloClient({
    cache: new InMemoryCache({ typePolicies: apolloTypePolicies }),
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      new GraphQLWsLink(live),
      ApolloLink.from([
        new SetContextLink(async () => ({ headers: await signedIn() })),
        // The gateway has the list of what the page asks: ids will do.
        new PersistedQueryLink({ sha256 }),
        new HttpLink({ uri: url }),
      ]),
    ),
  });
}

/** The run history asks through it, and what it is told is in its cache. */
export function createShopClient() {
  return createApolloRunClient(createApolloClient());
}
