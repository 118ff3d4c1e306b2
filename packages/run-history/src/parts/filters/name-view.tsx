import { useId, useState } from 'react';
import { MAX_VIEW_NAME } from '../../core/saved-views.ts';
import { Button } from '../base/button.tsx';
import { Popover } from '../base/popover.tsx';
import { useSetting } from '../setting.tsx';

/** A button that asks for the name of a view. */
export interface NameViewProps {
  /** What the button says. */
  readonly label: string;
  /** The name that is there at first. */
  readonly name: string;
  /** Whether what is saved outlives the page. */
  readonly isKept: boolean;
  readonly onName: (name: string) => void;
  readonly isOpenAtFirst?: boolean | undefined;
  readonly onClose?: (() => void) | undefined;
}

/** Asks for a view's name. */
export function NameView({ label, name, isKept, onName, isOpenAtFirst = false, onClose }: NameViewProps) {
  const { messages } = useSetting();
  const words = messages.filters.views;
  const id = useId();
  const [isOpen, setOpen] = useState(isOpenAtFirst);
  const [text, setText] = useState(name);
  const change = (next: boolean) => {
    setOpen(next);
    if (!next) onClose?.();
  };
  return (
    <Popover
      trigger={
        <Button size="small" variant="ghost" icon="bookmark">
          {label}
        </Button>
      }
      label={words.saveAs}
      isOpen={isOpen}
      onOpenChange={change}
    >
      <form
        className="rh-view-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim() === '') return;
          onName(text);
          change(false);
        }}
      >
        <label className="rh-hidden" htmlFor={id}>
          {words.name}
        </label>
        <input
          id={id}
          className="rh-view-name"
          value={text}
          maxLength={MAX_VIEW_NAME}
          autoComplete="off"
          placeholder={words.name}
          onChange={(event) => {
            setText(event.target.value);
          }}
        />
        <Button type="submit" variant="primary" disabled={text.trim() === ''}>
          {words.confirm}
        </Button>
        {!isKept && <p className="rh-view-note">{words.notKept}</p>}
      </form>
    </Popover>
  );
}
