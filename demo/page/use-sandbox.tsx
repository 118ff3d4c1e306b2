import { useCallback, useEffect, useState } from 'react';
import type { PanelState } from '../panel-state.ts';
import { readState } from './sandbox.ts';

const EVERY_MS = 1000;

/** What the sandbox is doing, and the way to change it. */
export interface SandboxNow {
  /** Null: not known yet. */
  readonly state: PanelState | null;
  /** Whether the demo did not answer when it was asked last. */
  readonly isGone: boolean;
  /** Does something, and reads anew what it has led to. */
  readonly act: (change: () => Promise<unknown>) => void;
}

/** Asks the demo again and again for as long as somebody looks. */
export function useSandbox(account: string, isShown: boolean): SandboxNow {
  const [state, setState] = useState<PanelState | null>(null);
  const [isGone, setGone] = useState(false);
  const read = useCallback(async () => {
    try {
      setState(await readState(account));
      setGone(false);
    } catch {
      setGone(true);
    }
  }, [account]);
  useEffect(() => {
    if (!isShown) return;
    const look = () => {
      if (document.visibilityState === 'visible') void read();
    };
    look();
    const timer = setInterval(look, EVERY_MS);
    return () => {
      clearInterval(timer);
    };
  }, [isShown, read]);
  const act = useCallback(
    (change: () => Promise<unknown>) => {
      change().then(read, () => {
        setGone(true);
      });
    },
    [read],
  );
  return { state, isGone, act };
}
