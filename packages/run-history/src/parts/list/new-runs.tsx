import { useEffect, useState } from 'react';
import type { RunView } from '../../core/view.ts';
import type { RunListSlot } from '../slot.ts';
import { useSetting } from '../setting.tsx';

/** How high the columns are, which lie over the rows, in CSS pixels. */
export const HEAD = 36;

const BETWEEN_WORDS_MS = 5000;

/** What `NewRuns` needs. */
export interface NewRunsProps {
  readonly list: RunListSlot['list'];
  readonly view: RunView;
  readonly scroller: HTMLElement | null;
  /** How far down the first row is in what scrolls. */
  readonly margin: number;
}

/** The new runs that wait, as a button that shows them. It lies over the list, so that nothing moves when it comes. */
export function NewRuns({ list, view, scroller, margin }: NewRunsProps) {
  const { messages } = useSetting();
  const { newCount, showNew } = list;
  const words = newCount === 0 ? '' : messages.list.newRuns(newCount);
  const show = () => {
    showNew();
    const isFurtherDown = (scroller?.scrollTop ?? 0) > margin;
    if (view.sort === 'DESC' && isFurtherDown) scroller?.scrollTo({ top: Math.max(0, margin - HEAD) });
  };
  return (
    <div className="rh-new">
      <span className="rh-hidden" role="status">
        {useSlowly(words)}
      </span>
      {newCount > 0 && (
        <button type="button" className="rh-new-button" data-rh-new="" onClick={show}>
          {words}
        </button>
      )}
    </div>
  );
}

/** The same words, at most once in a while: a screen reader that is told of each new run says nothing else. */
function useSlowly(words: string): string {
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (words === said) return;
    const timer = setTimeout(
      () => {
        setSaid(words);
      },
      words === '' || said === '' ? 0 : BETWEEN_WORDS_MS,
    );
    return () => {
      clearTimeout(timer);
    };
  }, [words, said]);
  return said;
}
