import type { Context } from '../../context.ts';
import { cursorIn, pageInfoOf, type Connection } from '../../lists/connection.ts';
import { readConnection, type RowList } from '../../lists/window-reader.ts';
import { readWindow, type PagingArguments } from '../../lists/window.ts';

/** A list, and the field that it belongs to with its filter and order, by which cursors know it. */
export type NamedList<T> = Omit<RowList<T>, 'binding' | 'fromStart'> & {
  readonly name: object;
  readonly fromStart?: boolean;
};

/**
 * Answers a list field.
 * @throws BAD_USER_INPUT naming the paging argument that cannot be served
 */
export async function connectionOf<T>(
  args: PagingArguments,
  { maxPageSize }: Context,
  { name, fromStart = false, ...list }: NamedList<T>,
): Promise<Connection<T>> {
  const binding = JSON.stringify(name);
  return readConnection(readWindow(args, binding, maxPageSize), { ...list, binding, fromStart });
}

/** The fields of a connection, the same for every noun. */
export const connectionFields = {
  nodes: <T>({ items }: Connection<T>) => items,
  edges: <T>(connection: Connection<T>) =>
    connection.items.map((node, index) => ({ node, cursor: cursorIn(connection, index) ?? '' })),
  pageInfo: pageInfoOf,
  totalCount: <T>({ total }: Connection<T>) => total,
};
