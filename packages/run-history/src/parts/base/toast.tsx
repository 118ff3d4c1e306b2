import { Toast as BaseToast } from '@base-ui/react/toast';
import { useMemo, type ReactNode } from 'react';
import { useSetting } from '../setting.tsx';
import { IconButton } from './button.tsx';
import { Icon, type IconName } from './icon.tsx';

/** What a toast says. */
export interface Said {
  readonly title: ReactNode;
  readonly description?: ReactNode;
  /** `info` unless told otherwise. What went wrong stays until it is closed, and is read out at once. */
  readonly kind?: 'info' | 'success' | 'warning' | 'danger' | undefined;
  readonly action?: { readonly label: ReactNode; readonly onChoose: () => void } | undefined;
}

const ICONS: Readonly<Record<NonNullable<Said['kind']>, IconName>> = {
  info: 'info',
  success: 'check',
  warning: 'warning',
  danger: 'error',
};

/** Lets the parts below it say what has happened. */
export function ToastProvider({ children }: { readonly children: ReactNode }) {
  const { messages } = useSetting();
  return (
    <BaseToast.Provider limit={3}>
      {children}
      <BaseToast.Viewport className="rh-toasts" aria-label={messages.common.notifications}>
        <Toasts />
      </BaseToast.Viewport>
    </BaseToast.Provider>
  );
}

/** Says what has happened, without taking the focus. */
export function useToast(): (said: Said) => void {
  const { add } = BaseToast.useToastManager();
  return useMemo(
    () =>
      ({ title, description, kind = 'info', action }) => {
        const isUrgent = kind === 'warning' || kind === 'danger';
        add({
          title,
          description,
          type: kind,
          priority: isUrgent ? 'high' : 'low',
          timeout: isUrgent ? 0 : 8000,
          ...(action && { actionProps: { children: action.label, onClick: action.onChoose } }),
        });
      },
    [add],
  );
}

function Toasts() {
  const { messages } = useSetting();
  const { toasts } = BaseToast.useToastManager();
  return toasts.map((toast) => (
    <BaseToast.Root key={toast.id} className="rh-toast" toast={toast}>
      <Icon name={ICONS[toast.type as NonNullable<Said['kind']>]} />
      <BaseToast.Content className="rh-toast-content">
        <BaseToast.Title className="rh-toast-title" />
        <BaseToast.Description className="rh-toast-description" />
        <BaseToast.Action className="rh-button" data-variant="default" data-size="small" />
      </BaseToast.Content>
      <BaseToast.Close
        render={
          <IconButton className="rh-toast-close" size="small" icon="close" label={messages.common.dismiss} />
        }
      />
    </BaseToast.Root>
  ));
}
