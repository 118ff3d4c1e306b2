import type { Context } from '../../context.ts';
import { createPartField, type LoadWhole, type PartField } from '../plan/parts.ts';

/** The field of something that may be embedded without it. */
interface EmbeddedOrLoaded<Embedded, Value> extends Pick<PartField, 'extensions'> {
  readonly resolve: (embedded: Embedded, args: unknown, context: Context) => Value | Promise<Value>;
}

/**
 * Makes fields of something that may be embedded in part only. A field that is embedded, null included, answers without
 * a promise; one that is not is loaded with the whole, by id.
 * @param load looks the whole up, batched, by what is embedded
 */
export function embeddedOrLoaded<T extends { readonly id: string }>(
  load: (context: Context, embedded: Pick<T, 'id'> & Partial<T>) => Promise<T>,
) {
  type Embedded = Pick<T, 'id'> & Partial<T>;
  const loadWhole: LoadWhole = (embedded, context) => load(context as Context, embedded as Embedded);
  return <K extends keyof T & string>(name: K) =>
    createPartField({ name, load: loadWhole }) as EmbeddedOrLoaded<Embedded, T[K]>;
}
