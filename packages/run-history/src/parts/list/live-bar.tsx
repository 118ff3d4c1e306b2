import { without } from '../../core/run.ts';
import { useRunCounts } from '../../hooks/use-overview.ts';
import { Button } from '../base/button.tsx';
import { useSetting } from '../setting.tsx';
import type { RunListSlot } from '../slot.ts';

/** Whether the list changes as the runs do, since when it does not, and the way to stop it and go on. */
export function LiveBar({ list, filter }: RunListSlot) {
  const { messages, format, has } = useSetting();
  const { live, phase, pause, resume, reload } = list;
  // The numbers beside the filters are asked for more often than the rows: what they tell of upstream is newer.
  const counts = useRunCounts(without(filter, 'status'), { isEnabled: phase !== 'loading' });
  const asOf = list.asOf ?? counts.asOf;
  if (phase === 'loading') return null;
  const isWatched = has('live');
  return (
    <div className="rh-live" data-live={isWatched ? live : 'off'} data-stale={asOf === null ? undefined : ''}>
      {isWatched && (
        <span className="rh-live-state" role="status" title={messages.list.liveMeans[live]}>
          <span className="rh-live-mark" aria-hidden="true" />
          {messages.list.live[live]}
        </span>
      )}
      {asOf !== null && (
        <span className="rh-live-as-of" title={messages.common.asOf(format.moment(asOf))}>
          {messages.list.asOf(format.short(asOf))}
        </span>
      )}
      {live === 'off' || live === 'lost' || !isWatched ? (
        <Button size="small" variant="ghost" icon="rerun" onClick={reload}>
          {messages.list.reload}
        </Button>
      ) : (
        <Button
          size="small"
          variant="ghost"
          icon={live === 'paused' ? 'play' : 'pause'}
          onClick={live === 'paused' ? resume : pause}
        >
          {live === 'paused' ? messages.list.resume : messages.list.pause}
        </Button>
      )}
    </div>
  );
}
