import { Popover as BasePopover } from '@base-ui/react/popover';
import type { ReactElement, ReactNode } from 'react';
import { useSetting } from '../setting.tsx';

/** A popup with controls, beside the button that opens it. */
export interface PopoverProps {
  /** The button: one element that takes a ref and the props of a `button`. */
  readonly trigger: ReactElement;
  /** Its name. */
  readonly label: string;
  readonly children?: ReactNode;
  readonly align?: 'start' | 'center' | 'end' | undefined;
  /** Both, where the one around it says whether it is open. */
  readonly isOpen?: boolean | undefined;
  readonly onOpenChange?: ((isOpen: boolean) => void) | undefined;
}

/** Opens beside its button, and closes by Escape or a press elsewhere. */
export function Popover({ trigger, label, children, align = 'start', isOpen, onOpenChange }: PopoverProps) {
  const { container } = useSetting();
  return (
    <BasePopover.Root open={isOpen} onOpenChange={(next) => onOpenChange?.(next)}>
      <BasePopover.Trigger render={trigger} />
      <BasePopover.Portal container={container}>
        <BasePopover.Positioner className="rh-positioner" align={align} sideOffset={4} collisionPadding={8}>
          <BasePopover.Popup className="rh-popover" aria-label={label}>
            {children}
          </BasePopover.Popup>
        </BasePopover.Positioner>
      </BasePopover.Portal>
    </BasePopover.Root>
  );
}

/** A button within a popover that closes it. */
export function PopoverClose({ children }: { readonly children: ReactElement }) {
  return <BasePopover.Close render={children} />;
}
