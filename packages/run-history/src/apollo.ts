// The public surface of `@refold-gateway/run-history/apollo`, for those who have Apollo Client 4.
export { apolloTypePolicies, createApolloRunClient, mergeRunChanges } from './core/apollo.ts';
