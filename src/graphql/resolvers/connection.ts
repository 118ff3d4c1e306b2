import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from '../../context.ts';
import type { ListElement } from '../../domain/model.ts';
import { cursorIn, pageInfoOf, type Connection } from '../../lists/connection.ts';
import { readConnection, type RowList } from '../../lists/window-reader.ts';
import { readWindow, type PagingArguments } from '../../lists/window.ts';
import { readable } from './readable.ts';

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
  nodes: <T extends ListElement>(
    { items }: Connection<T>,
    _args: unknown,
    context: Context,
    info: GraphQLResolveInfo,
  ) => readable(items, context, info),
  edges: <T extends ListElement>(
    connection: Connection<T>,
    _args: unknown,
    context: Context,
    info: GraphQLResolveInfo,
  ) => {
    const shown = new Set(readable(connection.items, context, info));
    const edges = connection.items.map((node, index) => ({
      node,
      cursor: cursorIn(connection, index) ?? '',
    }));
    return edges.filter(({ node }) => shown.has(node));
  },
  pageInfo: pageInfoOf,
  totalCount: <T>({ total }: Connection<T>) => total,
};
