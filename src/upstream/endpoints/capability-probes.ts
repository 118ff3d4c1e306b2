import { DAY_MS, dayOf } from '../../domain/day.ts';
import { GatewayError } from '../../domain/errors.ts';
import { isPathId } from '../../domain/id.ts';
import { isReadable, type Execution, type ExecutionFilter } from '../../domain/model.ts';
import { dayAfter, isMidnight } from '../../domain/time-range.ts';
import type { PageRequest } from '../../lists/page.ts';
import { keyOf } from '../../lists/order.ts';
import type { Ask } from '../call.ts';
import type { Habits, Knowledge } from '../capabilities.ts';
import { createCapabilityChecks, type CapabilityChecks } from './capability-checks.ts';
import { listOf, type ExecutionQuestion } from './execution-query.ts';
import type { PageWire } from './page-wire.ts';

/** The arguments that the first generation does not know, but for the order. */
export const NEWER_ARGUMENTS = ['executionId', 'workflowId', 'workflowName', 'applicationSlugs'] as const;
export type NewerArgument = (typeof NEWER_ARGUMENTS)[number];

/** Each of them with a value that nothing has: an upstream that reads it answers no row, or refuses it. */
const MATCHING_NOTHING: Readonly<Record<NewerArgument, Readonly<Record<string, string>>>> = {
  executionId: { execution_id: '0'.repeat(24) },
  workflowId: { workflow_id: '0'.repeat(24) },
  workflowName: { workflow_name: 'no workflow has this name 0f5a1c' },
  applicationSlugs: { slug: 'no-application-has-this-slug-0f5a1c' },
};

/** As many rows as tell their order, whatever arrives meanwhile. */
const SAMPLE_ROWS = 10;

/** Asks upstream what it does with an argument, where no answer has shown it by itself. */
export interface CapabilityProbes {
  /** Whether upstream narrows a list down by this argument. One call, if it is not known. */
  readonly narrowsBy: (argument: NewerArgument) => Promise<boolean>;
  /** Whether upstream can begin with the oldest. One call, if it is not known. */
  readonly sorts: () => Promise<boolean>;
  /**
   * What upstream makes of a spelling of a source: for another source it must answer other rows.
   * @param page what it answered
   */
  readonly reads: (
    question: ExecutionQuestion,
    page: PageWire<Execution>,
    spelling: Habits,
  ) => Promise<Reading>;
  /**
   * Whether upstream takes times, and not only the days that they are on: a range of one moment must have the run of
   * that moment, and no other. One to three calls, if it is not known.
   * @param rows some of the account's; where none of them tells, the newest are asked for
   */
  readonly takesTimes: (rows: readonly Execution[]) => Promise<boolean>;
  /**
   * Whether a day that ends where the next one starts has no run of that moment, which would be in the range: one call.
   * @param question its filter has the day as `endDate`
   */
  readonly endsBeforeMidnight: (question: ExecutionQuestion, spelling: Habits) => Promise<boolean>;
  /**
   * Which moment of the day an `end_date` means: whether a run of a day is in the range that ends on that day. At the
   * most two calls.
   * @param rows some of the account's; where none of them tells, the newest are asked for
   */
  readonly endOfRange: (rows: readonly Execution[]) => Promise<EndOfRange>;
}

/**
 * Builds the checks for one operation. What they find is remembered for the caller, so that each is made once in ten
 * minutes at the most; those that run at the same time share one.
 */
export function createCapabilityProbes(ask: Ask, knowledge: Knowledge): CapabilityProbes {
  const { once, sample, isApplied } = createCapabilityChecks(ask, knowledge);
  return {
    narrowsBy: (argument) => isApplied([argument], () => narrowsBy(sample, argument)),
    sorts: () => isApplied(['sort'], () => sorts(sample)),
    reads: (question, page, spelling) => reads(sample, question, page, spelling),
    takesTimes: (rows) => isApplied(['createdAfter', 'createdBefore'], () => takesTimes(sample, rows)),
    endsBeforeMidnight: (question, spelling) => endsBeforeMidnight(sample, question, spelling),
    endOfRange: (rows) => once('endOfRange', () => endOfRange(sample, rows)),
  };
}

async function narrowsBy(sample: Sample, argument: NewerArgument): Promise<boolean> {
  const found = await sample(MATCHING_NOTHING[argument], 1).catch(nullIfRefused);
  return found === null || found.items.length === 0;
}

/** Null: the rows do not tell. */
async function sorts(sample: Sample): Promise<boolean | null> {
  const { items, total, totalPages, hasNextPage } = await sample({ sortAsc: 'true' }, SAMPLE_ROWS);
  const times = timedOf(items).map(({ createdAt }) => createdAt.getTime());
  const risesMs = (times.at(-1) ?? 0) - (times[0] ?? 0);
  if (risesMs !== 0) return risesMs > 0;
  // Runs of one moment, and no others, are in order either way; upstream may have made a smaller page than was asked for.
  const areAll = hasNextPage === null ? total === items.length || totalPages === 1 : !hasNextPage;
  if (items.length < 2 || (areAll && items.every(isReadable))) return null;
  const newest = await sample({}, SAMPLE_ROWS);
  return namesOf(items) !== namesOf(newest.items);
}

/** Which rows these are, and where among them some cannot be read. */
function namesOf(rows: readonly Execution[]): string {
  return rows.map((row) => (isReadable(row) ? row.id : '')).join();
}

