import { hasFailed, isOpen, type RunRow } from './run.ts';

/**
 * What became of a failed run. `recovered`: a rerun of it has completed. `running`: one goes on. `failed`: the last one
 * has failed too. `other`: the last one was stopped, or is in a state that is not known. `unknown`: it was run again, and
 * how that ended is not known here. `none`: it is not known that it was run again; elsewhere, it may have been.
 */
export type Recovery = 'recovered' | 'running' | 'failed' | 'other' | 'unknown' | 'none';

/** What became of a failed run, and by which of its reruns. */
export interface RecoveredRun {
  readonly recovery: Recovery;
  /** The rerun that tells, else the last one; null: none is known. */
  readonly rerunId: string | null;
}

/** Which runs repeat which, by the id of the original; the oldest rerun first. */
export type RerunLinks = ReadonlyMap<string, readonly string[]>;

type State = Pick<RunRow, 'id' | 'status'>;

/** All links that are known: those of rows (`rerunOf`), and others, such as `reruns` of a list, or those made just now. */
export function rerunLinks(
  rows: readonly Pick<RunRow, 'id' | 'rerunOf'>[],
  ...others: readonly RerunLinks[]
): RerunLinks {
  const links = new Map<string, readonly string[]>();
  const add = (original: string, reruns: readonly string[]) => {
    links.set(original, [...new Set([...(links.get(original) ?? []), ...reruns])]);
  };
  for (const more of others) for (const [original, reruns] of more) add(original, reruns);
  // Ids begin with the time of their making: so the oldest comes first, whatever the order of the rows is.
  for (const { id, rerunOf } of [...rows].sort((one, other) => (one.id < other.id ? -1 : 1))) {
    if (rerunOf !== null) add(rerunOf.id, [id]);
  }
  return links;
}

/** The links that a change of many runs has made. */
export function linksOfJob(job: {
  readonly items: readonly { readonly executionId: string; readonly newExecutionId: string | null }[];
}): RerunLinks {
  const made = job.items.flatMap(({ executionId, newExecutionId }) =>
    newExecutionId === null ? [] : [[executionId, [newExecutionId]] as const],
  );
  return new Map(made);
}

/**
 * What became of each run: still failing after the rerun? Reruns of reruns count.
 * @param runs those in question
 * @param known all runs whose state is known, such as the rows of a list
 */
export function recoveriesOf(
  runs: readonly Pick<RunRow, 'id'>[],
  links: RerunLinks,
  known: readonly State[],
): ReadonlyMap<string, RecoveredRun> {
  const states = new Map(known.map((run) => [run.id, run]));
  return new Map(runs.map(({ id }) => [id, recoveryOf(rerunsOf(id, links), states)]));
}

function rerunsOf(id: string, links: RerunLinks): readonly string[] {
  const found = new Set<string>();
  const follow = (original: string) => {
    for (const rerun of links.get(original) ?? []) {
      if (found.has(rerun) || rerun === id) continue;
      found.add(rerun);
      follow(rerun);
    }
  };
  follow(id);
  return [...found];
}

function recoveryOf(reruns: readonly string[], states: ReadonlyMap<string, State>): RecoveredRun {
  const last = reruns.at(-1) ?? null;
  if (last === null) return { recovery: 'none', rerunId: null };
  const known = reruns.flatMap((id) => states.get(id) ?? []);
  const completed = known.find(({ status }) => status === 'COMPLETED');
  if (completed !== undefined) return { recovery: 'recovered', rerunId: completed.id };
  const going = known.find(isOpen);
  if (going !== undefined) return { recovery: 'running', rerunId: going.id };
  const end = states.get(last);
  if (end === undefined) return { recovery: 'unknown', rerunId: last };
  return { recovery: hasFailed(end) ? 'failed' : 'other', rerunId: last };
}
