import { useMemo, useState, type CSSProperties, type KeyboardEvent } from 'react';
import type { ExecutionStatus } from '../../documents/generated.ts';
import type { RunChart } from '../../hooks/use-overview.ts';
import { useSetting } from '../setting.tsx';
import { barsOf, labelled, topOf, type Bar } from './bars.ts';
import { bucketNames } from './bucket-names.ts';
import { ChartBar, countsOf } from './chart-bar.tsx';
import type { Outcomes } from './use-outcomes.ts';

/** So many bars have a label below them. */
const MOST_LABELS = 8;

/** Bars of the outcomes by hour or day; each is a button, and the arrow keys go from one to the next. */
export function OutcomeChart({
  chart,
  outcomes,
  shown,
  onPick,
}: {
  readonly chart: RunChart;
  readonly outcomes: Outcomes;
  /** States that are counted; none: all of them. */
  readonly shown: readonly ExecutionStatus[];
  readonly onPick: (bar: Bar) => void;
}) {
  const { messages, locale, format } = useSetting();
  const { unit, timeZone, cutTo, asked } = outcomes;
  const bars = useMemo(() => barsOf(chart, shown), [chart, shown]);
  const names = useMemo(() => bucketNames(locale, timeZone, unit), [locale, timeZone, unit]);
  const [at, setAt] = useState<number | null>(null);
  const [stop, setStop] = useState<number | null>(null);
  const words = messages.overview;
  const top = topOf(bars);
  const isLabelled = labelled(bars.length, MOST_LABELS);
  const isMajor = labelled(bars.length, MOST_LABELS / 2);
  const focusable = Math.min(stop ?? bars.length - 1, bars.length - 1);
  const pointed = at === null ? undefined : bars[at];
  const title = words.chart[unit](timeZone) + (cutTo === null ? '' : `, ${words.cutTo(cutTo)}`);
  return (
    <figure
      className="rh-chart"
      aria-label={title}
      aria-busy={asked.isAsking}
      data-earlier={asked.isEarlier || undefined}
    >
      <div className="rh-chart-plot" style={{ '--rh-chart-count': bars.length } as CSSProperties}>
        <div className="rh-chart-axis" aria-hidden="true">
          <span>{format.number(top)}</span>
          <span>{top % 2 === 0 ? format.number(top / 2) : ''}</span>
          <span>0</span>
        </div>
        <ol
          className="rh-chart-bars"
          data-many={bars.length > 14 || undefined}
          aria-label={title}
          onKeyDown={moveFocus}
          onPointerLeave={() => {
            setAt(null);
          }}
        >
          {bars.map((bar, index) => (
            <ChartBar
              key={bar.start}
              bar={bar}
              top={top}
              name={names.full(bar.start)}
              label={isLabelled(index) ? names.short(bar.start) : null}
              isMajor={isMajor(index)}
              isFocusable={index === focusable}
              onPoint={() => {
                setAt(index);
              }}
              onFocus={() => {
                setStop(index);
                setAt(index);
              }}
              onBlur={() => {
                setAt(null);
              }}
              onPick={() => {
                onPick(bar);
              }}
            />
          ))}
        </ol>
        {pointed !== undefined && at !== null && (
          <div
            className="rh-chart-tip"
            aria-hidden="true"
            data-side={at < bars.length / 2 ? 'end' : 'start'}
            style={{ '--rh-chart-at': (at + 0.5) / bars.length } as CSSProperties}
          >
            <strong>{names.full(pointed.start)}</strong>
            <ChartTip bar={pointed} />
          </div>
        )}
      </div>
    </figure>
  );
}

function ChartTip({ bar }: { readonly bar: Bar }) {
  const { messages, format } = useSetting();
  if (bar.parts === null || bar.parts.length === 0) return <span>{countsOf(bar, messages, format)}</span>;
  return (
    <dl>
      {[...bar.parts].reverse().map(({ status, count }) => (
        <div key={status} className="rh-chart-tip-part" data-status={status}>
          <dt>{messages.common.status[status]}</dt>
          <dd>{format.number(count)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Arrow keys, Home and End go from bar to bar, so that a chart is one stop of the Tab key. */
function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const bars = [...event.currentTarget.querySelectorAll('button')];
  const now = bars.indexOf(event.target as HTMLButtonElement);
  const isRightToLeft = getComputedStyle(event.currentTarget).direction === 'rtl';
  const forward = isRightToLeft ? 'ArrowLeft' : 'ArrowRight';
  const back = isRightToLeft ? 'ArrowRight' : 'ArrowLeft';
  const next = new Map([
    [forward, now + 1],
    [back, now - 1],
    ['Home', 0],
    ['End', bars.length - 1],
  ]).get(event.key);
  if (next === undefined || bars[next] === undefined) return;
  event.preventDefault();
  bars[next].focus();
}
