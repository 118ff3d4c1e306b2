import { graphql } from 'graphql';
import { createSchema } from './src/graphql/schema.ts';

/** A plugin of the code generator: prints the schema as the gateway tells it where it is a subgraph. */
export async function plugin(): Promise<string> {
  const schema = await createSchema({ maxEntities: 1, tellsSdl: true });
  const { data } = await graphql({ schema, source: '{ _service { sdl } }' });
  return (data as { _service: { sdl: string } })._service.sdl;
}
