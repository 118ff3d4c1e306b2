import type { Binding } from './cursor.ts';
import type { Marks, RowMarks } from './connection.ts';
import type { MergedRow, RowList } from './merge.ts';
import type { Rows } from './rows.ts';

/** A list that belongs to a field, and to somebody. */
export interface BoundList<T> extends RowList<T> {
  readonly binding: Binding;
  /** The linked account of a row, as `tagOf` has it; null: it does not tell. */
  readonly ownerOf: (row: T) => string | null;
}

/** Rows that follow each other in a list that may be merged of several. */
export interface MarkedRows<T> {
  readonly rows: readonly MergedRow<T>[];
  /** How many rows of each list come in front of them. */
  readonly starts: readonly number[];
  readonly lists: readonly Rows<T>[];
}

/** What rows of a list are marked by; null: they have no cursors. */
export function createRowMarks<T>(marked: MarkedRows<T>, list: BoundList<T>): RowMarks | null {
  return list.keyOf === null ? null : new MarksOfRows(marked, list, 0, Infinity);
}

class MarksOfRows<T> implements RowMarks {
  readonly #marked: MarkedRows<T>;
  readonly #list: BoundList<T>;
  readonly #from: number;
  readonly #to: number;
  #known: Marks | undefined;

  constructor(marked: MarkedRows<T>, list: BoundList<T>, from: number, to: number) {
    this.#marked = marked;
    this.#list = list;
    this.#from = from;
    this.#to = to;
  }

  read(): Marks {
    this.#known ??= marksOf(this.#marked, this.#list, this.#from, this.#to);
    return this.#known;
  }

  slice(from: number, to: number): RowMarks {
    return new MarksOfRows(this.#marked, this.#list, this.#from + from, Math.min(this.#to, this.#from + to));
  }
}

function marksOf<T>(
  { rows, starts, lists }: MarkedRows<T>,
  { binding, keyOf, ownerOf }: BoundList<T>,
  from: number,
  to: number,
): Marks {
  const shown = rows.slice(from, to);
  return {
    name: binding.name,
    owner: binding.owner ?? firstOf(rows, ({ row }) => ownerOf(row)),
    keys: keyOf === null ? [] : shown.map(({ row }) => keyOf(row)),
    lists: shown.map((row) => row.list),
    places: upTosOf(rows, starts)
      .slice(from, to)
      .map((upTos) => upTos.map((upTo, nth) => ({ upTo, told: lists[nth]?.told ?? null }))),
    date: Math.min(...lists.map(({ date }) => date)),
  };
}

/** The first that any of them tells; null: none does. */
function firstOf<R, T>(rows: readonly R[], tell: (row: R) => T | null): T | null {
  for (const row of rows) {
    const told = tell(row);
    if (told !== null) return told;
  }
  return null;
}

/** How many rows of each list come up to each merged row, itself included. */
export function upTosOf(
  rows: readonly MergedRow<unknown>[],
  starts: readonly number[],
): readonly (readonly number[])[] {
  let upTo = starts;
  return rows.map(({ list, position }) => {
    upTo = upTo.with(list, Math.max(upTo[list] ?? 0, position + 1));
    return upTo;
  });
}
