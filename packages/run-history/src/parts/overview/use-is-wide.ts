import { useEffect, useState } from 'react';

/** Whether an element is at least so many pixels wide; true before it is there. */
export function useIsWide(element: HTMLElement | null, leastPx: number): boolean {
  const [isWide, setWide] = useState(true);
  useEffect(() => {
    if (element === null) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setWide(entry.contentRect.width >= leastPx);
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, [element, leastPx]);
  return isWide;
}
