import { afterEach, expect, test } from '@jest/globals';
import { createBulkChange, createGatewayClient } from '@refold-gateway/run-history/core';
import { addFailed, changesOf } from '../support/bulk.ts';
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
  return { gateway, client };
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
