import { dayOf } from '../../domain/day.ts';
import { badInput } from '../../domain/errors.ts';

const MAX_TEXT_LENGTH = 256;

/** A filter's fields without those that are null: both mean the same, and the domain only knows left out. */
export type Given<T> = { readonly [K in keyof T]?: Exclude<T[K], null | undefined> };

/** Drops the fields of a filter that are null. */
export function givenOf<T extends object>(filter: T | null | undefined): Given<T> {
  return Object.fromEntries(
    Object.entries(filter ?? {}).filter(([, value]) => value !== null && value !== undefined),
  ) as Given<T>;
}

/**
 * The day range of a filter, as `YYYY-MM-DD`.
 * @throws BAD_USER_INPUT when it ends before it starts
 */
export function daysOf(filter: Given<{ startDate: Date | null; endDate: Date | null }>) {
  const { startDate, endDate } = filter;
  if (startDate && endDate && startDate > endDate) {
    throw badInput('filter.startDate must not be after filter.endDate');
  }
  return {
    ...(startDate && { startDate: dayOf(startDate) }),
    ...(endDate && { endDate: dayOf(endDate) }),
  };
}

/**
 * Checks the texts of a filter for length, the one thing that holds for all of them.
 * @throws BAD_USER_INPUT naming the first that is empty or too long
 */
export function checkTexts(filter: object): void {
  for (const [name, value] of Object.entries(filter)) {
    if (typeof value !== 'string') continue;
    if (value === '' || value.length > MAX_TEXT_LENGTH) {
      throw badInput(`filter.${name} must have from 1 to ${String(MAX_TEXT_LENGTH)} characters`);
    }
  }
}
