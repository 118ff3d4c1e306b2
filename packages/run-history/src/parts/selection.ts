import { useMemo, useState } from 'react';
import type { RunFilter } from '../core/run.ts';

/** The runs that are chosen for a change of several. */
export interface RunSelection {
  readonly ids: ReadonlySet<string>;
  /** Not null: all that match this filter were chosen, loaded or not. It stays as it was then. */
  readonly all: AllThatMatch | null;
  /** Chooses these, and no others. */
  readonly change: (ids: Iterable<string>) => void;
  /** Chooses all that match; `total`: how many that are, null where nobody can tell. */
  readonly selectAll: (filter: RunFilter, total: number | null) => void;
  readonly clear: () => void;
}

/** All runs that match a filter. */
export interface AllThatMatch {
  readonly filter: RunFilter;
  readonly total: number | null;
}

interface Chosen {
  /** Of which list. */
  readonly name: string;
  readonly ids: ReadonlySet<string>;
  readonly all: AllThatMatch | null;
}

const NONE: ReadonlySet<string> = new Set();

/** A selection among the runs of a filter; another filter begins with none chosen. */
export function useRunSelection(filter: RunFilter): RunSelection {
  const name = JSON.stringify(filter);
  const [chosen, setChosen] = useState<Chosen>({ name, ids: NONE, all: null });
  const { ids, all } = chosen.name === name ? chosen : { ids: NONE, all: null };
  return useMemo(
    () => ({
      ids,
      all,
      change: (next) => {
        setChosen({ name, ids: new Set(next), all: null });
      },
      selectAll: (frozen, total) => {
        setChosen((before) => ({ ...before, name, all: { filter: frozen, total } }));
      },
      clear: () => {
        setChosen({ name, ids: NONE, all: null });
      },
    }),
    [ids, all, name],
  );
}
