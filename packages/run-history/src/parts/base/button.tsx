import { Button as BaseButton } from '@base-ui/react/button';
import type { ComponentProps, ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { Icon, type IconName } from './icon.tsx';
import { Tooltip } from './tooltip.tsx';

/** How a button looks, and all that a `button` takes. */
export interface ButtonProps extends Omit<ComponentProps<'button'>, 'className'> {
  /** `default` unless told otherwise. At most one button of a group is `primary`. */
  readonly variant?: 'default' | 'primary' | 'danger' | 'ghost' | undefined;
  readonly size?: 'small' | 'medium' | undefined;
  readonly icon?: IconName | undefined;
  /** A further class. */
  readonly className?: string | undefined;
  /** Whether it can be reached by the keyboard while it is disabled, so that the focus is not lost. */
  readonly isFocusableWhenDisabled?: boolean | undefined;
}

/** A button with words, and perhaps an icon in front of them. */
export function Button(props: ButtonProps) {
  const { variant = 'default', size = 'medium', icon, className, isFocusableWhenDisabled, ...rest } = props;
  const { children, ...button } = rest;
  return (
    <BaseButton
      {...button}
      type={button.type ?? 'button'}
      focusableWhenDisabled={isFocusableWhenDisabled === true}
      className={classNames('rh-button', className)}
      data-variant={variant}
      data-size={size}
    >
      {icon !== undefined && <Icon name={icon} />}
      {children !== undefined && <span className="rh-button-text">{children}</span>}
    </BaseButton>
  );
}

/** A button of an icon alone: its label is its name, and its tooltip. */
export function IconButton({
  label,
  icon,
  tooltip = label,
  variant = 'ghost',
  ...button
}: Omit<ButtonProps, 'children' | 'icon' | 'aria-label'> & {
  readonly label: string;
  readonly icon: IconName;
  readonly tooltip?: ReactNode;
}) {
  return (
    <Tooltip content={tooltip}>
      <Button {...button} variant={variant} icon={icon} aria-label={label} data-icon-only="" />
    </Tooltip>
  );
}
