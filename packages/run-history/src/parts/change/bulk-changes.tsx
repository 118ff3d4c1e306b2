import { createContext, useContext, useMemo, useState, type ReactNode } from 'react';
import type { BulkKind, BulkSelection } from '../../core/bulk-change-state.ts';
import type { RunRow } from '../../core/run.ts';
import { useBulkChange } from '../../hooks/use-bulk-change.ts';
import { useStartedRuns } from '../../hooks/use-started-runs.ts';
import type { ShownView } from '../../hooks/use-view.ts';
import { BulkChip } from './bulk-chip.tsx';
import { BulkDialog } from './bulk-dialog.tsx';
import { narrowed } from './changeable.ts';
import { useKeptJob } from './use-kept-job.ts';

/** A change of many runs that somebody asks for. */
export interface BulkWish {
  readonly kind: BulkKind;
  /** Which runs; frozen from now on. */
  readonly of: BulkSelection;
  /** Why these, such as the reason that they failed for. */
  readonly about?: string | undefined;
  /** What should be mended first, in words. */
  readonly caution?: string | undefined;
  /** How many of those chosen were left out, since their state does not allow it. */
  readonly skipped?: number | undefined;
  /** Runs of which more is known than their ids, for what is told of each. */
  readonly rows?: readonly RunRow[] | undefined;
  /** Called when the change is sent: what was chosen for it is used up. */
  readonly onStart?: (() => void) | undefined;
}

/** Changes of many runs, for the parts below a `BulkChanges`. */
export interface BulkChanging {
  /** Asks what a change would be about, in a dialog that can start it. One of a kind at a time: where one goes on, that is shown. */
  readonly begin: (wish: BulkWish) => void;
}

/** What a dialog is about. */
export interface BulkAsked extends BulkWish {
  /** Whether states that the selection has cannot be changed so, and are left out. */
  readonly isNarrowed: boolean;
}

/** A change as `useBulkChange` has it. */
export type BulkChangeNow = ReturnType<typeof useBulkChange>;

const KINDS: readonly BulkKind[] = ['RERUN', 'STOP'];
const Context = createContext<BulkChanging | null>(null);

/** Lets the parts below it change many runs: it has the dialog, and what is seen of a change while that is closed. */
export function BulkChanges({
  children,
  show,
  hrefOf,
}: Pick<ShownView, 'show' | 'hrefOf'> & {
  readonly children?: ReactNode;
}) {
  const rerun = useBulkChange('RERUN');
  const stop = useBulkChange('STOP');
  useKeptJob('RERUN', rerun);
  useKeptJob('STOP', stop);
  const changes = { RERUN: rerun, STOP: stop };
  const [asked, setAsked] = useState<Readonly<Partial<Record<BulkKind, BulkAsked>>>>({});
  const [open, setOpen] = useState<BulkKind | null>(null);
  const started = useStartedRuns(hasJob(rerun));
  const changing = useMemo<BulkChanging>(
    () => ({
      begin: (wish) => {
        setOpen(wish.kind);
        const { phase, count, reset } = wish.kind === 'RERUN' ? rerun : stop;
        if (phase === 'starting' || phase === 'running') return;
        const narrow = narrowed(wish.kind, wish.of);
        setAsked((before) => ({
          ...before,
          [wish.kind]: { ...wish, isNarrowed: narrow?.isNarrowed === true },
        }));
        if (narrow === null) reset();
        else count(narrow.of);
      },
    }),
    [rerun, stop],
  );
  const shownKinds = KINDS.filter((kind) => kind !== open && hasJob(changes[kind]));
  const current = open === null ? null : (asked[open] ?? followed(open, changes[open]));
  return (
    <Context.Provider value={changing}>
      {children}
      {current !== null && (
        <BulkDialog
          asked={current}
          change={changes[current.kind]}
          started={started}
          hrefOf={hrefOf}
          onOpenRun={(runId) => {
            setOpen(null);
            show({ runId });
          }}
          onClose={() => {
            setOpen(null);
            if (!hasJob(changes[current.kind])) changes[current.kind].reset();
          }}
        />
      )}
      {shownKinds.length > 0 && (
        <div className="rh-bulk-chips">
          {shownKinds.map((kind) => (
            <BulkChip
              key={kind}
              kind={kind}
              change={changes[kind]}
              started={started}
              onOpen={() => {
                setOpen(kind);
              }}
            />
          ))}
        </div>
      )}
    </Context.Provider>
  );
}

/** Changes of many runs. @throws Error outside of a `BulkChanges` */
export function useBulkChanges(): BulkChanging {
  const changing = useContext(Context);
  if (changing === null) throw new Error('Put a <BulkChanges> around this');
  return changing;
}

/** What the dialog of a job is about that was begun before the page was loaded. */
function followed(kind: BulkKind, { job, executionIds }: BulkChangeNow): BulkAsked | null {
  return job === null ? null : { kind, of: { ids: executionIds }, isNarrowed: false };
}

/** Whether it is more than a question: it was sent, or may have been. */
function hasJob({ phase, job, isAnswerLost }: BulkChangeNow): boolean {
  return phase === 'starting' || job !== null || isAnswerLost;
}
