import { badInput } from '../../domain/errors.ts';
import { isSlug } from '../../domain/id.ts';
import { isKnownStatus, type ExecutionFilter, type KnownStatus } from '../../domain/model.ts';
import { timeRangeOf } from '../../domain/time-range.ts';
import { checkTexts, daysOf, givenOf } from './filter.ts';
import type { ExecutionFilter as ExecutionFilterInput } from './generated.ts';

/** Reads the filter of executions; BAD_USER_INPUT naming the field that cannot be served. */
export function readExecutionFilter(input: ExecutionFilterInput | null | undefined): ExecutionFilter {
  const { status, startDate, endDate, applicationSlugs, ...rest } = givenOf(input);
  checkTexts(rest);
  return withinTime({
    ...rest,
    ...(status && { statuses: readStatuses(status) }),
    ...daysOf({ ...(startDate && { startDate }), ...(endDate && { endDate }) }),
    ...(applicationSlugs && { applicationSlugs: readSlugs(applicationSlugs) }),
  });
}

/** A filter, if its days and times leave any time at all. */
function withinTime(filter: ExecutionFilter): ExecutionFilter {
  const { fromMs, untilMs } = timeRangeOf(filter);
  if (fromMs < untilMs) return filter;
  throw badInput(
    'filter.createdAfter and filter.startDate must be before filter.createdBefore and the end of filter.endDate',
  );
}

/** The filter as cursors are bound to it: the same slugs in another order are the same list. */
export function inAnyOrder(filter: ExecutionFilter): ExecutionFilter {
  const { applicationSlugs } = filter;
  return applicationSlugs ? { ...filter, applicationSlugs: applicationSlugs.toSorted() } : filter;
}

/** In one order, whatever the caller's, so that the cursors do not depend on it. */
function readStatuses(statuses: NonNullable<ExecutionFilterInput['status']>): KnownStatus[] {
  const distinct = [...new Set(statuses)].sort();
  if (distinct.length === 0) throw badInput('filter.status must have a value: leave it out to match all');
  return distinct.map((status) => {
    if (isKnownStatus(status)) return status;
    throw badInput(`filter.status cannot be ${status}: upstream cannot be asked for it`);
  });
}

const MAX_SLUGS = 50;

/** Upstream takes them joined by commas, so a slug must not have one. */
function readSlugs(slugs: readonly string[]): string[] {
  const distinct = [...new Set(slugs)];
  if (distinct.length < 1 || distinct.length > MAX_SLUGS) {
    throw badInput(`filter.applicationSlugs must have from 1 to ${String(MAX_SLUGS)} values`);
  }
  if (!distinct.every(isSlug)) {
    throw badInput('filter.applicationSlugs may only have letters, digits, -, _ and .');
  }
  return distinct;
}
