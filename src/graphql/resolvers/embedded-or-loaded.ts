import type { Context } from '../../context.ts';

/**
 * Makes resolvers for the fields of something that may be embedded in part only. A field that is embedded, null
 * included, answers without a promise; one that is not is loaded with the whole, by id.
 * @param load looks the whole up, batched, by what is embedded
 */
export function embeddedOrLoaded<T extends { readonly id: string }>(
  load: (context: Context, embedded: Pick<T, 'id'> & Partial<T>) => Promise<T>,
) {
  return <K extends keyof T>(name: K) =>
    (embedded: Pick<T, 'id'> & Partial<T>, _args: unknown, context: Context): T[K] | Promise<T[K]> => {
      const value = (embedded as Partial<T>)[name];
      return value === undefined ? load(context, embedded).then((loaded) => loaded[name]) : value;
    };
}
