import { defaultRangeExtractor, useVirtualizer, type VirtualItem } from '@tanstack/react-virtual';
import { useLayoutEffect, useMemo, useRef } from 'react';
import type { RunRow } from '../../core/run.ts';

/** How many rows are there beyond those in sight. */
export const OVERSCAN = 10;

interface Options {
  readonly rows: readonly RunRow[];
  readonly scroller: HTMLElement | null;
  /** How high each row is, and how far down the first one begins in what scrolls, in CSS pixels. */
  readonly rowSize: number;
  readonly margin: number;
  /** The row that has had the focus last. */
  readonly focusedId: string | null;
}

/** Which rows are elements: those in sight, some around them, and the one with the focus, which must not go away. */
export function useRows({ rows, scroller, rowSize, margin, focusedId }: Options): {
  readonly items: readonly VirtualItem[];
  /** How high all rows are together. */
  readonly totalSize: number;
} {
  const focused = useMemo(
    () => (focusedId === null ? -1 : rows.findIndex(({ id }) => id === focusedId)),
    [rows, focusedId],
  );
  // eslint-disable-next-line react-hooks/incompatible-library -- nothing here is compiled, so nothing is remembered too long
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller,
    estimateSize: () => rowSize,
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: OVERSCAN,
    scrollMargin: margin,
    rangeExtractor: (range) => {
      const shown = defaultRangeExtractor(range);
      if (focused === -1 || shown.includes(focused)) return shown;
      return [...shown, focused].sort((one, other) => one - other);
    },
  });
  const measured = useRef(rowSize);
  useLayoutEffect(() => {
    if (measured.current !== rowSize) virtualizer.measure();
    measured.current = rowSize;
  }, [virtualizer, rowSize]);
  return { items: virtualizer.getVirtualItems(), totalSize: virtualizer.getTotalSize() };
}
