import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { cacheExchange, Client, fetchExchange } from '@urql/core';
import { persistedExchange } from '@urql/exchange-persisted';
import { afterEach, expect, test } from '@jest/globals';
import { apolloTypePolicies, createApolloRunClient } from '@refold-gateway/run-history/apollo';
import type { GatewayOptions, RunClient } from '@refold-gateway/run-history/core';
import {
  JobDocument,
  RunChangedDocument,
  RunsDocument,
  ViewerDocument,
} from '@refold-gateway/run-history/documents/generated';
import { createUrqlRunClient } from '@refold-gateway/run-history/urql';
import { stopAll } from '../support/gateway.ts';
import { sha256Of } from '../support/manifest.ts';
import { startClient } from '../support/run-client.ts';

afterEach(stopAll);

const env = {
  TRUSTED_DOCUMENTS: 'only',
  TRUSTED_DOCUMENTS_FILES: 'packages/run-history/persisted-documents.json',
};

type Started = Awaited<ReturnType<typeof startClient>>;

/** How a product asks, what it sends of its documents, and whether a gateway is told their ids alone. */
const CLIENTS: readonly (readonly [
  name: string,
  start: (started: Started, authorization: string) => RunClient,
  options: Partial<GatewayOptions>,
])[] = [
  ['the package’s own client, by text', ({ client }) => client, {}],
  ['the package’s own client, by ids', ({ client }) => client, { documents: 'ids' }],
  [
    'Apollo Client, by text',
    ({ gateway }, authorization) =>
      apolloOf(new HttpLink({ uri: gateway.endpoint, headers: { authorization } })),
    {},
  ],
  [
    'Apollo Client, by ids',
    ({ gateway }, authorization) => {
      const http = new HttpLink({ uri: gateway.endpoint, headers: { authorization } });
      return apolloOf(new PersistedQueryLink({ sha256: sha256Of }).concat(http));
    },
    {},
  ],
  ['urql, by text', (started, authorization) => urqlOf(started, authorization, []), {}],
  [
    'urql, by ids',
    (started, authorization) =>
      urqlOf(started, authorization, [
        persistedExchange({ enforcePersistedQueries: true, preferGetForPersistedQueries: false }),
      ]),
    {},
  ],
];

function apolloOf(link: HttpLink | ReturnType<PersistedQueryLink['concat']>): RunClient {
  const cache = new InMemoryCache({ typePolicies: apolloTypePolicies });
  return createApolloRunClient(new ApolloClient({ cache, link }));
}

function urqlOf(
  { gateway }: Started,
  authorization: string,
  persisted: readonly ReturnType<typeof persistedExchange>[],
): RunClient {
  const client = new Client({
    url: gateway.endpoint,
    preferGetMethod: false,
    fetchOptions: { headers: { authorization } },
    exchanges: [cacheExchange, ...persisted, fetchExchange],
  });
  return createUrqlRunClient(client);
}

test.each(CLIENTS)('the run history runs where only its documents do: %s', async (_name, start, options) => {
  const started = await startClient({ env }, options);
  const { authorization = '' } = await started.product.signIn('demo@example.com');
  const client = start(started, authorization);
  started.add('COMPLETED', 3);
  const list = await client.request(RunsDocument, { filter: {}, first: 10 });
  expect([list.problems, list.data?.executions?.nodes.length]).toEqual([[], 3]);
  const viewer = await client.request(ViewerDocument, {});
  expect(viewer.problems).toEqual([]);
  const job = await client.request(JobDocument, { id: 'none' });
  expect(job.problems.map(({ code }) => code)).not.toContain('PERSISTED_QUERY_ID_REQUIRED');
  const documents = started.gateway.logs
    .map((line) => (JSON.parse(line) as { document?: string }).document)
    .filter((one) => one !== undefined);
  expect(documents).toEqual(['trusted', 'trusted', 'trusted']);
});

test.each(['websocket', 'sse'] as const)('what is watched over %s is asked for by ids', async (live) => {
  const sent: string[] = [];
  const { client, add } = await startClient(
    { env },
    {
      documents: 'ids',
      live,
      fetch: (url, init) => {
        if (typeof init?.body === 'string') sent.push(init.body);
        return fetch(url, init);
      },
    },
  );
  const [id = ''] = add('RUNNING', 1, 3_600_000);
  const status = await new Promise((resolve) => {
    const leave = client.subscribe(
      RunChangedDocument,
      { id },
      {
        next: ({ data }) => {
          leave();
          resolve(data?.executionChanged?.status);
        },
        end: resolve,
      },
    );
  });
  expect(status).toBe('RUNNING');
  await client.request(RunsDocument, { filter: {}, first: 1 });
  for (const body of sent)
    expect(JSON.parse(body)).toMatchObject({ query: '', documentId: expect.stringMatching(/^sha256:/) });
});
