import { readdirSync, readFileSync } from 'node:fs';
import { addResolversToSchema, makeExecutableSchema } from '@graphql-tools/schema';
import { parse, type GraphQLSchema } from 'graphql';
import { createEntityResolvers, type Federation } from './resolvers/entity.ts';
import { resolvers } from './resolvers/resolvers.ts';

const SCHEMA = new URL('../../schema/', import.meta.url);
const FEDERATION = new URL('federation/', SCHEMA);

/**
 * The schema with all that answers it.
 * @param federation how it is a subgraph; null: it is none, and nothing of federation is loaded
 */
export async function createSchema(federation: Federation | null): Promise<GraphQLSchema> {
  if (federation === null) return makeExecutableSchema({ typeDefs: readSchema(SCHEMA), resolvers });
  const { buildSubgraphSchema } = await import('@apollo/subgraph');
  const typeDefs = parse([...readSchema(SCHEMA), ...readSchema(FEDERATION)].join('\n'));
  return [...resolvers, createEntityResolvers(federation)].reduce(
    (schema: GraphQLSchema, part) => addResolversToSchema({ schema, resolvers: part }),
    buildSubgraphSchema(typeDefs),
  );
}

function readSchema(folder: URL): string[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.graphql'));
  return files.map((file) => readFileSync(new URL(file, folder), 'utf8'));
}
