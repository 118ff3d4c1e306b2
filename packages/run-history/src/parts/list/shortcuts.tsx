import { useEffect, useRef, useState } from 'react';
import { Button } from '../base/button.tsx';
import { Dialog } from '../base/dialog.tsx';
import { useSetting } from '../setting.tsx';
import type { RunListSlot } from '../slot.ts';
import { createKeys, type KeyActions } from './keys.ts';

/** What the keys need. */
export interface ShortcutsProps extends RunListSlot {
  /** Keys count while the focus is in it. */
  readonly root: HTMLElement | null;
}

/** The keys of the page, and the dialog that lists them. */
export function Shortcuts({ root, list, view, show, selection, scroller }: ShortcutsProps) {
  const { has, messages } = useSetting();
  const [isHelpOpen, setHelpOpen] = useState(false);
  const actions = useRef<KeyActions | null>(null);
  useEffect(() => {
    actions.current = {
      toggle: (id) => {
        if (!has('bulk')) return;
        const ids = new Set(selection.ids);
        if (!ids.delete(id)) ids.add(id);
        selection.change(ids);
      },
      showNew: () => {
        list.showNew();
        scroller?.scrollTo({ top: 0 });
      },
      toTop: () => scroller?.scrollTo({ top: 0 }),
      close: () => {
        if (view.runId === null) return false;
        show({ runId: null });
        return true;
      },
      help: () => {
        setHelpOpen(true);
      },
    };
  });
  useEffect(() => {
    if (root === null) return;
    const press = createKeys(root, () => actions.current);
    root.addEventListener('keydown', press);
    return () => {
      root.removeEventListener('keydown', press);
    };
  }, [root]);
  return (
    <>
      <Button
        className="rh-shortcuts-open"
        variant="ghost"
        size="small"
        icon="keyboard"
        onClick={() => {
          setHelpOpen(true);
        }}
      >
        {messages.list.shortcuts.open}
      </Button>
      <Dialog
        isOpen={isHelpOpen}
        onOpenChange={setHelpOpen}
        title={messages.list.shortcuts.title}
        size="small"
      >
        <KeyList />
      </Dialog>
    </>
  );
}

/** Each key, or keys that do the same, or keys one after the other, and what it does. */
function KeyList() {
  const { has, messages } = useSetting();
  const words = messages.list.shortcuts;
  const rows: readonly (readonly [keys: readonly string[], joint: string, meaning: string, isOn: boolean])[] =
    [
      [['j', '↓'], words.or, words.next, true],
      [['k', '↑'], words.or, words.previous, true],
      [['Enter', 'o'], words.or, words.openRun, true],
      [['x'], '', words.select, has('bulk')],
      [['f'], '', words.nextFailure, true],
      [['/'], '', words.search, has('search')],
      [['n'], '', words.new, has('live')],
      [['g', 't'], words.then, words.top, true],
      [['Esc'], '', words.close, true],
      [['?'], '', words.help, true],
    ];
  return (
    <dl className="rh-keys">
      {rows
        .filter(([, , , isOn]) => isOn)
        .map(([keys, joint, meaning]) => (
          <div key={meaning} className="rh-keys-row">
            <dt>
              {keys.map((key, index) => (
                <span key={key}>
                  {index > 0 && ` ${joint} `}
                  <kbd>{key}</kbd>
                </span>
              ))}
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
    </dl>
  );
}
