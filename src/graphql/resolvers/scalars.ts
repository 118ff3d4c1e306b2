import { DateResolver, JSONResolver } from 'graphql-scalars';
import { dateTime } from './date-time.ts';
import type { Resolvers } from './generated.ts';

/** The scalars beyond GraphQL's own. */
export const scalarResolvers: Resolvers = {
  Date: DateResolver,
  DateTime: dateTime,
  JSON: JSONResolver,
};
