import { useRunStrip, type StripRun } from '../../hooks/use-overview.ts';
import type { RunDetail } from '../../hooks/use-run.ts';
import { Skeleton } from '../base/skeleton.tsx';
import { useSetting } from '../setting.tsx';
import { RunLink } from './run-place.tsx';

/** Of the longest bar, so that each can be seen and pressed. */
const LEAST_HEIGHT = 0.2;

/** The last runs of a workflow, as bars as high as they took long, the newest last. */
export function Strip({ run, workflowId }: { readonly run: RunDetail; readonly workflowId: string }) {
  const { messages } = useSetting();
  const { data, phase } = useRunStrip(workflowId);
  const words = messages.run;
  // Where upstream cannot be asked for the runs of a workflow there is nothing to show, and nothing that could be done.
  if (phase === 'failed' || data?.length === 0) return null;
  const runs = [...(data ?? [])].reverse().map((one) => (one.id === run.id ? run : one));
  const longestMs = Math.max(1, ...runs.map(({ durationMs }) => durationMs ?? 0));
  return (
    <section className="rh-strip" aria-label={words.strip} aria-busy={data === null}>
      <h3 className="rh-run-section">{words.strip}</h3>
      {data === null ? (
        <Skeleton height="40px" />
      ) : (
        <ol className="rh-strip-bars">
          {runs.map((one) => (
            <li key={one.id}>
              <StripBar one={one} longestMs={longestMs} isCurrent={one.id === run.id} />
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

interface BarProps {
  readonly one: StripRun;
  readonly longestMs: number;
  readonly isCurrent: boolean;
}

function StripBar({ one, longestMs, isCurrent }: BarProps) {
  const { messages, format } = useSetting();
  const { status, rawStatus, createdAt, durationMs } = one;
  const state = status === 'UNKNOWN' ? (rawStatus ?? status) : messages.common.status[status];
  const name = messages.run.stripRun(state, format.short(createdAt), format.duration(durationMs));
  // The cube root, so that one long run leaves something to be seen of the others.
  const height = Math.max(LEAST_HEIGHT, Math.cbrt((durationMs ?? 0) / longestMs));
  const bar = (
    <span
      className="rh-strip-bar"
      data-status={status}
      style={{ '--rh-length': height.toFixed(4) } as React.CSSProperties}
    />
  );
  const label = isCurrent ? `${name}, ${messages.run.stripCurrent}` : name;
  return (
    <RunLink
      id={one.id}
      className="rh-strip-link"
      title={label}
      aria-label={label}
      aria-current={isCurrent ? 'true' : undefined}
    >
      {bar}
    </RunLink>
  );
}
