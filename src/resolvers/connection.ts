import type { Context } from '../context.ts';
import { cursorAt } from '../domain/cursor.ts';
import {
  pageInfoOf,
  readConnection,
  readWindow,
  type Connection,
  type Page,
  type PageAsk,
  type PagingArguments,
} from '../domain/paging.ts';

/**
 * Answers a list field from numbered pages.
 * @param list its name, which the cursors are bound to: the field with its filter and order; and whether it is
 * merged of several lists, which can only be read from their starts
 * @param read asks for one numbered page
 */
export async function connect<T>(
  args: PagingArguments,
  { maxPageSize }: Context,
  list: { readonly name: object; readonly isMerged?: boolean },
  read: (ask: PageAsk) => Promise<Page<T>>,
): Promise<Connection<T>> {
  const binding = JSON.stringify(list.name);
  const window = readWindow(args, binding, maxPageSize);
  return readConnection(window, binding, list.isMerged ? 'start' : maxPageSize, read);
}

/** The fields of a connection, the same for every noun. */
export const connectionFields = {
  nodes: <T>({ items }: Connection<T>) => items,
  edges: <T>({ items, binding, from }: Connection<T>) =>
    items.map((node, index) => ({ node, cursor: cursorAt(binding, from + index) })),
  pageInfo: pageInfoOf,
  totalCount: <T>({ total }: Connection<T>) => total,
};
