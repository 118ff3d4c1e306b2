import { timeOfId } from '../domain/id.ts';

/** How a list is ordered by creation time. */
export type Order = 'ASC' | 'DESC';

/** What a row of a list is told by, and where it belongs by creation time. */
export interface RowKey {
  readonly id: string;
  /** When it was created, epoch milliseconds. */
  readonly time: number;
}

/** The key of something that upstream created. An id begins with the time in seconds, for want of a better one. */
export function keyOf({ createdAt, id }: { readonly createdAt?: Date | null; readonly id: string }): RowKey {
  return { id, time: createdAt?.getTime() ?? timeOfId(id) ?? 0 };
}

/** By creation time; of those of the same time, by id. */
export function isOlder(one: RowKey, other: RowKey): boolean {
  const difference = one.time - other.time;
  return difference === 0 ? one.id < other.id : difference < 0;
}

/** Whether a row comes in front of another one in a list of this order. */
export function comesBefore(one: RowKey, other: RowKey, order: Order): boolean {
  return order === 'ASC' ? isOlder(one, other) : isOlder(other, one);
}

/** Whether two rows were created in the same second, which is all that an id tells. */
export function isSameSecond(one: RowKey, other: RowKey): boolean {
  return Math.floor(one.time / 1000) === Math.floor(other.time / 1000);
}
