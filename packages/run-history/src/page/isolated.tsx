import { Component, useEffect, useRef, useState, type ReactNode } from 'react';
import { openShadow } from './shadow.ts';

/**
 * Renders within a shadow root, with the page's own styles: no rule of the host reaches it, and none of its own gets
 * out. On a server it renders the empty host.
 */
export function Isolated({
  className,
  children,
}: {
  readonly className: string;
  readonly children: ReactNode;
}) {
  const host = useRef<HTMLDivElement>(null);
  const root = useRef<ReturnType<typeof openShadow>>(null);
  const [crash, setCrash] = useState<{ readonly error: unknown } | null>(null);
  if (crash !== null) throw crash.error;

  useEffect(() => {
    if (host.current === null) return;
    const opened = openShadow(host.current);
    root.current = opened;
    return () => {
      opened.unmount();
    };
  }, []);
  useEffect(() => {
    root.current?.render(<Crash onCrash={setCrash}>{children}</Crash>);
  }, [children]);
  return <div ref={host} className={className} />;
}

interface CrashProps {
  readonly onCrash: (crash: { readonly error: unknown }) => void;
  readonly children: ReactNode;
}

/** Hands an error over to the host's own error boundaries, which are around another React root. */
class Crash extends Component<CrashProps, { readonly isCrashed: boolean }> {
  override state = { isCrashed: false };

  static getDerivedStateFromError() {
    return { isCrashed: true };
  }

  override componentDidCatch(error: unknown) {
    this.props.onCrash({ error });
  }

  override render() {
    return this.state.isCrashed ? null : this.props.children;
  }
}
