import { useEffect, useState } from 'react';

/** How far down an element begins in what scrolls, in CSS pixels, whatever opens, loads or folds above it. */
export function useMargin(element: HTMLElement | null, scroller: HTMLElement | null): number {
  const [margin, setMargin] = useState(0);
  useEffect(() => {
    if (element === null || scroller === null) return;
    const measure = () => {
      const top = element.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
      setMargin(Math.round(top + scroller.scrollTop));
    };
    const observer = new ResizeObserver(measure);
    observer.observe(scroller);
    for (const above of [scroller, ...ancestorsOf(element, scroller)]) {
      for (const part of above.children) observer.observe(part);
    }
    scroller.addEventListener('scroll', measure, { passive: true });
    return () => {
      observer.disconnect();
      scroller.removeEventListener('scroll', measure);
    };
  }, [element, scroller]);
  return margin;
}

function ancestorsOf(element: HTMLElement, end: HTMLElement): readonly HTMLElement[] {
  const parent = element.parentElement;
  return parent === null || parent === end ? [] : [parent, ...ancestorsOf(parent, end)];
}
