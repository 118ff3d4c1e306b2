import { badInput } from '../domain/errors.ts';
import { anchorOf, MAX_POSITION, type Anchor, type Binding } from './cursor.ts';
import { DEFAULT_PAGE_SIZE } from './page.ts';

/** Paging arguments as GraphQL hands them over: left out and null mean the same. */
export interface PagingArguments {
  readonly page?:
    | { readonly number?: number | null | undefined; readonly size?: number | null | undefined }
    | null
    | undefined;
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

/** Which rows of a list: up to `size` of them, from somewhere on. */
export interface RowWindow {
  readonly size: number;
  /** From this position (0-based), next to a row on one side of it, or the last ones. */
  readonly from: number | 'end' | { readonly side: 'after' | 'before'; readonly anchor: Anchor };
  /** Of those only what comes behind this row. */
  readonly floor: Anchor | null;
  /** Of those only what comes in front of this row. */
  readonly ceiling: Anchor | null;
}

/**
 * Reads either style of paging.
 * @param binding what cursors are bound to
 * @param maxSize the largest page
 * @throws BAD_USER_INPUT naming the argument: both styles at once, a size or number out of range, a cursor of
 * another list
 */
export function readWindow(args: PagingArguments, binding: Binding, maxSize: number): RowWindow {
  const first = args.first ?? null;
  const last = args.last ?? null;
  const after = args.after ?? null;
  const before = args.before ?? null;
  if (args.page != null) {
    if (first !== null || last !== null || after !== null || before !== null) {
      throw badInput('page excludes first, after, last and before');
    }
    const number = args.page.number ?? 1;
    const size = sizeOf('page.size', args.page.size ?? DEFAULT_PAGE_SIZE, maxSize);
    const maxNumber = Math.floor(MAX_POSITION / size);
    if (number < 1 || number > maxNumber) {
      throw badInput(`page.number must be from 1 to ${String(maxNumber)} for pages of this size`);
    }
    return { from: (number - 1) * size, size, floor: null, ceiling: null };
  }
  if (first !== null && last !== null) throw badInput('first and last exclude each other');
  const size =
    last === null ? sizeOf('first', first ?? DEFAULT_PAGE_SIZE, maxSize) : sizeOf('last', last, maxSize);
  const floor = after === null ? null : anchorOf(binding, after, 'after');
  const ceiling = before === null ? null : anchorOf(binding, before, 'before');
  if (last !== null || (ceiling !== null && first === null)) {
    const from = ceiling === null ? 'end' : ({ side: 'before', anchor: ceiling } as const);
    return { from, size, floor, ceiling: null };
  }
  const from = floor === null ? 0 : ({ side: 'after', anchor: floor } as const);
  return { from, size, floor: null, ceiling };
}

function sizeOf(argument: string, size: number, maxSize: number): number {
  if (size >= 1 && size <= maxSize) return size;
  throw badInput(`${argument} must be from 1 to ${String(maxSize)}`);
}
