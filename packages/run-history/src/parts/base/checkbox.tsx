import { Checkbox as BaseCheckbox } from '@base-ui/react/checkbox';
import type { ReactNode } from 'react';
import { Icon } from './icon.tsx';

/** A box to tick: with words beside it, or a name alone. */
export interface CheckboxProps {
  readonly isChecked: boolean;
  /** Neither ticked nor not: some of several are. */
  readonly isMixed?: boolean | undefined;
  readonly onChange: (isChecked: boolean, event: Event) => void;
  readonly children?: ReactNode;
  /** Its name, where it has no words. */
  readonly label?: string | undefined;
  readonly isDisabled?: boolean | undefined;
}

/** A checkbox with its label. */
/** Ticks one thing, or all of several. */
export function Checkbox({ isChecked, isMixed, onChange, children, label, isDisabled }: CheckboxProps) {
  const box = (
    <BaseCheckbox.Root
      className="rh-checkbox"
      checked={isChecked}
      indeterminate={isMixed === true}
      disabled={isDisabled === true}
      aria-label={label}
      onCheckedChange={(next, { event }) => {
        onChange(next, event);
      }}
    >
      <BaseCheckbox.Indicator className="rh-checkbox-mark" keepMounted>
        <Icon name={isMixed === true ? 'minus' : 'check'} />
      </BaseCheckbox.Indicator>
    </BaseCheckbox.Root>
  );
  if (children === undefined) return box;
  return (
    <label className="rh-checkbox-label">
      {box}
      <span>{children}</span>
    </label>
  );
}
