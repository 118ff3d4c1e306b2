import DataLoader from 'dataloader';
import { GatewayError } from './domain/errors.ts';
import type { Application, Workflow, WorkflowScope } from './domain/model.ts';
import type { Page } from './domain/paging.ts';
import type { Upstream } from './upstream/upstream.ts';

/**
 * Builds the look-ups, anew for every request: what they remember belongs to one caller.
 * @param pageSize how many workflows one list call reads
 */
export function createLoaders(upstream: Upstream, pageSize: number) {
  const workflow = new DataLoader<string, Workflow>((ids): Promise<(Workflow | Error)[]> =>
    readWorkflows(upstream, ids, pageSize, (found) => workflow.prime(found.id, found)),
  );

  let listed: Promise<readonly Application[]> | undefined;
  /** All applications. However often it is asked, one call. */
  const applications = () => (listed ??= upstream.application.list());

  const application = new DataLoader<string, Application>(async (ids) => {
    const byId = new Map((await applications()).map((found) => [found.id, found]));
    return ids.map((id) => byId.get(id) ?? notFound('application'));
  });

  return { workflow, application, applications };
}

/** One of the two lists that upstream keeps workflows in, and how far it has been read. */
interface Shelf {
  readonly scope: WorkflowScope;
  pagesRead: number;
  pages: number;
}

/**
 * Looks workflows up by the cheaper of two ways, again after every answer: a call for each, or list pages that may
 * hold many of them. A list is read on only while it has fewer pages left than there are workflows left to find, so
 * that reading it to its end costs less than asking for each.
 * @param ids distinct, as DataLoader hands them over
 * @param notice told of every workflow that a page held, wanted or not
 * @returns a workflow or the error of its look-up for every id, in their order
 */
async function readWorkflows(
  upstream: Upstream,
  ids: readonly string[],
  pageSize: number,
  notice: (workflow: Workflow) => void,
): Promise<(Workflow | Error)[]> {
  const found = new Map<string, Workflow>();
  const shelves: Shelf[] = [
    { scope: 'PUBLIC', pagesRead: 0, pages: 1 },
    { scope: 'PRIVATE', pagesRead: 0, pages: 1 },
  ];
  const missing = () => ids.filter((id) => !found.has(id));
  for (let shelf = nextShelf(shelves, missing()); shelf; shelf = nextShelf(shelves, missing())) {
    const number = shelf.pagesRead + 1;
    const page: Page<Workflow> = await upstream.workflow.list(
      { scope: shelf.scope },
      { number, size: pageSize },
    );
    shelf.pagesRead = number;
    shelf.pages = Math.ceil(page.total / pageSize);
    for (const workflow of page.items) {
      found.set(workflow.id, workflow);
      notice(workflow);
    }
  }
  return Promise.all(
    ids.map(
      async (id) => found.get(id) ?? upstream.workflow.get(id).catch((error: unknown) => error as Error),
    ),
  );
}

/** The list to read on in, unless asking for each of the missing ones costs no more. */
function nextShelf(shelves: readonly Shelf[], missing: readonly string[]): Shelf | undefined {
  return shelves.find(({ pages, pagesRead }) => pages > pagesRead && pages - pagesRead < missing.length);
}

function notFound(noun: string): GatewayError {
  return new GatewayError('NOT_FOUND', `There is no such ${noun}`);
}
