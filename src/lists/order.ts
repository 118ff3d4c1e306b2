/** What a row of a list is told by, and where it belongs by creation time. */
export interface RowKey {
  readonly id: string;
  /** When it was created, epoch milliseconds. */
  readonly time: number;
}

/** The key of something that upstream created. An id begins with the time in seconds, for want of a better one. */
export function keyOf({ createdAt, id }: { readonly createdAt?: Date | null; readonly id: string }): RowKey {
  const seconds = /^[0-9a-f]{24}$/i.test(id) ? Number.parseInt(id.slice(0, 8), 16) : 0;
  return { id, time: createdAt?.getTime() ?? seconds * 1000 };
}

/** By creation time; of those of the same time, by id. */
export function isOlder(one: RowKey, other: RowKey): boolean {
  const difference = one.time - other.time;
  return difference === 0 ? one.id < other.id : difference < 0;
}
