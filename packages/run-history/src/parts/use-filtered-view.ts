import { useMemo, useState } from 'react';
import { canFilter } from '../core/capability.ts';
import { filterOf } from '../core/view.ts';
import { useViewer, type Viewer } from '../hooks/use-overview.ts';
import type { ShownView } from '../hooks/use-view.ts';
import { useSetting } from './setting.tsx';
import type { ViewSlot } from './slot.ts';

/**
 * The view with its filter. What a preset means depends on the time and on what upstream can do: both are taken when the
 * page opens and at each choice, so that a list does not change by itself.
 * `isKnown` says whether it is known yet what upstream can do, which costs no upstream call.
 */
export function useFilteredView(shown: ShownView): ViewSlot & {
  readonly isKnown: boolean;
  /** Asks by days of UTC from now on: upstream has refused times. */
  readonly forgoTimes: () => void;
} {
  const { timeZone } = useSetting();
  const viewer = useViewer({ freshMs: 60_000 });
  const isKnown = viewer.phase !== 'loading';
  const [chosen, setChosen] = useState<{ nowMs: number; knowsTimes: boolean | null }>(() => ({
    nowMs: Date.now(),
    knowsTimes: null,
  }));
  const [isRefused, setRefused] = useState(false);
  const now = !isRefused && knowsTimes(viewer.data);
  if (isKnown && chosen.knowsTimes === null) setChosen({ ...chosen, knowsTimes: now });
  return useMemo(() => {
    const taken = chosen.knowsTimes ?? now;
    const show: ShownView['show'] = (part, how) => {
      if (Object.keys(part).some((name) => name !== 'runId')) {
        setChosen({ nowMs: Date.now(), knowsTimes: now });
      }
      shown.show(part, how);
    };
    const filter = filterOf(shown.view, chosen.nowMs, taken, timeZone);
    const forgoTimes = () => {
      setRefused(true);
      setChosen((before) => ({ ...before, knowsTimes: false }));
    };
    return { ...shown, filter, show, knowsTimes: taken, isKnown, forgoTimes };
  }, [shown, chosen, now, isKnown, timeZone]);
}

/** Whether to ask for times: also where nobody has tried, since upstream tells only then. */
function knowsTimes(viewer: Viewer | null): boolean {
  return canFilter(viewer, 'filter.createdAfter') && canFilter(viewer, 'filter.createdBefore');
}