async function reads(
  sample: Sample,
  question: ExecutionQuestion,
  page: PageWire<Execution>,
  spelling: Habits,
): Promise<Reading> {
  const { filter, request } = question;
  const { source } = filter;
  const rowsOf = async (ofFilter: ExecutionFilter, { number, size }: PageRequest) => {
    const { query } = listOf({ ...question, filter: ofFilter }, spelling);
    return (await sample(query, number === 1 ? Math.max(size, SAMPLE_ROWS) : size, number)).items;
  };
  const other = source === 'API_CALL' ? 'SCHEDULE' : 'API_CALL';
  if (page.items.some(isReadable)) {
    return shareRows(page.items, await rowsOf({ ...filter, source: other }, request)) ? 'IGNORED' : 'READ';
  }
  // A page behind the end has no rows to compare, and an empty list may be a spelling that means nothing.
  const wide = page.total === 0 ? {} : filter;
  const first = { number: 1, size: SAMPLE_ROWS };
  const found = source === undefined ? [] : await rowsOf({ ...wide, source }, first);
  if (found.length === 0) return 'NO_ROWS';
  return shareRows(found, await rowsOf({ ...wide, source: other }, first)) ? 'IGNORED' : 'READ';
}

/** Null: a time is taken, and no run tells more. */
async function takesTimes(sample: Sample, rows: readonly Execution[]): Promise<boolean | null> {
  const timed = timedOf(rows);
  const known = timed.length > 0 ? timed : timedOf((await sample({}, SAMPLE_ROWS)).items);
  const [row] = known;
  const at = (time: Date) => {
    const bound = time.toISOString();
    return sample({ start_date: bound, end_date: bound }, SAMPLE_ROWS).catch(nullIfRefused);
  };
  if (row === undefined) return (await at(new Date(0))) === null ? false : null;
  const { createdAt } = row;
  const found = (await at(createdAt))?.items;
  const times = timedOf(found ?? []).map((one) => one.createdAt.getTime());
  if (times.length === 0 || times.some((time) => time !== createdAt.getTime())) return false;
  // Another run of that day would have been there, were the moment read as its day.
  const isOther = (one: Timed) => dayOf(one.createdAt) === dayOf(createdAt) && +one.createdAt !== +createdAt;
  if (times.length < SAMPLE_ROWS && known.some(isOther)) return true;
  const next = await at(new Date(createdAt.getTime() + 1));
  return next?.items.every(({ id }) => id !== row.id) ?? false;
}

async function endsBeforeMidnight(
  sample: Sample,
  question: ExecutionQuestion,
  spelling: Habits,
): Promise<boolean> {
  const next = dayAfter(question.filter.endDate ?? '');
  const filter = { ...question.filter, startDate: next, endDate: next };
  const { query } = listOf({ ...question, filter }, { ...spelling, endOfRange: 'END_OF_DAY' });
  return (await sample(query, 1)).items.length === 0;
}

async function endOfRange(sample: Sample, rows: readonly Execution[]): Promise<EndOfRange> {
  const told = timedOf(rows).find(isInsideItsDay);
  const others = told === undefined ? (await sample({}, SAMPLE_ROWS)).items : [];
  const row = told ?? timedOf(others).find(isInsideItsDay);
  if (row === undefined) {
    const areAll = others.length < SAMPLE_ROWS && others.every((one) => isReadable(one) && isOfMidnight(one));
    return areAll ? 'NO_ROWS' : 'UNTOLD';
  }
  const day = dayOf(row.createdAt);
  const { items } = await sample({ start_date: day, end_date: day }, SAMPLE_ROWS);
  if (items.some((one) => one.id === row.id || isInsideItsDay(one))) return 'END_OF_DAY';
  // A run of midnight is in the range either way.
  return items.every(isOfMidnight) ? 'START_OF_DAY' : 'UNTOLD';
}

type Sample = CapabilityChecks['sample'];

/** What an `end_date` means; `NO_ROWS`: there are none to tell it by; `UNTOLD`: those that there are do not tell. */
type EndOfRange = Habits['endOfRange'] | 'NO_ROWS' | 'UNTOLD';

/** What upstream makes of a spelling; `NO_ROWS`: it has none to tell it by. */
type Reading = 'READ' | 'IGNORED' | 'NO_ROWS';

type Timed = Execution & { readonly createdAt: Date };

/** The rows that tell their time themselves: one that could not be read has borrowed its neighbour's, and has no real id. */
function timedOf(rows: readonly Execution[]): Timed[] {
  return rows.filter((row): row is Timed => row.createdAt !== null && isPathId(row.id));
}

/** Whether two lists may be the same one. Rows that cannot be read cannot be told apart, but for how many there are. */
function shareRows(some: readonly Execution[], others: readonly Execution[]): boolean {
  const ids = new Set(some.filter(isReadable).map(({ id }) => id));
  if (ids.size === 0) return others.length === some.length && !others.some(isReadable);
  return others.some(({ id }) => ids.has(id));
}

/** Whether a run was created when its day began; its id tells that too, to the second. */
function isOfMidnight(row: Execution): boolean {
  return keyOf(row).time % DAY_MS === 0;
}

/** Whether a run was created after its day began: a range that ends when the day begins is without it. */
export function isInsideItsDay<T extends Pick<Execution, 'createdAt'>>(
  row: T,
): row is T & { readonly createdAt: Date } {
  return row.createdAt !== null && !isMidnight(row.createdAt);
}

/** The statuses by which upstream refuses the value of an argument: so it has read it. */
const REFUSALS: ReadonlySet<number | undefined> = new Set([400, 404, 422]);

/** Null where upstream has refused an argument's value; throws every other error. */
export function nullIfRefused(error: unknown): null {
  const status = error instanceof GatewayError ? error.details.upstream?.status : undefined;
  if (REFUSALS.has(status)) return null;
  throw error;
}
