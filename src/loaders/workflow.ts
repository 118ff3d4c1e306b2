import { GatewayError } from '../domain/errors.ts';
import { isPathId } from '../domain/id.ts';
import type { Workflow, WorkflowScope } from '../domain/model.ts';
import { endOf, type RowReader, type Rows } from '../lists/rows.ts';
import type { Upstream } from '../upstream/endpoints/upstream.ts';
import { createLookUps, notFound, orError, unlessRefused, type LookUps } from './look-up.ts';

/**
 * Looks workflows up by id, by the cheaper of two ways, again after every answer: a call for each, or list pages that
 * may hold many of them. Where a session token is refused the first way, the lists are the only one.
 */
export function createWorkflowLoader(upstream: Upstream): LookUps<Workflow> {
  const notice = (workflow: Workflow) => {
    lookUps.note(workflow.id, workflow);
  };
  const lookUps = createLookUps<Workflow>(async (ids) => {
    // What cannot be an id is worth no list page: its read tells so without a call.
    const wanted = ids.filter(isPathId);
    const { found, failure } = await readLists(upstream, wanted, notice, CHEAPER_WAY);
    const answers = await Promise.all(
      ids.map(async (id) => {
        const known = found.get(id) ?? (isPathId(id) ? failure : null);
        return known ?? orError(upstream.workflow.get(id));
      }),
    );
    const refused = ids.filter((_id, index) => isForKeysAlone(answers[index]));
    if (refused.length === 0) return answers;
    const listed = await readLists(upstream, refused, notice, ONLY_WAY);
    return answers.map((answer, index) => {
      if (!isForKeysAlone(answer)) return answer;
      const known = listed.found.get(ids[index] ?? '') ?? listed.failure;
      return known ?? (listed.isWhole ? notFound('workflow') : answer);
    });
  });
  return lookUps;
}

/** Whether upstream wants an API key for a look-up: what a session token is refused, its lists may yet tell. */
function isForKeysAlone(answer: Workflow | Error | undefined): boolean {
  return (
    answer instanceof GatewayError && answer.code === 'FORBIDDEN' && answer.details.upstream?.status === 401
  );
}

/** What the lists told: every workflow that a page held, wanted or not, and what kept them from telling more. */
interface Listed {
  readonly found: ReadonlyMap<string, Workflow>;
  readonly failure: Error | null;
  /** There are no more workflows than these. */
  readonly isWhole: boolean;
}

/** One of the two lists that upstream keeps workflows in, and how far it has been read. */
interface WorkflowList {
  readonly reader: RowReader<Workflow>;
  /** Null: nothing yet. */
  rows: Rows<Workflow> | null;
  pagesRead: number;
  /** About as many as upstream says. */
  pages: number;
  /** Whether it cannot be read to its end: it is refused, or has changed too much. */
  isCut: boolean;
}

/** When lists are read. */
interface ReadingPlan {
  /** The list to read on in. */
  readonly next: (
    lists: readonly WorkflowList[],
    wanted: number,
    missing: number,
  ) => WorkflowList | undefined;
  /** Whether a list that is refused is none, since there is another way. */
  readonly skipsRefused: boolean;
}

/**
 * Reads list pages, as long as the plan has a list to read on in.
 * @param wanted distinct ids, as DataLoader hands them over
 * @param notice told of every workflow that a page held, wanted or not
 */
async function readLists(
  upstream: Upstream,
  wanted: readonly string[],
  notice: (workflow: Workflow) => void,
  plan: ReadingPlan,
): Promise<Listed> {
  const found = new Map<string, Workflow>();
  const listOf = (scope: WorkflowScope): WorkflowList => {
    const reader = upstream.workflow.list({ scope });
    return { reader, rows: null, pagesRead: 0, pages: 1, isCut: false };
  };
  const lists = [listOf('PUBLIC'), listOf('PRIVATE')];
  const next = () => plan.next(lists, wanted.length, wanted.filter((id) => !found.has(id)).length);
  for (let list = next(); list; list = next()) {
    try {
      for (const workflow of await readPage(list, plan)) {
        found.set(workflow.id, workflow);
        notice(workflow);
      }
    } catch (error) {
      return { found, failure: error as Error, isWhole: false };
    }
  }
  return {
    found,
    failure: null,
    isWhole: lists.every((list) => !list.isCut && list.pagesRead >= list.pages),
  };
}

/** The workflows of a list's next page. */
async function readPage(list: WorkflowList, { skipsRefused }: ReadingPlan): Promise<readonly Workflow[]> {
  const { reader, rows: before } = list;
  list.pagesRead += 1;
  const reading = before === null ? reader.first(Infinity) : reader.readOn(before);
  const rows = await (skipsRefused ? unlessRefused(reading) : reading);
  list.pages = list.pagesRead + (rows === null ? 0 : pagesBehind(rows));
  list.isCut = rows === null;
  if (rows === null) return [];
  list.rows = rows;
  return rows.items.slice(before?.items.length ?? 0);
}

function pagesBehind(rows: Rows<unknown>): number {
  if (rows.hasMore === false) return 0;
  return Math.max(1, Math.ceil(((rows.told ?? 0) - endOf(rows)) / rows.pageSize));
}

/**
 * The list to read on in, unless asking for each of the missing ones costs no more. All list pages together stay
 * fewer than the workflows that are wanted, so that even where they hold none of them, a look-up costs less than two
 * calls for each.
 */
function nextList(lists: readonly WorkflowList[], wanted: number, missing: number): WorkflowList | undefined {
  const pagesRead = lists.reduce((sum, list) => sum + list.pagesRead, 0);
  // Most often all are on the first page of the public ones.
  if (pagesRead === 0) return missing > 1 ? lists[0] : undefined;
  return lists.find((list) => {
    const pagesLeft = list.pages - list.pagesRead;
    return pagesLeft > 0 && pagesLeft < missing && pagesRead + pagesLeft < wanted;
  });
}

const CHEAPER_WAY: ReadingPlan = { next: nextList, skipsRefused: true };

/** So many list pages are read at most where they are the only way. */
const MAX_PAGES = 6;

/** The list to read on in where there is no other way to what is missing. */
function nextOfAll(
  lists: readonly WorkflowList[],
  _wanted: number,
  missing: number,
): WorkflowList | undefined {
  const pagesRead = lists.reduce((sum, list) => sum + list.pagesRead, 0);
  if (missing === 0 || pagesRead >= MAX_PAGES) return undefined;
  return lists.find((list) => list.pagesRead < list.pages);
}

const ONLY_WAY: ReadingPlan = { next: nextOfAll, skipsRefused: false };
