import { useMemo, useState } from 'react';
import type { BucketUnit } from '../../documents/generated.ts';
import type { RunFilter } from '../../core/run.ts';
import type { Asked } from '../../hooks/use-asked.ts';
import { useRunChart, type RunChart } from '../../hooks/use-overview.ts';
import { useSetting } from '../setting.tsx';
import { chartQuestionOf } from './chart-question.ts';

/** A chart that was asked for, and how it came out. */
export interface Outcomes {
  readonly asked: Asked<RunChart>;
  readonly unit: BucketUnit;
  /** By whose clocks its hours and days begin. */
  readonly timeZone: string;
  /** How many days the range was cut to; null: it is shown whole. */
  readonly cutTo: number | null;
  /** What is asked, so that one question can be told from another. */
  readonly name: string;
}

/** The outcomes of a range by hour or day; by day where upstream knows no hours, and by days of UTC where it knows no others. */
export function useOutcomes(filter: RunFilter, isEnabled: boolean): Outcomes {
  const zone = useSetting().timeZone;
  // For how long a range is that goes on to now; a page that is open for days need not be exact about that.
  const [nowMs] = useState(Date.now);
  const question = useMemo(() => chartQuestionOf(filter, zone, nowMs), [filter, zone, nowMs]);
  const ask = { isEnabled, freshMs: 2000 };
  const wantsHours = question.unit === 'HOUR';
  const hours = useRunChart(
    question.filter,
    { unit: 'HOUR', timeZone: question.timeZone },
    { ...ask, isEnabled: isEnabled && wantsHours },
  );
  const hasNoHours = wantsHours && isRefused(hours);
  const daysIn = hasNoHours && filter.createdAfter == null ? 'UTC' : question.timeZone;
  const days = useRunChart(
    question.filter,
    { unit: 'DAY', timeZone: daysIn },
    { ...ask, isEnabled: isEnabled && (!wantsHours || hasNoHours) },
  );
  const hasNoZone = (!wantsHours || hasNoHours) && daysIn !== 'UTC' && isRefused(days);
  const plain = useRunChart(
    question.filter,
    { unit: 'DAY', timeZone: 'UTC' },
    { ...ask, isEnabled: isEnabled && hasNoZone },
  );
  const { cutTo } = question;
  const name = JSON.stringify(question);
  if (hasNoZone) return { asked: plain, unit: 'DAY', timeZone: 'UTC', cutTo, name };
  return wantsHours && !hasNoHours
    ? { asked: hours, unit: 'HOUR', timeZone: question.timeZone, cutTo, name }
    : { asked: days, unit: 'DAY', timeZone: daysIn, cutTo, name };
}

function isRefused({ problems }: Asked<RunChart>): boolean {
  return problems.some(({ code }) => code === 'NOT_SUPPORTED');
}
