import { isOpen, type RunRow } from '../../core/run.ts';
import { useSetting } from '../setting.tsx';
import { useNow } from './now.ts';

/** How long a run took or, while it goes on, how long it has taken until now. */
export function RunDuration({ run }: { readonly run: Pick<RunRow, 'status' | 'createdAt' | 'durationMs'> }) {
  const { format, has } = useSetting();
  // Of what is not watched nobody knows whether it still goes on.
  if (has('live') && isOpen(run) && run.createdAt !== null) return <Ticking since={run.createdAt} />;
  return <span className="rh-duration">{format.duration(run.durationMs)}</span>;
}

function Ticking({ since }: { readonly since: string }) {
  const { format } = useSetting();
  const ms = useNow() - Date.parse(since);
  // To the second: a number that changes faster than it can be read says nothing.
  return (
    <span className="rh-duration" data-ticking="">
      {format.duration(Math.max(1000, Math.floor(ms / 1000) * 1000))}
    </span>
  );
}
