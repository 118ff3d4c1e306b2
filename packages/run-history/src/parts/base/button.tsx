import { Button as BaseButton } from '@base-ui/react/button';
import { forwardRef, type ComponentPropsWithoutRef, type ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { Icon, type IconName } from './icon.tsx';
import { Tooltip } from './tooltip.tsx';

/** How a button looks, and all that a `button` takes. */
export interface ButtonProps extends Omit<ComponentPropsWithoutRef<'button'>, 'className'> {
  /** `default` unless told otherwise. At most one button of a group is `primary`. */
  readonly variant?: 'default' | 'primary' | 'danger' | 'ghost' | undefined;
  readonly size?: 'small' | 'medium' | undefined;
  readonly icon?: IconName | undefined;
  /** A further class. */
  readonly className?: string | undefined;
  /** Whether it can be reached by the keyboard while it is disabled, so that the focus is not lost. */
  readonly isFocusableWhenDisabled?: boolean | undefined;
}

/** A button with words, and perhaps an icon in front of them. It forwards its ref, which React 18 does not do by itself. */
export const Button = forwardRef<HTMLButtonElement, ButtonProps>(function Button(props, ref) {
  const { variant = 'default', size = 'medium', icon, className, isFocusableWhenDisabled, ...rest } = props;
  const { children, ...button } = rest;
  return (
    <BaseButton
      {...button}
      ref={ref}
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
});

/** How a button of an icon alone looks. */
export interface IconButtonProps extends Omit<ButtonProps, 'children' | 'icon' | 'aria-label'> {
  readonly label: string;
  readonly icon: IconName;
  /** The label unless told otherwise. */
  readonly tooltip?: ReactNode;
}

/** A button of an icon alone: its label is its name, and its tooltip. */
export const IconButton = forwardRef<HTMLButtonElement, IconButtonProps>(function IconButton(props, ref) {
  const { label, icon, tooltip = label, variant = 'ghost', ...button } = props;
  return (
    <Tooltip content={tooltip}>
      <Button {...button} ref={ref} variant={variant} icon={icon} aria-label={label} data-icon-only="" />
    </Tooltip>
  );
});
