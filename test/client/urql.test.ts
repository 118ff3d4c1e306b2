import { Client, fetchExchange, subscriptionExchange } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import { createClient, type Sink } from 'graphql-ws';
import { afterEach, expect, test } from '@jest/globals';
import { createRunList } from '@refold-gateway/run-history/core';
import { RunDocument, RunsDocument } from '@refold-gateway/run-history/documents/generated';
import { createUrqlRunClient, urqlCacheExchangeOptions } from '@refold-gateway/run-history/urql';
import { stopAll } from '../support/gateway.ts';
import { startClient } from '../support/run-client.ts';
import { settled } from '../support/stores.ts';

const leaving: (() => unknown)[] = [];

afterEach(async () => {
  for (const leave of leaving.splice(0)) await leave();
  await stopAll();
});

interface Shown {
  readonly executions: { readonly nodes: readonly { readonly id: string; readonly status: string }[] };
}

async function startUrql() {
  const { product, gateway, add } = await startClient();
  const { authorization = '' } = await product.signIn('demo@example.com');
  const sockets = createClient({
    url: gateway.endpoint.replace('http', 'ws'),
    connectionParams: { authorization },
  });
  leaving.push(() => sockets.dispose());
  const urql = new Client({
    url: gateway.endpoint,
    preferGetMethod: false,
    fetchOptions: { headers: { authorization } },
    exchanges: [
      cacheExchange(urqlCacheExchangeOptions),
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query = '', variables }) => ({
          subscribe: (sink) => ({
            unsubscribe: sockets.subscribe({ query, variables: variables ?? {} }, sink as Sink),
          }),
        }),
      }),
    ],
  });
  const shown = (filter: object = {}) =>
    urql
      .readQuery<Shown>(RunsDocument.toString(), { filter, first: 10 })
      ?.data?.executions.nodes.map(({ id, status }) => `${id} ${status}`);
  return { gateway, add, urql, client: createUrqlRunClient(urql), shown };
}

test('two pages of one list are one list in the cache, and another filter is another', async () => {
  const { client, add, shown } = await startUrql();
  const all = add('COMPLETED', 15)
    .toReversed()
    .map((id) => `${id} COMPLETED`);
  const [failed = ''] = add('ERRORED');
  const variables = { filter: { status: ['COMPLETED' as const] }, first: 10 };
  const first = await client.request(RunsDocument, variables);
  await client.request(RunsDocument, { filter: { status: ['ERRORED'] }, first: 10 });

  expect(shown({ status: ['COMPLETED'] })).toEqual(all.slice(0, 10));
  const after = first.data?.executions?.pageInfo.endCursor ?? null;
  const second = await client.request(RunsDocument, { ...variables, after });
  expect(second.data?.executions?.nodes).toHaveLength(5);
  expect(shown({ status: ['COMPLETED'] })).toEqual(all);
  expect(shown({ status: ['ERRORED'] })).toEqual([`${failed} ERRORED`]);
});

test('steps that share a node id stay apart, within a run and between runs', async () => {
  const { client, add, urql } = await startUrql();
  const ids = add('COMPLETED', 2);
  const asked = await Promise.all(ids.map((id) => client.request(RunDocument, { id })));
  const kept = ids.map(
    (id) => urql.readQuery(RunDocument.toString(), { id })?.data as (typeof asked)[0]['data'],
  );
  const stepsOf = (runs: readonly (typeof kept)[0][]) => runs.map((run) => run?.execution?.nodes);

  expect(new Set(stepsOf(kept).flatMap((steps) => steps?.map(({ id }) => id))).size).toBe(
    stepsOf(kept).flat().length,
  );
  expect(stepsOf(kept)).toEqual(stepsOf(asked.map(({ data }) => data)));
});

test('what is told of a list is in the cached list: a run that begins, and its end', async () => {
  const { client, add, gateway, shown } = await startUrql();
  const [old = ''] = add();
  const list = createRunList(client, { pageSize: 10 });
  leaving.push(list.subscribe(() => undefined));
  await settled(list, ({ rows }) => rows.length === 1);
  expect(shown()).toEqual([`${old} COMPLETED`]);

  const [run = ''] = add('RUNNING', 1, 60_000);
  await settled(list, ({ rows }) => rows.length === 2);
  expect(shown()).toEqual([`${run} RUNNING`, `${old} COMPLETED`]);
  gateway.sandbox.advanceClock(60_000);
  const { rows } = await settled(list, (state) => state.rows[0]?.status !== 'RUNNING');
  expect(shown()?.[0]).toBe(`${run} ${String(rows[0]?.status)}`);
});
