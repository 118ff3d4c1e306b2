import type { ListArgument } from '../../domain/capability.ts';
import { dayOf } from '../../domain/day.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { Execution } from '../../domain/model.ts';
import { isMidnight } from '../../domain/time-range.ts';
import type { Page } from '../../lists/page.ts';
import type { Ask } from '../call.ts';
import type { Habits, Knowledge } from '../capabilities.ts';
import { listOf, type ExecutionQuestion } from './execution-query.ts';
import { readExecutionPage } from './execution-wire.ts';
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
export type CapabilityProbes = ReturnType<typeof createCapabilityProbes>;

/**
 * Builds the checks for one operation. What they find is remembered for the caller, so that each is made once in ten
 * minutes at the most; those that run at the same time share one.
 */
export function createCapabilityProbes(ask: Ask, knowledge: Knowledge) {
  const running = new Map<string, Promise<unknown>>();
  const once = <T>(name: string, check: () => Promise<T>): Promise<T> => {
    const known = running.get(name) as Promise<T> | undefined;
    if (known !== undefined) return known;
    const started = check().finally(() => running.delete(name));
    running.set(name, started);
    return started;
  };

  /** The first rows of a list. Nothing that is remembered will do: upstream may have changed since. */
  const sample = (query: PageQuery, size: number, number = 1): Promise<PageWire<Execution>> =>
    ask({
      method: 'GET',
      route: '/execution',
      path: '/execution',
      query: { page: String(number), limit: String(size), ...query },
      read: readExecutionPage,
      since: knowledge.date(),
      freshness: () => 'list',
    });
  const newest = async () => (await sample({}, 1)).items[0] ?? null;

  /**
   * Whether upstream applies an argument, and those that go with it. One that it was seen to ignore is checked once
   * more, as it may have changed.
   * @param check null: there is nothing to tell it by, and so nothing that could be wrong
   */
  const isApplied = (
    [argument, ...others]: readonly [ListArgument, ...ListArgument[]],
    check: () => Promise<boolean | null>,
  ): Promise<boolean> => {
    const { state, isVerified } = knowledge.findingOn(argument);
    if (state === 'SUPPORTED') return Promise.resolve(true);
    if (state === 'IGNORED' && isVerified) return Promise.resolve(false);
    return once(argument, async () => {
      const found = await check();
      if (found === null) return true;
      const finding = { state: found ? 'SUPPORTED' : 'IGNORED', isVerified: true } as const;
      for (const one of [argument, ...others]) knowledge.note(one, finding);
      return found;
    });
  };

  return {
    /** Whether upstream narrows a list down by this argument. One call, if it is not known. */
    narrowsBy: (argument: NewerArgument) =>
      isApplied([argument], async () => {
        const found = await sample(MATCHING_NOTHING[argument], 1).catch(nullIfRefused);
        return found === null || found.items.length === 0;
      }),

    /** Whether upstream can begin with the oldest. One call, if it is not known. */
    sorts: () =>
      isApplied(['sort'], async () => {
        const { items } = await sample({ sortAsc: 'true' }, SAMPLE_ROWS);
        if (items.length < 2) return null;
        const [first, last] = [items[0]?.createdAt, items.at(-1)?.createdAt];
        return first != null && last != null && first < last;
      }),

    /**
     * Whether upstream reads this spelling of a source: for another source it must answer other rows. One call.
     * @param page what it answered
     */
    readsSource: async (question: ExecutionQuestion, page: Page<Execution>, spelling: Habits) => {
      const source = question.filter.source === 'API_CALL' ? 'SCHEDULE' : 'API_CALL';
      const other = { ...question, filter: { ...question.filter, source } as const };
      const { number, size } = question.request;
      const wanted = number === 1 ? Math.max(size, SAMPLE_ROWS) : size;
      const { items, total } = await sample(listOf(other, spelling).query, wanted, number);
      const ids = new Set(items.map(({ id }) => id));
      if (page.items.length === 0 && items.length === 0) return total !== page.total;
      return !page.items.some(({ id }) => ids.has(id));
    },

    /**
     * Whether upstream takes times, and not only the days that they are on. At the most two calls, if it is not known.
     * @param row one of the account's; null: the newest is asked for
     */
    takesTimes: (row: Execution | null) =>
      isApplied(['createdAfter', 'createdBefore'], async () => {
        const known = row ?? (await newest());
        if (known === null) return null;
        const time = known.createdAt;
        if (time === null) return false;
        const bound = time.toISOString();
        const found = await sample({ start_date: bound, end_date: bound }, SAMPLE_ROWS).catch(nullIfRefused);
        const isFound = found?.items.some(({ id }) => id === known.id) === true;
        return isFound && found.items.every(({ createdAt }) => createdAt?.getTime() === time.getTime());
      }),

    /**
     * Which moment of the day an `end_date` means: whether a run of a day is in the range that ends on that day. At the
     * most two calls. Null: the account has no run that tells.
     * @param rows some of the account's; where none of them tells, the newest is asked for
     */
    endOfRange: (rows: readonly Execution[]): Promise<Habits['endOfRange'] | null> =>
      once('endOfRange', async () => {
        const row = rows.find(isInsideItsDay) ?? (await newest());
        if (row === null || !isInsideItsDay(row)) return null;
        const day = dayOf(row.createdAt);
        const { items } = await sample({ start_date: day, end_date: day }, 1);
        return items.some(isInsideItsDay) ? 'END_OF_DAY' : 'START_OF_DAY';
      }),
  };
}

type PageQuery = Readonly<Record<string, string | undefined>>;

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
