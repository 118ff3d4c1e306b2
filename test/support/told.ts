/** One change, as a client gets it. */
export interface ToldChange {
  readonly kind: 'PRESENT' | 'CREATED' | 'UPDATED' | 'ENDED';
  readonly execution: { readonly id: string; readonly status: string };
}

/** How a client goes on after its connection was lost: with its last cursor, or as it began. */
export type Resuming = 'by cursor' | 'anew';

/** What one viewer of a list was told, held against what may be told. */
export interface Told {
  /** What was told wrongly, such as `ENDED 65… again`. */
  readonly complaints: readonly string[];
  /** The state of each run by what was told last. Of one who begins anew: by what was told since then. */
  readonly states: ReadonlyMap<string, string>;
  /** How many changes it was told, over all connections. */
  readonly events: () => number;
  /** How often each run was told so, over all connections. */
  count(kind: ToldChange['kind'], id: string): number;
  /** The viewer is connected again. */
  reconnect(): void;
  take(changes: readonly ToldChange[]): void;
}

/** States that nothing comes after. */
const ENDS = new Set(['COMPLETED', 'ERRORED', 'STOPPED', 'TIMED_OUT']);

/** Whether a run of this state has ended. */
export function isEnd(status: string): boolean {
  return ENDS.has(status);
}

/** Builds the record of a viewer who has been told nothing yet. */
export function createTold(resuming: Resuming): Told {
  const complaints: string[] = [];
  const counts = new Map<string, number>();
  const states = new Map<string, string>();
  const over = new Set<string>();
  let isFirst = true;
  let events = 0;

  const wrongWith = ({ kind, execution: { id, status } }: ToldChange): string | null => {
    const isKnown = states.has(id);
    if (over.has(id)) return 'after its end';
    if (kind === 'PRESENT') return isFirst ? (isKnown ? 'again' : null) : 'in the middle';
    if (kind === 'CREATED') return isKnown ? 'again' : null;
    if (kind === 'UPDATED')
      return isKnown ? (isEnd(status) ? 'though it is an end' : null) : 'out of nowhere';
    return isEnd(status) ? (isKnown ? null : 'out of nowhere') : 'though it goes on';
  };

  return {
    complaints,
    states,
    events: () => events,
    count: (kind, id) => counts.get(`${kind} ${id}`) ?? 0,
    reconnect: () => {
      if (resuming === 'by cursor') return;
      isFirst = true;
      states.clear();
      over.clear();
    },
    take: (changes) => {
      for (const change of changes) {
        const { kind, execution } = change;
        const wrong = wrongWith(change);
        if (wrong !== null) complaints.push(`${kind} ${execution.id} ${execution.status} ${wrong}`);
        counts.set(`${kind} ${execution.id}`, (counts.get(`${kind} ${execution.id}`) ?? 0) + 1);
        states.set(execution.id, execution.status);
        // One that is present with its end has no end to tell; one that is created with it has.
        const isOver = kind === 'ENDED' || (kind === 'PRESENT' && isEnd(execution.status));
        if (isOver) over.add(execution.id);
      }
      isFirst = false;
      events += changes.length;
    },
  };
}
