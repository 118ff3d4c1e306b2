import type { ReactNode } from 'react';

/** Words for those who listen. */
export function VisuallyHidden({
  children,
  id,
}: {
  readonly children: ReactNode;
  /** For what it describes. */
  readonly id?: string | undefined;
}) {
  return (
    <span id={id} className="rh-hidden">
      {children}
    </span>
  );
}
