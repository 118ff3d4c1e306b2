import { flag, whole } from './readers.ts';
import { limit, optional, setting, type ValuesOf } from './setting.ts';

/** The gateway as one of several in a federated graph. */
export const FEDERATION_SETTINGS = {
  FEDERATION: setting(
    flag,
    'false',
    'Serves the schema as a subgraph, for a gateway in front: see [federation](federation.md).',
  ),
  FEDERATION_SDL: optional(
    flag,
    'Whether `_service` tells the schema of the subgraph. Unset: where `EXPLORATION` is on. `subgraph.graphql` is the same.',
  ),
  FEDERATION_MAX_ENTITIES: limit(
    whole(1, 1000),
    '200',
    'How many things the gateway in front may ask for in one operation, all of its fields together.',
    '`BAD_USER_INPUT`',
  ),
};

/** The same by its names in the code; null: it is no subgraph. */
export function federationOf(values: ValuesOf<typeof FEDERATION_SETTINGS>, exploration: boolean) {
  if (!values.FEDERATION) return null;
  return {
    tellsSdl: values.FEDERATION_SDL ?? exploration,
    maxEntities: values.FEDERATION_MAX_ENTITIES,
  };
}
