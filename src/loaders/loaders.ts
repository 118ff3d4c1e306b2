import DataLoader from 'dataloader';
import { GatewayError, type ErrorCode } from '../domain/errors.ts';
import type { Application, ExecutionDetail, Workflow, WorkflowScope } from '../domain/model.ts';
import type { Page } from '../lists/page.ts';
import { isPathId, isPathSlug } from '../domain/id.ts';
import type { Upstream } from '../upstream/endpoints/upstream.ts';

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

  /** One slug costs one call, and so do several; none where all applications have been listed before. */
  const applicationBySlug = new DataLoader<string, Application>(async (slugs) => {
    const isListBetter = listed !== undefined || slugs.filter(isPathSlug).length > 1;
    const list = isListBetter ? await unlessRefused(applications()) : null;
    if (list === null) return Promise.all(slugs.map((slug) => orError(upstream.application.get(slug))));
    const bySlug = new Map(list.map((found) => [found.slug, found]));
    return Promise.all(
      slugs.map(async (slug) => {
        // A slug that can be none is told so by the read, which makes no call of it.
        if (!isPathSlug(slug)) return orError(upstream.application.get(slug));
        return bySlug.get(slug) ?? notFound('application');
      }),
    );
  });

  const execution = new DataLoader<string, ExecutionDetail>((ids) =>
    Promise.all(ids.map((id) => orError(upstream.execution.get(id)))),
  );

  return { execution, workflow, application, applicationBySlug, applications };
}

/** One of the two lists that upstream keeps workflows in, and how far it has been read. */
interface Shelf {
  readonly scope: WorkflowScope;
  pagesRead: number;
  pages: number;
}

/**
 * Looks workflows up by the cheaper of two ways, again after every answer: a call for each, or list pages that may
 * hold many of them.
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
  // What cannot be an id is worth no list page: its read tells so without a call.
  const wanted = ids.filter(isPathId);
  const next = () => nextShelf(shelves, wanted.length, wanted.filter((id) => !found.has(id)).length);
  let failure: Error | null = null;
  for (let shelf = next(); shelf && failure === null; shelf = next()) {
    const number = (shelf.pagesRead += 1);
    try {
      const request = { number, size: pageSize };
      const page: Page<Workflow> | null = await unlessRefused(
        upstream.workflow.list({ scope: shelf.scope }, request),
      );
      shelf.pages = page === null ? number : Math.ceil(page.total / pageSize);
      for (const workflow of page?.items ?? []) {
        found.set(workflow.id, workflow);
        notice(workflow);
      }
    } catch (error) {
      failure = error as Error;
    }
  }
  const failed = failure;
  return Promise.all(
    ids.map(async (id) => {
      const known = found.get(id) ?? (isPathId(id) ? failed : null);
      return known ?? orError(upstream.workflow.get(id));
    }),
  );
}

/**
 * The list to read on in, unless asking for each of the missing ones costs no more. All list pages together stay
 * fewer than the workflows that are wanted, so that even where they hold none of them, a look-up costs less than two
 * calls for each.
 */
function nextShelf(shelves: readonly Shelf[], wanted: number, missing: number): Shelf | undefined {
  const pagesRead = shelves.reduce((sum, shelf) => sum + shelf.pagesRead, 0);
  // Most often all are on the first page of the public ones.
  if (pagesRead === 0) return missing > 1 ? shelves[0] : undefined;
  return shelves.find((shelf) => {
    const pagesLeft = shelf.pages - shelf.pagesRead;
    return pagesLeft > 0 && pagesLeft < missing && pagesRead + pagesLeft < wanted;
  });
}

/** What upstream refuses to list, it may yet answer one by one. */
const REFUSALS: ReadonlySet<ErrorCode> = new Set(['FORBIDDEN', 'UNAUTHENTICATED', 'NOT_SUPPORTED']);

/** A list, or null where these credentials are refused it. */
function unlessRefused<T>(list: Promise<T>): Promise<T | null> {
  return list.catch((error: unknown) => {
    if (error instanceof GatewayError && REFUSALS.has(error.code)) return null;
    throw error;
  });
}

/** A look-up's answer or, in its place, its error. */
function orError<T>(read: Promise<T>): Promise<T | Error> {
  return read.catch((error: unknown) => error as Error);
}

function notFound(noun: string): GatewayError {
  return new GatewayError('NOT_FOUND', `There is no such ${noun}`);
}
