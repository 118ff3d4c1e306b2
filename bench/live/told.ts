/** What happened to a run, as a viewer was told of it. */
export interface Told {
  readonly kind: 'PRESENT' | 'CREATED' | 'UPDATED' | 'ENDED';
  readonly id: string;
  readonly status: string;
  /** When it happened upstream, in epoch milliseconds: a start or an end; null for anything else. */
  readonly at: number | null;
}

/** A run as upstream tells of it once all is over. */
export interface TrueRun {
  readonly id: string;
  readonly status: string;
  /** In epoch milliseconds; null: it still goes on. */
  readonly endedAt: number | null;
  /** Began when all viewers were there already: all must be told of it in the same order. */
  readonly isNew: boolean;
  /** Whether an event started it. */
  readonly isEvent: boolean;
}

/** How often a viewer was told something else than what happened. */
export interface Faults {
  /** Starts and ends that it was not told of. */
  readonly missed: number;
  /** Starts and ends that it was told of again. */
  readonly doubled: number;
  /** Runs that it was told of in another order than start, changes, end. */
  readonly disordered: number;
  /** Runs that it left in another state than upstream did. */
  readonly wrong: number;
  /** Runs that are not in its list. */
  readonly stray: number;
}

const NONE: Faults = { missed: 0, doubled: 0, disordered: 0, wrong: 0, stray: 0 };

/**
 * Holds what a viewer was told against what happened.
 * @param openedAt when the viewer asked, in epoch milliseconds: runs that ended before need not be told
 */
export function judge(told: readonly Told[], runs: ReadonlyMap<string, TrueRun>, openedAt: number): Faults {
  const byRun = Map.groupBy(told, ({ id }) => id);
  const stray = [...byRun.keys()].filter((id) => !runs.has(id)).length;
  const all = [...runs.values()].map((run) => {
    const ofRun = byRun.get(run.id) ?? [];
    const isOver = run.endedAt !== null && run.endedAt < openedAt;
    return ofRun.length === 0 && isOver ? NONE : judgeRun(ofRun, run);
  });
  return sumOf([{ ...NONE, stray }, ...all]);
}

function judgeRun(told: readonly Told[], run: TrueRun): Faults {
  const [first, last] = [told[0], told.at(-1)];
  const starts = told.filter(({ kind }) => kind === 'PRESENT' || kind === 'CREATED').length;
  const ends = told.filter(({ kind }) => kind === 'ENDED').length;
  const wasOver = first?.kind === 'PRESENT' && first.status === run.status;
  const endsDue = run.endedAt === null || wasOver ? 0 : 1;
  const isInOrder =
    (starts === 0 || first?.kind === 'PRESENT' || first?.kind === 'CREATED') &&
    (ends === 0 || last?.kind === 'ENDED');
  return {
    missed: Math.max(0, 1 - starts) + Math.max(0, endsDue - ends),
    doubled: Math.max(0, starts - 1) + Math.max(0, ends - endsDue),
    disordered: isInOrder ? 0 : 1,
    wrong: last === undefined || last.status === run.status ? 0 : 1,
    stray: 0,
  };
}

/** All of them together. */
export function sumOf(all: readonly Faults[]): Faults {
  const sum = { ...NONE };
  for (const one of all) {
    for (const name of Object.keys(NONE) as (keyof Faults)[])
      Object.assign(sum, { [name]: sum[name] + one[name] });
  }
  return sum;
}

/** The starts and ends of new runs in the order in which they were told. */
export function orderOf(told: readonly Told[], runs: ReadonlyMap<string, TrueRun>): string {
  const events = told.filter(({ kind, id }) => {
    return (kind === 'CREATED' || kind === 'ENDED') && runs.get(id)?.isNew === true;
  });
  return events.map(({ kind, id }) => kind + id).join();
}
