import type { GraphQLFieldResolver } from 'graphql';
import type { Context } from '../../context.ts';
import {
  malformedReference,
  referenceIn,
  type EntityReference,
  type EntityType,
} from '../../domain/entity.ts';
import {
  badInput,
  GatewayError,
  nullIfNotFound,
  nullIfUnknown,
  throwAsUnknown,
} from '../../domain/errors.ts';

/** How the gateway is a subgraph of a federated graph. */
export interface Federation {
  /** How many things a gateway in front may ask for in one operation. */
  readonly maxEntities: number;
  /** Whether `_service` tells the schema. */
  readonly tellsSdl: boolean;
}

type Loaders = Context['loaders'];
type Entity = Readonly<Record<string, unknown>>;

/** Of the fields that federation adds to `Query`. A subgraph's schema alone has them, so nothing is generated for them. */
type EntityResolvers = Readonly<Record<'Query', Readonly<Record<string, Resolver>>>>;
type Resolver = GraphQLFieldResolver<unknown, Context, { readonly representations: readonly unknown[] }>;

/** Looks up what other subgraphs refer to, for the caller: null where it is unknown, or another account's. */
export function createEntityResolvers({ maxEntities, tellsSdl }: Federation): EntityResolvers {
  /** How many an operation has asked for, in all of its fields: each of them may fail, and be told by itself. */
  const asked = new WeakMap<object, number>();
  return {
    Query: {
      _entities: (_root, { representations }, context) => {
        const count = (asked.get(context.outcome) ?? 0) + representations.length;
        asked.set(context.outcome, count);
        if (count > maxEntities) {
          throw badInput(`representations may have at most ${String(maxEntities)} values in all`);
        }
        // One error for all of them, and a status that says so.
        context.credential();
        return representations.map((representation, index) => {
          const reference = referenceIn(representation);
          return reference === null
            ? malformedReference(representation, index)
            : lookUp(reference, context.loaders);
        });
      },
      ...(!tellsSdl && { _service: refuseSdl }),
    },
  };
}

async function lookUp({ type, key, value }: EntityReference, loaders: Loaders): Promise<Entity | null> {
  const found = await LOOK_UPS[type](loaders, value, key);
  return found && { ...found, __typename: type };
}

type LookUp = (loaders: Loaders, value: string, key: EntityReference['key']) => Promise<object | null>;

const LOOK_UPS: Readonly<Record<EntityType, LookUp>> = {
  Execution: ({ execution }, id) => execution.load(id).catch(nullIfUnknown),
  Workflow: ({ workflow }, id) => workflow.load(id).catch(throwAsUnknown).catch(nullIfNotFound),
  Application: ({ application, applicationBySlug }, value, key) =>
    (key === 'id' ? application : applicationBySlug).load(value).catch(nullIfNotFound),
};

function refuseSdl(): never {
  throw new GatewayError('NOT_SUPPORTED', '_service is off here: take the schema from subgraph.graphql');
}
