import { GraphQLScalarType } from 'graphql';
import { DateTimeResolver } from 'graphql-scalars';
import { isoTimeOf } from '../../domain/iso-time.ts';

/** `DateTime`, answered as the text that a `Date` would become in JSON: writing an answer took twice as long with those. */
export const dateTime = new GraphQLScalarType({
  ...DateTimeResolver.toConfig(),
  serialize: (value) => isoTimeOf(DateTimeResolver.serialize(value)),
});
