import type { RunFilter } from '../core/run.ts';
import type { useRuns } from '../hooks/use-runs.ts';
import type { ShownView } from '../hooks/use-view.ts';
import type { RunSelection } from './selection.ts';

/** What the parts of a page are given: the view, and the way to another. */
export interface ViewSlot extends ShownView {
  /** The view's filter, as the gateway is asked with it. */
  readonly filter: RunFilter;
}

/** For parts that ask for something themselves: the list is asked first, and alone. */
export interface LateSlot extends ViewSlot {
  /** Whether the list has answered; before that, nothing else is asked. */
  readonly isReady: boolean;
}

/** For parts that show the list, or change runs of it. */
export interface RunListSlot extends ViewSlot {
  readonly list: ReturnType<typeof useRuns>;
  readonly selection: RunSelection;
  /** What scrolls: all that is beside the open run. The list is further down in it. Null: not there yet. */
  readonly scroller: HTMLElement | null;
}
