import { useCallback, useState } from 'react';

/**
 * How high a row is, in CSS pixels: the style sheet decides, by the width of the list and the size of the text, and an
 * empty element that is as high as a row tells. The returned function is that element's `ref`.
 * @param usual what counts until it is known
 */
export function useRowSize(usual: number): readonly [number, (probe: HTMLElement | null) => void] {
  const [size, setSize] = useState(usual);
  const [observer] = useState(() =>
    typeof ResizeObserver === 'undefined'
      ? null
      : new ResizeObserver(([entry]) => {
          const height = entry?.contentRect.height ?? 0;
          if (height > 0) setSize(height);
        }),
  );
  const ref = useCallback(
    (probe: HTMLElement | null) => {
      observer?.disconnect();
      if (probe !== null) observer?.observe(probe);
    },
    [observer],
  );
  return [size, ref];
}
