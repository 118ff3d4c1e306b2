import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from '../../context.ts';
import type { ListElement } from '../../domain/model.ts';
import { cursorIn, PageInfo, type Connection } from '../../lists/connection.ts';
import { tagOf, type Binding } from '../../lists/cursor.ts';
import type { RowList } from '../../lists/merge.ts';
import { readConnection } from '../../lists/window-reader.ts';
import { readWindow, type PagingArguments } from '../../lists/window.ts';
import { readable } from './readable.ts';

/** A list, and the field that it belongs to with its filter and order, by which cursors know it. */
export interface NamedList<T> {
  readonly name: object;
  readonly list: RowList<T>;
  /** The linked account that a row is of; null: it does not tell. Left out: none does. */
  readonly accountOf?: (row: T) => string | null;
}

/** What cursors of a field are bound to. A tag is a hash: it is made where there is a cursor. */
class FieldBinding implements Binding {
  readonly name: string;
  readonly lists: number;
  readonly now: number;
  readonly #account: string | null;

  constructor(name: string, lists: number, account: string | null, now: number) {
    this.name = name;
    this.lists = lists;
    this.now = now;
    this.#account = account;
  }

  get owner(): string | null {
    return this.#account === null ? null : tagOf(this.#account);
  }
}

/**
 * Answers a list field.
 * @throws BAD_USER_INPUT naming the paging argument that cannot be served
 */
export async function connectionOf<T>(
  args: PagingArguments,
  context: Context,
  { name, list, accountOf = () => null }: NamedList<T>,
): Promise<Connection<T>> {
  const account = context.linkedAccount();
  const now = context.now().getTime();
  const binding = new FieldBinding(JSON.stringify(name), list.readers.length, account, now);
  const ownerOf = (row: T) => {
    const found = accountOf(row);
    return found === null ? null : tagOf(found);
  };
  const connection = await readConnection(readWindow(args, binding, context.maxPageSize), {
    ...list,
    binding,
    ownerOf,
  });
  const told = connection.items.map(accountOf).find((found) => found !== null);
  if (told !== undefined) context.noteLinkedAccount(told);
  return connection;
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
  pageInfo: <T>(connection: Connection<T>) => new PageInfo(connection),
  totalCount: <T>({ total }: Connection<T>) => total,
};
