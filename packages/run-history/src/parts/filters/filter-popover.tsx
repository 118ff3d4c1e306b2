import { useState, type ReactNode } from 'react';
import { Button } from '../base/button.tsx';
import { Icon, type IconName } from '../base/icon.tsx';
import { Popover } from '../base/popover.tsx';
import { useSetting } from '../setting.tsx';

/** A filter as a button, and what opens beside it. */
export interface FilterPopoverProps {
  readonly name: string;
  readonly icon?: IconName | undefined;
  /** How many values it has; 0: it lets everything through. */
  readonly count: number;
  /** Upstream ignores it: then it cannot be chosen, and says so. */
  readonly isIgnored?: boolean | undefined;
  /** What opens; `close` closes it. It is drawn while it is open alone. */
  readonly children: (close: () => void) => ReactNode;
  /** Called when it opens for the first time. */
  readonly onFirstOpen?: (() => void) | undefined;
}

/** Opens the choices of one filter. */
export function FilterPopover(props: FilterPopoverProps) {
  const { name, count, isIgnored = false, children, onFirstOpen } = props;
  const { messages } = useSetting();
  const [isOpen, setOpen] = useState(false);
  const trigger = (
    <Button
      className="rh-filter"
      size="small"
      icon={props.icon}
      data-active={count > 0 ? '' : undefined}
      disabled={isIgnored && count === 0}
      isFocusableWhenDisabled
      title={isIgnored ? messages.filters.ignored : undefined}
    >
      {name}
      {count > 0 && <span className="rh-filter-count">{count}</span>}
      {isIgnored && <span className="rh-hidden">: {messages.filters.ignored}</span>}
      <Icon name="chevron-down" />
    </Button>
  );
  return (
    <Popover
      trigger={trigger}
      label={name}
      isOpen={isOpen}
      onOpenChange={(next) => {
        if (next) onFirstOpen?.();
        setOpen(next);
      }}
    >
      {isOpen &&
        children(() => {
          setOpen(false);
        })}
    </Popover>
  );
}
