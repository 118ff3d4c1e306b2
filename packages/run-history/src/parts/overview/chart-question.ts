import type { BucketUnit } from '../../documents/generated.ts';
import { without, type RunFilter } from '../../core/run.ts';
import { addDays, DAY_MS, dayIn, midnightIn } from '../../core/zone.ts';

/** What a chart asks for. */
export interface ChartQuestion {
  readonly filter: RunFilter;
  /** Hours where the range is short. */
  readonly unit: BucketUnit;
  /** By whose clocks the days of the filter are: the chart's days are the same ones. */
  readonly timeZone: string;
  /** How many days the range was cut to, from its end; null: it is shown whole. */
  readonly cutTo: number | null;
}

/** So many days are asked for where the range has no beginning. */
const USUAL_DAYS = 30;
/** The gateway counts no more than 92; the days at both ends may be parts. */
const MOST_DAYS = 90;
const MOST_HOURS = 49;

/**
 * A chart of the runs that a filter matches, whatever state they are in: a state that is hidden and shown again need not be
 * asked for anew.
 * @param zone by whose clocks the filter's times are meant; its days are those of UTC
 */
export function chartQuestionOf(filter: RunFilter, zone: string, nowMs: number): ChartQuestion {
  const rest = without(filter, 'status');
  const timeZone = filter.createdAfter != null || filter.createdBefore != null ? zone : 'UTC';
  const untilMs = endOf(filter) ?? nowMs;
  const fromMs = beginningOf(filter);
  const most = fromMs === null ? USUAL_DAYS : MOST_DAYS;
  if (fromMs !== null && untilMs - fromMs <= MOST_DAYS * DAY_MS) {
    const unit = untilMs - fromMs <= MOST_HOURS * 3_600_000 ? 'HOUR' : 'DAY';
    return { filter: rest, unit, timeZone: unit === 'HOUR' ? zone : timeZone, cutTo: null };
  }
  const first = addDays(dayIn(timeZone, untilMs - 1), 1 - most);
  const open = without(rest, 'startDate', 'createdAfter');
  const cut =
    timeZone === 'UTC'
      ? { ...open, startDate: first }
      : { ...open, createdAfter: midnightIn(timeZone, first) };
  return { filter: cut, unit: 'DAY', timeZone, cutTo: most };
}

function beginningOf({ startDate, createdAfter }: RunFilter): number | null {
  const at = createdAfter ?? startDate;
  return at == null ? null : Date.parse(at);
}

function endOf({ endDate, createdBefore }: RunFilter): number | null {
  if (createdBefore != null) return Date.parse(createdBefore);
  return endDate == null ? null : Date.parse(endDate) + DAY_MS;
}
