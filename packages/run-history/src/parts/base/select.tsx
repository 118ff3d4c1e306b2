import { Select as BaseSelect } from '@base-ui/react/select';
import { useId, type ReactNode } from 'react';
import { useSetting } from '../setting.tsx';
import { Icon } from './icon.tsx';

/** One of several. */
export interface SelectOption<Value extends string> {
  readonly value: Value;
  readonly label: string;
  /** In front of the label. */
  readonly mark?: ReactNode;
}

/** A choice of one. */
export interface SelectProps<Value extends string> {
  /** Its name; shown in front of the value only where `isLabelShown`. */
  readonly label: string;
  readonly isLabelShown?: boolean | undefined;
  readonly value: Value;
  readonly options: readonly SelectOption<Value>[];
  readonly onChange: (value: Value) => void;
  readonly size?: 'small' | 'medium' | undefined;
  readonly isDisabled?: boolean | undefined;
}

/** Chooses one of several that are too many to be shown. */
export function Select<Value extends string>(props: SelectProps<Value>) {
  const { container } = useSetting();
  const id = useId();
  const { label, value, options, onChange, size = 'medium' } = props;
  return (
    <BaseSelect.Root<Value>
      items={options}
      value={value}
      disabled={props.isDisabled === true}
      modal={false}
      onValueChange={(next) => {
        if (next !== null) onChange(next);
      }}
    >
      <BaseSelect.Trigger className="rh-select" data-size={size} aria-labelledby={`${id}-label ${id}-value`}>
        <span id={`${id}-label`} className={props.isLabelShown === true ? 'rh-select-label' : 'rh-hidden'}>
          {label}
        </span>
        <BaseSelect.Value id={`${id}-value`} className="rh-select-value" />
        <BaseSelect.Icon className="rh-select-icon">
          <Icon name="chevron-down" />
        </BaseSelect.Icon>
      </BaseSelect.Trigger>
      <BaseSelect.Portal container={container}>
        <BaseSelect.Positioner
          className="rh-positioner"
          align="start"
          alignItemWithTrigger={false}
          sideOffset={4}
          collisionPadding={8}
        >
          <BaseSelect.Popup className="rh-menu" aria-label={label}>
            {options.map((option) => (
              <BaseSelect.Item key={option.value} className="rh-menu-item" value={option.value}>
                <span className="rh-menu-check">
                  <BaseSelect.ItemIndicator>
                    <Icon name="check" />
                  </BaseSelect.ItemIndicator>
                </span>
                {option.mark}
                <BaseSelect.ItemText className="rh-menu-text">{option.label}</BaseSelect.ItemText>
              </BaseSelect.Item>
            ))}
          </BaseSelect.Popup>
        </BaseSelect.Positioner>
      </BaseSelect.Portal>
    </BaseSelect.Root>
  );
}
