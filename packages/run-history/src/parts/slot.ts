import type { RunFilter } from '../core/run.ts';
import type { useRuns } from '../hooks/use-runs.ts';
import type { ShownView } from '../hooks/use-view.ts';
import type { RunSelection } from './selection.ts';

/** What the parts of a page are given: the view, and the way to another. */
export interface ViewSlot extends ShownView {
  /** The view's filter, as the gateway is asked with it. */
  readonly filter: RunFilter;
  /** Whether upstream can be asked for times within a day: then days are those of the setting's time zone, else of UTC. */
  readonly knowsTimes: boolean;
}

/** For parts that know the list. What they ask for themselves waits until `list.phase` is not `loading`: the list is asked first, and alone. */
export interface RunListSlot extends ViewSlot {
  readonly list: ReturnType<typeof useRuns>;
  readonly selection: RunSelection;
  /** What scrolls: all that is beside the open run. The list is further down in it. Null: not there yet. */
  readonly scroller: HTMLElement | null;
}
