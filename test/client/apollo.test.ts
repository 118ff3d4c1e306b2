import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { SetContextLink } from '@apollo/client/link/context';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { OperationTypeNode } from 'graphql';
import { createClient } from 'graphql-ws';
import { afterEach, expect, test } from '@jest/globals';
import { apolloTypePolicies, createApolloRunClient } from '@refold-gateway/run-history/apollo';
import { createRunList } from '@refold-gateway/run-history/core';
import { RunDocument, RunsDocument } from '@refold-gateway/run-history/documents/generated';
import { stopAll } from '../support/gateway.ts';
import { startClient } from '../support/run-client.ts';
import { settled } from '../support/stores.ts';

const leaving: (() => unknown)[] = [];

afterEach(async () => {
  for (const leave of leaving.splice(0)) await leave();
  await stopAll();
});

const NODES = 'pageInfo { hasNextPage endCursor } nodes { id status createdAt }';
const LIST = gql(`query ($filter: ExecutionFilter) { executions(filter: $filter, first: 10) { ${NODES} } }`);

async function startApollo() {
  const { product, gateway, add } = await startClient();
  const authorization = async () => (await product.signIn('demo@example.com'))['authorization'];
  const sockets = createClient({
    url: gateway.endpoint.replace('http', 'ws'),
    connectionParams: async () => ({ authorization: await authorization() }),
  });
  const apollo = new ApolloClient({
    cache: new InMemoryCache({ typePolicies: apolloTypePolicies }),
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      new GraphQLWsLink(sockets),
      ApolloLink.from([
        new SetContextLink(async () => ({ headers: { authorization: await authorization() } })),
        new HttpLink({ uri: gateway.endpoint }),
      ]),
    ),
  });
  leaving.push(() => sockets.dispose());
  const shown = (filter: object = {}): readonly string[] | undefined =>
    apollo
      .readQuery<{ executions: { nodes: { id: string }[] } }>({ query: LIST, variables: { filter } })
      ?.executions.nodes.map(({ id }) => id);
  return { gateway, add, apollo, client: createApolloRunClient(apollo), shown };
}

/** All that is in the cache. */
function extract({ cache }: ApolloClient): Readonly<Record<string, unknown>> {
  return cache.extract() as Record<string, unknown>;
}

test('two pages of one list are one list in the cache, and another filter is another', async () => {
  const { client, add, shown } = await startApollo();
  const all = add('COMPLETED', 15).toReversed();
  const [failed = ''] = add('ERRORED');
  const variables = { filter: { status: ['COMPLETED' as const] }, first: 10 };
  const first = await client.request(RunsDocument, variables);
  await client.request(RunsDocument, { filter: { status: ['ERRORED'] }, first: 10 });

  expect(shown({ status: ['COMPLETED'] })).toEqual(all.slice(0, 10));
  await client.request(RunsDocument, { ...variables, after: first.data?.executions?.pageInfo.endCursor });
  expect(shown({ status: ['COMPLETED'], source: null })).toEqual(all);
  expect(shown({ status: ['ERRORED'] })).toEqual([failed]);
});

test('steps that share a node id stay apart, within a run and between runs', async () => {
  const { client, add, apollo } = await startApollo();
  const runs = await Promise.all(
    add('COMPLETED', 2).map(async (id) => (await client.request(RunDocument, { id })).data?.execution),
  );
  const steps = runs.flatMap((run) => run?.nodes ?? []);
  const cached = Object.keys(extract(apollo)).filter((key) => key.startsWith('ExecutionNode:'));

  expect(new Set(steps.map(({ nodeId }) => nodeId)).size).toBeLessThan(steps.length);
  expect(cached).toHaveLength(steps.length);
});

test('what is told of a list is in the cached list: a run that begins, and its end', async () => {
  const { client, add, gateway, shown, apollo } = await startApollo();
  const [old = ''] = add();
  const list = createRunList(client, { pageSize: 10 });
  leaving.push(list.subscribe(() => undefined));
  await settled(list, ({ rows }) => rows.length === 1);
  expect(shown()).toEqual([old]);

  const [run = ''] = add('RUNNING', 1, 60_000);
  await settled(list, ({ rows }) => rows.length === 2);
  expect(shown()).toEqual([run, old]);
  gateway.sandbox.advanceClock(60_000);
  const { rows } = await settled(list, (state) => state.rows[0]?.status !== 'RUNNING');
  expect(extract(apollo)[`Execution:{"id":"${run}"}`]).toMatchObject({ status: rows[0]?.status });
});
