import { useState, type KeyboardEvent, type ReactNode } from 'react';
import { Icon } from '../base/icon.tsx';
import { useSetting } from '../setting.tsx';

/** Something that can be chosen. */
export interface Choice {
  readonly value: string;
  readonly label: string;
  /** In front of the label. */
  readonly mark?: ReactNode;
  /** Below the label. */
  readonly hint?: string | undefined;
  /** At the end of the line. */
  readonly end?: ReactNode;
}

/** Choices of a filter. */
export interface ChoicesProps {
  readonly name: string;
  readonly choices: readonly Choice[];
  readonly chosen: readonly string[];
  /** Chooses one, or does not any more. */
  readonly onToggle: (value: string) => void;
  /** Whether they can be searched by their labels. */
  readonly isSearchable?: boolean | undefined;
  /** Below the choices. */
  readonly children?: ReactNode;
}

/** A list of what can be chosen; arrows go up and down in it, digits choose. */
export function Choices(props: ChoicesProps) {
  const { name, choices, chosen, onToggle, isSearchable = false, children } = props;
  const { messages } = useSetting();
  const [text, setText] = useState('');
  const wanted = text.trim().toLowerCase();
  const found = choices.filter(({ label }) => label.toLowerCase().includes(wanted));
  return (
    <div className="rh-filter-choices" onKeyDown={moveByArrows}>
      {isSearchable && (
        <input
          className="rh-filter-choices-search"
          type="text"
          inputMode="search"
          autoComplete="off"
          value={text}
          placeholder={messages.filters.find(name)}
          aria-label={messages.filters.find(name)}
          onChange={(event) => {
            setText(event.target.value);
          }}
        />
      )}
      <div className="rh-filter-choices-list" role="group" aria-label={name}>
        {found.map((choice) => (
          <button
            key={choice.value}
            type="button"
            className="rh-filter-choice"
            aria-pressed={chosen.includes(choice.value)}
            onClick={() => {
              onToggle(choice.value);
            }}
          >
            <span className="rh-filter-choice-check">
              <Icon name="check" />
            </span>
            {choice.mark}
            <span className="rh-filter-choice-words">
              <span className="rh-filter-choice-label">{choice.label}</span>
              {choice.hint !== undefined && <span className="rh-filter-choice-hint">{choice.hint}</span>}
            </span>
            {choice.end}
          </button>
        ))}
        {found.length === 0 && <p className="rh-filter-choices-none">{messages.filters.noneFound}</p>}
      </div>
      {children}
    </div>
  );
}

function moveByArrows(event: KeyboardEvent<HTMLElement>) {
  const { key, currentTarget, target } = event;
  const buttons = [...currentTarget.querySelectorAll<HTMLElement>('.rh-filter-choice')];
  const at = buttons.indexOf(target as HTMLElement);
  const isTyping = target instanceof HTMLInputElement;
  const digit = isTyping ? undefined : buttons[Number.parseInt(key, 10) - 1];
  const next =
    key === 'ArrowDown' ? buttons[at + 1] : key === 'ArrowUp' ? buttons[Math.max(at - 1, 0)] : undefined;
  if (digit !== undefined && key.length === 1) digit.click();
  else if (next === undefined) return;
  next?.focus();
  event.preventDefault();
}
