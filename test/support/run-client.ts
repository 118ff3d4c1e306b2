import { createGatewayClient, type GatewayOptions } from '@refold-gateway/run-history/core';
import { startGateway, type Setup } from './gateway.ts';
import { createProduct } from './product.ts';

/** The gateway's readings follow each other as fast as they may. */
const LIVELY = { LIVE_FAST_MS: '1000', LIVE_SLOW_MS: '1000' };

/** A gateway behind which an account is empty at first, and a client of a product that signs in to it. */
export async function startClient(setup: Setup = {}, options: Partial<GatewayOptions> = {}) {
  const product = await createProduct();
  const gateway = await startGateway({
    ...setup,
    sandbox: { executions: 0, ...setup.sandbox },
    env: { ...product.env, ...LIVELY, ...setup.env },
  });
  const client = createGatewayClient({
    url: gateway.endpoint,
    getToken: () => product.tokenOf('demo@example.com'),
    ...options,
  });
  const add = (status = 'COMPLETED', count = 1, durationMs?: number) =>
    gateway.sandbox.addExecutions({
      account: 'demo@example.com',
      status,
      count,
      ...(durationMs !== undefined && { durationMs }),
    });
  return { product, gateway, client, add };
}
