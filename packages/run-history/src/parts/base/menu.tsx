import { Menu as BaseMenu } from '@base-ui/react/menu';
import type { ReactElement, ReactNode } from 'react';
import { useSetting } from '../setting.tsx';
import { Icon, type IconName } from './icon.tsx';

/** A menu, and the button that opens it: one element that takes a ref and the props of a `button`. */
export function Menu({
  trigger,
  children,
  align = 'end',
}: {
  readonly trigger: ReactElement;
  readonly children: ReactNode;
  readonly align?: 'start' | 'center' | 'end' | undefined;
}) {
  const { container } = useSetting();
  return (
    <BaseMenu.Root modal={false}>
      <BaseMenu.Trigger render={trigger} />
      <BaseMenu.Portal container={container}>
        <BaseMenu.Positioner className="rh-positioner" align={align} sideOffset={4} collisionPadding={8}>
          <BaseMenu.Popup className="rh-menu">{children}</BaseMenu.Popup>
        </BaseMenu.Positioner>
      </BaseMenu.Portal>
    </BaseMenu.Root>
  );
}

/** Something that a menu does. */
export interface MenuItemProps {
  readonly children: ReactNode;
  readonly onChoose: () => void;
  readonly icon?: IconName | undefined;
  readonly isDanger?: boolean | undefined;
  readonly isDisabled?: boolean | undefined;
  /** More words, smaller, below. */
  readonly hint?: ReactNode;
}

/** Something that a menu offers to do. */
/** Does it, and closes the menu. */
export function MenuItem({ children, onChoose, icon, isDanger, isDisabled, hint }: MenuItemProps) {
  return (
    <BaseMenu.Item
      className="rh-menu-item"
      data-danger={isDanger === true ? '' : undefined}
      disabled={isDisabled === true}
      onClick={onChoose}
    >
      {icon !== undefined && <Icon name={icon} />}
      <span className="rh-menu-text">
        {children}
        {hint !== undefined && <span className="rh-menu-hint">{hint}</span>}
      </span>
    </BaseMenu.Item>
  );
}

/** Something that can be on or off; the menu stays open. */
export function MenuCheckbox({
  children,
  isChecked,
  onChange,
}: {
  readonly children: ReactNode;
  readonly isChecked: boolean;
  readonly onChange: (isChecked: boolean) => void;
}) {
  return (
    <BaseMenu.CheckboxItem className="rh-menu-item" checked={isChecked} onCheckedChange={onChange}>
      <span className="rh-menu-check">
        <BaseMenu.CheckboxItemIndicator>
          <Icon name="check" />
        </BaseMenu.CheckboxItemIndicator>
      </span>
      <span className="rh-menu-text">{children}</span>
    </BaseMenu.CheckboxItem>
  );
}

/** A line between groups. */
export function MenuSeparator() {
  return <BaseMenu.Separator className="rh-menu-separator" />;
}
