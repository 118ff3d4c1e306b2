import type { ReactNode } from 'react';
import { useSetting } from '../setting.tsx';
import type { Outcomes } from './use-outcomes.ts';

/** What the chart is of, and its legend. It is there before the chart, so that nothing moves when that comes. */
export function ChartHead({ outcomes, legend }: { readonly outcomes: Outcomes; readonly legend: ReactNode }) {
  const { messages, format } = useSetting();
  const words = messages.overview;
  const { unit, timeZone, cutTo, asked } = outcomes;
  const said = [
    words.chartShort[unit](timeZone),
    cutTo === null ? null : words.cutTo(cutTo),
    asked.asOf === null ? null : words.chartAsOf(format.short(asked.asOf)),
  ].filter((part) => part !== null);
  return (
    <div className="rh-chart-head">
      <span className="rh-chart-title">{said.join(', ')}</span>
      {legend}
    </div>
  );
}
