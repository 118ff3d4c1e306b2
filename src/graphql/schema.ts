import { readdirSync, readFileSync } from 'node:fs';
import { addResolversToSchema, makeExecutableSchema } from '@graphql-tools/schema';
import { Kind, parse, type ConstDirectiveNode, type DocumentNode, type GraphQLSchema } from 'graphql';
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
  const typeDefs = withDirectives(parse([...readSchema(SCHEMA), ...readSchema(FEDERATION)].join('\n')));
  return [...resolvers, createEntityResolvers(federation)].reduce(
    (schema: GraphQLSchema, part) => addResolversToSchema({ schema, resolvers: part }),
    buildSubgraphSchema(typeDefs),
  );
}

/**
 * Moves the directives of extensions that have nothing else to the types themselves: `@shareable` counts for the fields that
 * stand beside it, and for no others.
 */
function withDirectives({ definitions, ...document }: DocumentNode): DocumentNode {
  const moved = new Map<string, readonly ConstDirectiveNode[]>();
  const kept = definitions.filter((one) => {
    if (one.kind !== Kind.OBJECT_TYPE_EXTENSION || (one.fields ?? []).length > 0) return true;
    moved.set(one.name.value, one.directives ?? []);
    return false;
  });
  return {
    ...document,
    definitions: kept.map((one) => {
      const directives = one.kind === Kind.OBJECT_TYPE_DEFINITION ? moved.get(one.name.value) : undefined;
      return directives === undefined ? one : { ...one, directives };
    }),
  };
}

function readSchema(folder: URL): string[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.graphql'));
  return files.map((file) => readFileSync(new URL(file, folder), 'utf8'));
}
