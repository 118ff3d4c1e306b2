import type { CSSProperties } from 'react';
import type { Format } from '../../core/format.ts';
import type { AllMessages } from '../messages.ts';
import { useSetting } from '../setting.tsx';
import type { Bar } from './bars.ts';

/** One bar, with a part for each state. `data-missing`: it could not be counted. */
export function ChartBar({
  bar,
  top,
  name,
  label,
  isMajor,
  isFocusable,
  onPoint,
  onFocus,
  onBlur,
  onPick,
}: {
  readonly bar: Bar;
  /** What a bar of full height counts. */
  readonly top: number;
  readonly name: string;
  /** What stands below it; null: nothing. */
  readonly label: string | null;
  /** Whether the label stays where there is little room. */
  readonly isMajor: boolean;
  readonly isFocusable: boolean;
  readonly onPoint: () => void;
  readonly onFocus: () => void;
  readonly onBlur: () => void;
  readonly onPick: () => void;
}) {
  const { messages, format } = useSetting();
  return (
    <li
      className="rh-chart-bar"
      data-missing={bar.parts === null || undefined}
      data-tick={isMajor ? 'major' : 'minor'}
    >
      <button
        type="button"
        aria-label={messages.overview.bar(name, countsOf(bar, messages, format))}
        tabIndex={isFocusable ? 0 : -1}
        onPointerEnter={onPoint}
        onFocus={onFocus}
        onBlur={onBlur}
        onClick={onPick}
      >
        {bar.parts?.map(({ status, count }) => (
          <span
            key={status}
            className="rh-chart-part"
            data-status={status}
            style={{ '--rh-chart-share': count / top } as CSSProperties}
          />
        ))}
      </button>
      {label !== null && (
        <span className="rh-chart-label" aria-hidden="true">
          {label}
        </span>
      )}
    </li>
  );
}

/** What a bar counts, such as `41 completed, 3 failed`. */
export function countsOf({ parts }: Bar, { common, overview }: AllMessages, format: Format): string {
  if (parts === null) return overview.notCounted;
  if (parts.length === 0) return overview.noRuns;
  return parts
    .map(({ status, count }) => overview.barOf(format.number(count), common.status[status]))
    .join(', ');
}
