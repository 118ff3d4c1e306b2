// The public surface of `@refold-gateway/run-history/urql`, for those who have urql.
export { createUrqlRunClient, urqlCacheExchangeOptions } from './core/urql.ts';
