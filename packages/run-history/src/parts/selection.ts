import { useMemo, useState } from 'react';
import type { RunFilter } from '../core/run.ts';

/** The runs that are chosen for a change of several. */
export interface RunSelection {
  readonly ids: ReadonlySet<string>;
  /** Chooses these, and no others. */
  readonly change: (ids: Iterable<string>) => void;
  readonly clear: () => void;
}

const NONE: ReadonlySet<string> = new Set();

/** A selection among the runs of a filter; another filter begins with none chosen. */
export function useRunSelection(filter: RunFilter): RunSelection {
  const name = JSON.stringify(filter);
  const [chosen, setChosen] = useState({ name, ids: NONE });
  const ids = chosen.name === name ? chosen.ids : NONE;
  return useMemo(
    () => ({
      ids,
      change: (next) => {
        setChosen({ name, ids: new Set(next) });
      },
      clear: () => {
        setChosen({ name, ids: NONE });
      },
    }),
    [ids, name],
  );
}
