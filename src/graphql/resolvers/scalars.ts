import { DateResolver, DateTimeResolver, JSONResolver } from 'graphql-scalars';
import type { Resolvers } from './generated.ts';

/** The scalars beyond GraphQL's own. */
export const scalarResolvers: Resolvers = {
  Date: DateResolver,
  DateTime: DateTimeResolver,
  JSON: JSONResolver,
};
