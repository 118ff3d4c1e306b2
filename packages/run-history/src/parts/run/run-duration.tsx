import { isOpen } from '../../core/run.ts';
import type { RunDetail } from '../../hooks/use-run.ts';
import { useNow } from '../list/now.ts';
import { useSetting } from '../setting.tsx';

/** How long a run took, or has taken so far. */
export function RunDuration({ run }: { readonly run: RunDetail }) {
  const { messages, format } = useSetting();
  if (isOpen(run) && run.createdAt !== null) return <SoFar since={run.createdAt} />;
  return run.durationMs === null ? messages.run.noDuration : format.duration(run.durationMs);
}

/** Ticks each second. A clock that is behind upstream's counts from zero. */
function SoFar({ since }: { readonly since: string }) {
  const { messages, format } = useSetting();
  const seconds = Math.floor(Math.max(0, useNow() - Date.parse(since)) / 1000);
  return messages.run.soFar(format.duration(seconds * 1000));
}
