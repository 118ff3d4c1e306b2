import { Dialog as BaseDialog } from '@base-ui/react/dialog';
import type { ReactNode, RefObject } from 'react';
import { useSetting } from '../setting.tsx';
import { Button } from './button.tsx';

/** A dialog over the page. */
export interface DialogProps {
  readonly isOpen: boolean;
  /** Called with false by Escape, the close button, and a press beside it. */
  readonly onOpenChange: (isOpen: boolean) => void;
  readonly title: ReactNode;
  readonly description?: ReactNode;
  readonly children?: ReactNode;
  /** Buttons, the one that does it last. */
  readonly footer?: ReactNode;
  readonly size?: 'small' | 'medium' | 'large' | undefined;
  /** Where the focus begins; the first control unless told otherwise. */
  readonly initialFocus?: RefObject<HTMLElement | null> | undefined;
  /** Whether a press beside it closes it; true unless told otherwise. */
  readonly isDismissible?: boolean | undefined;
}

/** Asks for, or shows, one thing, and holds the focus until it is closed. */
export function Dialog(props: DialogProps) {
  const { container, messages } = useSetting();
  const { isOpen, onOpenChange, isDismissible = true, size = 'medium' } = props;
  return (
    <BaseDialog.Root open={isOpen} onOpenChange={onOpenChange} disablePointerDismissal={!isDismissible}>
      <BaseDialog.Portal container={container}>
        <BaseDialog.Backdrop className="rh-backdrop" />
        <BaseDialog.Viewport className="rh-dialog-viewport">
          <BaseDialog.Popup className="rh-dialog" data-size={size} initialFocus={props.initialFocus}>
            <div className="rh-dialog-header">
              <BaseDialog.Title className="rh-dialog-title">{props.title}</BaseDialog.Title>
              <BaseDialog.Close
                render={
                  // Without a tooltip: it would open with the dialog, and take the first Escape.
                  <Button
                    className="rh-dialog-close"
                    variant="ghost"
                    icon="close"
                    aria-label={messages.common.close}
                    data-icon-only=""
                  />
                }
              />
            </div>
            {props.description !== undefined && (
              <BaseDialog.Description className="rh-dialog-description">
                {props.description}
              </BaseDialog.Description>
            )}
            {props.children !== undefined && <div className="rh-dialog-body">{props.children}</div>}
            {props.footer !== undefined && <div className="rh-dialog-footer">{props.footer}</div>}
          </BaseDialog.Popup>
        </BaseDialog.Viewport>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  );
}
