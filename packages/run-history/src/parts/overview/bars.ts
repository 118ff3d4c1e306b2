import type { ExecutionStatus } from '../../documents/generated.ts';
import type { RunChart } from '../../hooks/use-overview.ts';

/** States in the order in which a bar stacks them, from its foot. */
export const STACK: readonly ExecutionStatus[] = [
  'COMPLETED',
  'ERRORED',
  'TIMED_OUT',
  'STOPPED',
  'STOPPING',
  'RUNNING',
  'UNKNOWN',
];

/** The runs of one hour or day. */
export interface Bar {
  /** Its first moment. */
  readonly start: string;
  /** The first moment behind it; null: of the last bar, which goes on to the end of the range. */
  readonly end: string | null;
  /** How many runs of each state that is shown, none left out but zeros; null: could not be counted. */
  readonly parts: readonly Part[] | null;
  readonly total: number;
}

/** The runs of one state. */
export interface Part {
  readonly status: ExecutionStatus;
  readonly count: number;
}

/** The bars of a chart. @param shown the states that are counted; none: all of them */
export function barsOf({ nodes }: RunChart, shown: readonly ExecutionStatus[]): readonly Bar[] {
  return nodes.map(({ start, byStatus }, index) => {
    const parts = byStatus === null ? null : partsOf(byStatus, shown);
    return {
      start,
      end: nodes[index + 1]?.start ?? null,
      parts,
      total: (parts ?? []).reduce((sum, { count }) => sum + count, 0),
    };
  });
}

function partsOf(
  counts: NonNullable<RunChart['nodes'][number]['byStatus']>,
  shown: readonly ExecutionStatus[],
): readonly Part[] {
  return STACK.flatMap((status) => {
    const count = counts.find((one) => one.status === status)?.count ?? 0;
    return count === 0 || (shown.length > 0 && !shown.includes(status)) ? [] : [{ status, count }];
  });
}

/** The end of the axis: a round number that no bar is above; 1 at the least. */
export function topOf(bars: readonly Bar[]): number {
  const most = Math.max(1, ...bars.map(({ total }) => total));
  const unit = 10 ** Math.floor(Math.log10(most));
  const steps = most < 10 ? [1, 2, 4, 6, 8, 10] : [1, 1.2, 1.6, 2, 3, 4, 5, 6, 8, 10];
  return (steps.find((step) => step * unit >= most) ?? 10) * unit;
}

/** Which bars have a label below them: at most so many, at even distances, the last one among them. */
export function labelled(count: number, most: number): (index: number) => boolean {
  const least = Math.max(1, Math.ceil(count / most));
  // A power of two, so that those of fewer labels are among those of more.
  const step = 2 ** Math.ceil(Math.log2(least));
  return (index) => (count - 1 - index) % step === 0;
}
