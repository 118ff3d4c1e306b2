import DataLoader from 'dataloader';
import { isPathId } from '../domain/id.ts';
import type { Workflow, WorkflowScope } from '../domain/model.ts';
import type { Upstream } from '../upstream/endpoints/upstream.ts';
import { orError, unlessRefused } from './look-up.ts';

/**
 * Looks workflows up by id, by the cheaper of two ways, again after every answer: a call for each, or list pages that
 * may hold many of them.
 * @param pageSize how many workflows one list call reads
 */
export function createWorkflowLoader(upstream: Upstream, pageSize: number): DataLoader<string, Workflow> {
  const loader = new DataLoader<string, Workflow>(async (ids) => {
    // What cannot be an id is worth no list page: its read tells so without a call.
    const wanted = ids.filter(isPathId);
    const { found, failure } = await readLists(upstream, wanted, pageSize, (workflow) => {
      loader.prime(workflow.id, workflow);
    });
    return Promise.all(
      ids.map(async (id) => {
        const known = found.get(id) ?? (isPathId(id) ? failure : null);
        return known ?? orError(upstream.workflow.get(id));
      }),
    );
  });
  return loader;
}

/** What the lists told: every workflow that a page held, wanted or not, and what kept them from telling more. */
interface Listed {
  readonly found: ReadonlyMap<string, Workflow>;
  readonly failure: Error | null;
}

/** One of the two lists that upstream keeps workflows in, and how far it has been read. */
interface WorkflowList {
  readonly scope: WorkflowScope;
  pagesRead: number;
  pages: number;
}

/**
 * Reads list pages, as long as that is the cheaper way to what is missing.
 * @param wanted distinct ids, as DataLoader hands them over
 * @param notice told of every workflow that a page held, wanted or not
 */
async function readLists(
  upstream: Upstream,
  wanted: readonly string[],
  pageSize: number,
  notice: (workflow: Workflow) => void,
): Promise<Listed> {
  const found = new Map<string, Workflow>();
  const lists: WorkflowList[] = [
    { scope: 'PUBLIC', pagesRead: 0, pages: 1 },
    { scope: 'PRIVATE', pagesRead: 0, pages: 1 },
  ];
  const next = () => nextList(lists, wanted.length, wanted.filter((id) => !found.has(id)).length);
  for (let list = next(); list; list = next()) {
    const number = (list.pagesRead += 1);
    try {
      const request = { number, size: pageSize };
      const page = await unlessRefused(upstream.workflow.list({ scope: list.scope }, request));
      list.pages = page === null ? number : Math.ceil(page.total / pageSize);
      for (const workflow of page?.items ?? []) {
        found.set(workflow.id, workflow);
        notice(workflow);
      }
    } catch (error) {
      return { found, failure: error as Error };
    }
  }
  return { found, failure: null };
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
