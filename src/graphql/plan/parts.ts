import type { GraphQLField } from 'graphql';

/** A field of something that may be at hand in part only: where it is not, it is read from the whole. */
export interface Part {
  readonly name: string;
  readonly load: LoadWhole;
}

/** Looks the whole up by what is at hand, for a context. Fields with the same one are read from one whole. */
export type LoadWhole = (source: object, context: unknown) => Promise<object>;

/** The resolver of a part, and what tells plans that it is one. */
export interface PartField {
  readonly resolve: (source: object, args: unknown, context: unknown) => unknown;
  readonly extensions: { readonly part: Part };
}

/** Makes the field of a part. Plans wait once for all parts that an object lacks; graphql-js calls the resolver of each. */
export function createPartField(part: Part): PartField {
  return {
    resolve: (source, _args, context) =>
      isAtHand(part, source)
        ? valueIn(source, part)
        : part.load(source, context).then((whole) => valueIn(whole, part)),
    extensions: { part },
  };
}

/** The part that a field is; null: it is none. */
export function partOf({ extensions }: Pick<GraphQLField<unknown, unknown>, 'extensions'>): Part | null {
  return (extensions as Partial<PartField['extensions']>).part ?? null;
}

/** Whether a part needs no look-up; null is a value as well. */
function isAtHand(part: Part, source: object): boolean {
  return valueIn(source, part) !== undefined;
}

/** The value of a part. */
export function valueIn(whole: object, { name }: Part): unknown {
  return (whole as Readonly<Record<string, unknown>>)[name];
}
