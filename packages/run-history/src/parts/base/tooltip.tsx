import { Tooltip as BaseTooltip } from '@base-ui/react/tooltip';
import type { ReactElement, ReactNode } from 'react';
import { useSetting } from '../setting.tsx';

/** Says more about what the pointer or the focus is on. It repeats or adds; it is never the only place of a word. */
export function Tooltip({
  content,
  children,
  side = 'top',
}: {
  readonly content: ReactNode;
  /** One element that takes a ref and the props of a `button`. */
  readonly children: ReactElement;
  readonly side?: 'top' | 'bottom' | undefined;
}) {
  const { container } = useSetting();
  return (
    <BaseTooltip.Root>
      <BaseTooltip.Trigger render={children} delay={400} />
      <BaseTooltip.Portal container={container}>
        <BaseTooltip.Positioner className="rh-positioner" side={side} sideOffset={6} collisionPadding={8}>
          <BaseTooltip.Popup className="rh-tooltip">{content}</BaseTooltip.Popup>
        </BaseTooltip.Positioner>
      </BaseTooltip.Portal>
    </BaseTooltip.Root>
  );
}
