import { useEffect } from 'react';

/**
 * Keeps a popover in the browser's top layer while there is something in it: no `overflow`, `z-index` or `transform`
 * of a host gets at what is there. It is opened anew for the first thing in it, and so is above a dialog of the host
 * that was opened meanwhile.
 */
export function useTopLayer(popover: HTMLElement | null): void {
  useEffect(() => {
    if (popover === null || !('showPopover' in popover)) return;
    const follow = () => {
      const isOpen = popover.matches(':popover-open');
      if (popover.childElementCount > 0 && !isOpen) popover.showPopover();
      if (popover.childElementCount === 0 && isOpen) popover.hidePopover();
    };
    const observer = new MutationObserver(follow);
    observer.observe(popover, { childList: true });
    follow();
    return () => {
      observer.disconnect();
    };
  }, [popover]);
}
