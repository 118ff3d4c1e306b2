import { afterEach, expect, test } from '@jest/globals';
import { createBulkChange, createGatewayClient } from '@refold-gateway/run-history/core';
import { addFailed, changesOf } from '../support/bulk.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway, stopAll } from '../support/gateway.ts';
import { createProduct } from '../support/product.ts';
import { settled } from '../support/stores.ts';

afterEach(stopAll);

async function start() {
  const product = await createProduct();
  const gateway = await startGateway({ env: product.env });
  const client = createGatewayClient({
    url: gateway.endpoint,
    getToken: () => product.tokenOf('demo@example.com'),
  });
  return { product, gateway, client };
}

test('what was counted is run again, and each run says what became of it', async () => {
  const { gateway, client } = await start();
  const failed = addFailed(gateway, 3);
  const change = createBulkChange(client, 'RERUN');

  change.count({ ids: failed });
  const counted = await settled(change, ({ phase }) => phase === 'counted');
  expect(counted).toMatchObject({ matched: 3, executionIds: failed, job: null });
  expect(changesOf(gateway)).toEqual([]);

  change.start();
  const ended = await settled(change, ({ phase }) => phase === 'ended');

  expect(ended.job).toMatchObject({ state: 'COMPLETED', succeeded: 3, pending: 0 });
  expect(changesOf(gateway).toSorted()).toEqual([...failed].sort());
  expect(ended).toMatchObject({ canResume: false, retryableIds: [], problems: [] });
});

test('a job whose start was answered to nobody goes on under the same name, and runs nothing twice', async () => {
  const { gateway, product } = await start();
  const failed = addFailed(gateway, 2);
  let isLost = false;
  const client = createGatewayClient({
    url: gateway.endpoint,
    getToken: () => product.tokenOf('demo@example.com'),
    fetch: async (url, init) => {
      const response = await fetch(url, init);
      if (isLost || !JSON.stringify(init?.body).includes('clientMutationId\\":')) return response;
      isLost = true;
      throw new TypeError('The connection broke');
    },
  });
  const change = createBulkChange(client, 'RERUN');
  change.count({ ids: failed });
  await settled(change, ({ phase }) => phase === 'counted');
  change.start();
  const lost = await settled(change, ({ phase }) => phase === 'failed');
  expect(lost).toMatchObject({ isAnswerLost: true, canResume: true, job: null });

  change.resume();
  const { job } = await settled(change, ({ phase }) => phase === 'ended');
  expect(job).toMatchObject({ state: 'COMPLETED', succeeded: 2 });
  expect(changesOf(gateway).toSorted()).toEqual([...failed].sort());
});

test('where nothing can be told live, the job is asked for until it has ended', async () => {
  const { gateway, product } = await start();
  const failed = addFailed(gateway, 2);
  const getToken = () => product.tokenOf('demo@example.com');
  const change = createBulkChange(
    createGatewayClient({ url: gateway.endpoint, getToken, live: 'none' }),
    'RERUN',
  );
  change.count({ filter: { status: ['ERRORED'] } });
  await settled(change, ({ phase }) => phase === 'counted');
  const late = addFailed(gateway, 1);
  change.start();
  const { job } = await settled(change, ({ phase }) => phase === 'ended');
  expect(job?.items.map(({ executionId }) => executionId)).toEqual(expect.arrayContaining([...failed]));
  expect(changesOf(gateway)).not.toContain(late[0]);
});

test('what nobody can tell is unknown, and is not among what may be tried again', async () => {
  const { gateway, client } = await start();
  const [first = '', second = ''] = addFailed(gateway, 2);
  gateway.sandbox.addFault({ match: { method: 'POST' }, times: 1, reset: true });
  const change = createBulkChange(client, 'RERUN');
  change.count({ ids: [first, second] });
  await settled(change, ({ phase }) => phase === 'counted');
  change.start();
  const ended = await settled(change, ({ phase }) => phase === 'ended');
  expect(ended.job).toMatchObject({ unknown: 1, succeeded: 1 });
  expect(ended.retryableIds).toEqual([]);
});

test('a change that is refused as a whole changes nothing, and says why', async () => {
  const { gateway, client } = await start();
  const change = createBulkChange(client, 'STOP');
  change.count({ ids: [] });
  const { problems } = await settled(change, ({ phase }) => phase === 'failed');
  expect(problems).toMatchObject([{ code: 'BAD_USER_INPUT' }]);
  change.start();
  expect(changesOf(gateway)).toEqual([]);
});

test('a job that was begun before is followed to its end, and never by another account', async () => {
  const { gateway, client, product } = await start();
  const failed = addFailed(gateway, 2);
  const begun = createBulkChange(client, 'RERUN');
  begun.count({ ids: failed });
  await settled(begun, ({ phase }) => phase === 'counted');
  begun.start();
  const { job } = await settled(begun, (state) => state.job !== null);
  const id = job?.id ?? '';

  const again = createBulkChange(client, 'RERUN');
  again.follow(id);
  const ended = await settled(again, ({ phase }) => phase === 'ended');
  const asked: string[] = [];
  const theirs = createGatewayClient({
    url: gateway.endpoint,
    getToken: () => product.tokenOf('other@example.com'),
    fetch: async (url, init) => {
      const response = await fetch(url, init);
      asked.push(await response.clone().text());
      return response;
    },
  });
  const other = createBulkChange(theirs, 'RERUN');
  other.follow(id);
  await eventually('the other account to be answered', () => asked.length > 0);

  expect(ended.job).toMatchObject({ id, state: 'COMPLETED', succeeded: 2 });
  expect(ended.executionIds.toSorted()).toEqual([...failed].sort());
  expect(asked[0]).not.toContain(failed[0]);
  expect(other.get()).toMatchObject({ phase: 'idle', job: null });
  expect(changesOf(gateway)).toHaveLength(2);
});
