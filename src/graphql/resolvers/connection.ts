import type { Context } from '../../context.ts';
import { cursorIn, pageInfoOf, type Connection } from '../../lists/connection.ts';
import { readConnection, type RowList } from '../../lists/window-reader.ts';
import { readWindow, type PagingArguments } from '../../lists/window.ts';

/** What there is to know of a list besides how to read it. `name`: the field with its filter and order. */
type ListTraits<T> = Pick<RowList<T>, 'keyOf' | 'order'> & {
  readonly name: object;
  readonly fromStart?: boolean;
};

/**
 * Answers a list field from numbered pages.
 * @param read asks for one numbered page
 */
export async function connect<T>(
  args: PagingArguments,
  { maxPageSize }: Context,
  { name, keyOf, order, fromStart = false }: ListTraits<T>,
  read: RowList<T>['read'],
): Promise<Connection<T>> {
  const binding = JSON.stringify(name);
  const window = readWindow(args, binding, maxPageSize);
  return readConnection(window, { binding, keyOf, order, fromStart, read });
}

/** The fields of a connection, the same for every noun. */
export const connectionFields = {
  nodes: <T>({ items }: Connection<T>) => items,
  edges: <T>(connection: Connection<T>) =>
    connection.items.map((node, index) => ({ node, cursor: cursorIn(connection, index) ?? '' })),
  pageInfo: pageInfoOf,
  totalCount: <T>({ total }: Connection<T>) => total,
};
