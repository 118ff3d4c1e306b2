import type { GraphQLScalarType } from 'graphql';
import { DateResolver, JSONResolver } from 'graphql-scalars';
import { dateTime } from './date-time.ts';
import type { Resolvers } from './generated.ts';

/** The scalars beyond GraphQL's own. */
export const scalarResolvers: Resolvers = {
  Date: behaviourOf(DateResolver),
  DateTime: behaviourOf(dateTime),
  JSON: behaviourOf(JSONResolver),
};

/** What a scalar does, without what it says of itself: that stands in the schema, and would be replaced. */
function behaviourOf({ serialize, parseValue, parseLiteral }: GraphQLScalarType): GraphQLScalarType {
  const behaviour: unknown = { serialize, parseValue, parseLiteral };
  return behaviour as GraphQLScalarType;
}
