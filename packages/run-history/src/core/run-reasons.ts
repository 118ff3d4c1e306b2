import { RunReasonDocument, RunReasonsDocument, type RunReasonsQuery } from '../documents/generated.ts';
import type { Problem } from './problem.ts';
import { pauseAfter } from './retry.ts';
import type { RunClient } from './run-client.ts';
import { isOver, waitMs } from './wait.ts';

/** Why a run has failed, and what repeats it. */
export type RunReason = NonNullable<RunReasonsQuery['executions']>['nodes'][number];

/** Finds out why runs have failed, after the list is there. */
export interface ReasonReader {
  /**
   * Looks for the reasons of runs in the page behind a cursor; `afterMs`: a little later, so that those that fail together
   * are asked for together, and a webhook may have told by then.
   */
  readonly find: (ids: readonly string[], after: string | null, afterMs?: number) => void;
}

/** What is looked for: runs of one page, and how often that was in vain. */
interface Wanted {
  readonly after: string | null;
  readonly ids: Set<string>;
  failures: number;
  atMs: number;
}

/** While it waits for what is due later, it looks this often whether something is due sooner. */
const LOOK_AGAIN_MS = 1000;
const MAX_PAUSE_MS = 60_000;
/** After so many questions that have told nothing new, the reason stays unknown. */
const MAX_FAILURES = 6;

/** How many runs are asked for one by one, before the page is asked for again. */
const MAX_SINGLES = 10;

/** Who is told, and until when. */
interface Told {
  readonly signal: AbortSignal;
  readonly found: (reasons: readonly RunReason[]) => void;
}

/**
 * Questions go one after the other, and each takes only the upstream calls that it has left: where that is not enough for
 * all, it is asked again, later each time that it tells nothing new.
 */
export function createReasonReader(
  client: RunClient,
  page: Readonly<Record<string, unknown>>,
  told: Told,
): ReasonReader {
  const queue: Wanted[] = [];
  const lookFor = createLookUp(client, page, told);
  const { signal } = told;
  let isReading = false;

  const work = async () => {
    if (isReading) return;
    isReading = true;
    while (!isOver(signal)) {
      const next = queue.sort((one, other) => one.atMs - other.atMs).shift();
      if (next === undefined) break;
      // What is wanted sooner meanwhile does not wait for this.
      if (next.atMs > Date.now()) {
        queue.unshift(next);
        await waitMs(Math.min(next.atMs - Date.now(), LOOK_AGAIN_MS), signal);
        continue;
      }
      const before = next.ids.size;
      const problems = await lookFor(next);
      next.failures = next.ids.size < before ? 0 : next.failures + 1;
      if (next.ids.size === 0 || next.failures > MAX_FAILURES) continue;
      next.atMs = Date.now() + pauseAfter(problems, next.failures, MAX_PAUSE_MS);
      queue.push(next);
    }
    isReading = false;
  };

  return {
    find: (ids, after, afterMs = 0) => {
      const ofPage = queue.filter((wanted) => wanted.after === after);
      const added = ids.filter((id) => !ofPage.some((wanted) => wanted.ids.has(id)));
      if (added.length === 0) return;
      // What was asked in vain already waits longer each time: what is new does not wait with it.
      const same = ofPage.find(({ failures }) => failures === 0);
      if (same === undefined)
        queue.push({ after, ids: new Set(added), failures: 0, atMs: Date.now() + afterMs });
      else for (const id of added) same.ids.add(id);
      void work();
    },
  };
}

/** Builds what asks for a page once, and by themselves for those that it does not tell; answers what was not right with it. */
function createLookUp(
  client: RunClient,
  page: Readonly<Record<string, unknown>>,
  { signal, found }: Told,
): (wanted: Wanted) => Promise<readonly Problem[]> {
  const take = ({ ids }: Wanted, nodes: readonly RunReason[]) => {
    found(nodes.filter(({ failureKnown }) => failureKnown));
    for (const { id, failureKnown } of nodes) if (failureKnown) ids.delete(id);
  };

  const readOne = async (wanted: Wanted, id: string): Promise<void> => {
    if (isOver(signal)) return;
    const { data } = await client.request(RunReasonDocument, { id }, signal);
    if (data?.execution != null && !isOver(signal)) take(wanted, [data.execution]);
  };

  return async (wanted) => {
    const variables = { ...page, after: wanted.after };
    const { data, problems } = await client.request(RunReasonsDocument, variables, signal);
    const nodes = data?.executions?.nodes ?? null;
    if (isOver(signal) || nodes === null) return problems;
    const before = wanted.ids.size;
    take(wanted, nodes);
    // The page has moved on, or tells the same ones every time.
    const here = new Set(wanted.ids.size === before ? [] : nodes.map(({ id }) => id));
    const strays = [...wanted.ids].filter((id) => !here.has(id)).slice(0, MAX_SINGLES);
    for (const id of strays) await readOne(wanted, id);
    return problems;
  };
}
