import { badInput, type GatewayError } from './errors.ts';

/** What other subgraphs may refer to, and the fields that it can be told by: the `@key`s of the schema. */
export const ENTITY_KEYS = {
  Execution: ['id'],
  Workflow: ['id'],
  Application: ['id', 'slug'],
} as const;

/** The type of a thing that other subgraphs may refer to. */
export type EntityType = keyof typeof ENTITY_KEYS;

/** How another subgraph refers to a thing. */
export interface EntityReference {
  readonly type: EntityType;
  readonly key: (typeof ENTITY_KEYS)[EntityType][number];
  readonly value: string;
}

/** A reference as a gateway in front sends it: an object with `__typename` and a key. Null: it is none. */
export function referenceIn(representation: unknown): EntityReference | null {
  const given = givenIn(representation);
  const type = given?.__typename;
  if (given === null || !isEntityType(type)) return null;
  for (const key of ENTITY_KEYS[type]) {
    const value = textOf(given[key]);
    if (value !== null) return { type, key, value };
  }
  return null;
}

/**
 * What is wrong with one that is none: BAD_USER_INPUT.
 * @param index its place in the list, named in the error; nothing of it is repeated
 */
export function malformedReference(representation: unknown, index: number): GatewayError {
  const name = `representations[${String(index)}]`;
  const type = givenIn(representation)?.__typename;
  if (!isEntityType(type))
    return badInput(`${name} must be an object whose __typename is ${TYPES.join(', ')}`);
  const keys = ENTITY_KEYS[type].join(' or ');
  return badInput(`${name} needs ${keys}, a text of 1 to ${String(MAX_KEY_LENGTH)} characters`);
}

function givenIn(representation: unknown): Given | null {
  return typeof representation === 'object' ? representation : null;
}

type Given = Readonly<Partial<Record<'__typename' | EntityReference['key'], unknown>>>;

const TYPES = Object.keys(ENTITY_KEYS);
/** No id and no slug of upstream's is longer. */
const MAX_KEY_LENGTH = 128;

function isEntityType(type: unknown): type is EntityType {
  return typeof type === 'string' && Object.hasOwn(ENTITY_KEYS, type);
}

/** The text of a key; null: it is none. A whole number is one: that is how some subgraphs spell their ids. */
function textOf(value: unknown): string | null {
  const text = Number.isSafeInteger(value) ? String(value) : value;
  return typeof text === 'string' && text.length > 0 && text.length <= MAX_KEY_LENGTH ? text : null;
}
