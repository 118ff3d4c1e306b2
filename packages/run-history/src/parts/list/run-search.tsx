import { useEffect, useId, useState } from 'react';
import { canFilter } from '../../core/capability.ts';
import { MAX_SEARCH } from '../../core/view-address.ts';
import { isRunId } from '../../core/view.ts';
import { useViewer } from '../../hooks/use-overview.ts';
import { IconButton } from '../base/button.tsx';
import { Icon } from '../base/icon.tsx';
import { useSetting } from '../setting.tsx';
import type { ViewSlot } from '../slot.ts';

/** How long typing has to pause before it is searched. */
const PAUSE_MS = 300;

/** Searches by a run's id or a workflow's name, and says by which of them. */
export function RunSearch({ view, show }: ViewSlot) {
  const { messages } = useSetting();
  const words = messages.filters.search;
  const hint = useId();
  const [text, setText] = useTyped(view.search, show);
  const trimmed = text.trim();
  // The same question as the filters', once the list is there.
  const { data: viewer } = useViewer({ isEnabled: trimmed !== '' });
  const kind = trimmed === '' ? null : isRunId(trimmed) ? 'id' : 'name';
  const isIgnored = kind === 'name' && !canFilter(viewer, 'filter.workflowName');
  return (
    <div className="rh-search" role="search">
      <Icon name="search" />
      <input
        className="rh-search-input"
        data-rh-search=""
        type="text"
        maxLength={MAX_SEARCH}
        inputMode="search"
        enterKeyHint="search"
        autoComplete="off"
        spellCheck={false}
        value={text}
        placeholder={words.placeholder}
        aria-label={words.label}
        aria-describedby={hint}
        onChange={(event) => {
          setText(event.target.value);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') {
            setText(trimmed, true);
            if (isRunId(trimmed)) show({ runId: trimmed.toLowerCase() });
          }
          if (event.key !== 'Escape') return;
          event.preventDefault();
          if (text !== '') setText('', true);
          else event.currentTarget.closest<HTMLElement>('[data-rh-page]')?.focus({ preventScroll: true });
        }}
      />
      <span id={hint} className="rh-search-hint">
        {isIgnored ? words.notByName : kind === null ? '' : kind === 'id' ? words.byId : words.byName}
      </span>
      {text !== '' && (
        <IconButton
          size="small"
          icon="close"
          label={words.clear}
          onClick={() => {
            setText('', true);
          }}
        />
      )}
    </div>
  );
}

/** What is typed: shown at once, and searched when it pauses. What the address says wins when it changes by itself. */
function useTyped(search: string, show: ViewSlot['show']) {
  const [typed, setTyped] = useState({ text: search, search, isDone: true });
  if (typed.search !== search) {
    setTyped(typed.text.trim() === search ? { ...typed, search } : { text: search, search, isDone: true });
  }
  useEffect(() => {
    if (typed.isDone) return;
    const timer = setTimeout(() => {
      show({ search: typed.text.trim() }, { isStep: false });
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [typed, show]);
  const change = (text: string, isDone = false) => {
    setTyped({ text, search, isDone });
    if (isDone) show({ search: text.trim() }, { isStep: true });
  };
  return [typed.text, change] as const;
}
