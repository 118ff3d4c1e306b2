// The public surface of `@refold-gateway/run-history`.
export { createGatewayClient, type GatewayOptions } from './core/gateway-client.ts';
export { RunHistory, type RunHistoryProps } from './page/run-history.tsx';
