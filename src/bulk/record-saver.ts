import { delay, type Clock } from '../clock.ts';
import type { JobItem, JobRecord } from './record.ts';
import type { JobStore } from './store.ts';

/** Where a job is recorded, and as whose. */
export interface Durable {
  readonly store: JobStore;
  readonly runnerId: string;
}

/** Why a job goes no further. */
export type Ending = 'ABORTED' | 'INTERRUPTED';

/** The record of one job, and what is told of it. */
export interface SavedJob {
  readonly clock: Clock;
  /** Changed as the job goes on. */
  readonly record: JobRecord;
  /** Null: in memory only. */
  readonly durable: Durable | null;
  /** Whether the record has to be written whole: it was changed since it was read. */
  readonly isChanged: boolean;
  /** Called when the job has to end: somebody wants it to, another runner has it, or Redis is away for too long. */
  readonly endAs: (ending: Ending) => void;
}

/** Records a job as it goes on. */
export interface RecordSaver {
  /** Changes an item; the next save records it. */
  note(index: number, change: Partial<JobItem>): void;
  /** Whether all is recorded now. */
  save(): Promise<boolean>;
  /** Saves now and then, which renews the lease and looks for the wish to abort. The answer ends that. */
  beat(): () => void;
  /** Records how the job ended, also when Redis comes back only later. Resolves soon, whatever becomes of it. */
  saveEnd(): Promise<void>;
  /** Tries no more to record the end. */
  giveUp(): void;
  /** Whether another runner has taken the job over. */
  isLost(): boolean;
}

/** How long the record may be out of reach before the job gives up. */
const MAX_AWAY_MS = 30_000;
/** How long the end of a job waits to be recorded: a connection that is lost soon comes back. */
const PATIENCE_MS = 1000;
/** When to try again what was not recorded. */
const TRY_AGAIN_MS = 200;
/** How often the lease is renewed, and the wish to abort looked for. */
const BEAT_MS = 3000;

/** Builds what records one job. */
export function createRecordSaver({ clock, record, durable, isChanged, endAs }: SavedJob): RecordSaver {
  const { items } = record;
  /** Items whose latest change is not recorded. */
  const unsaved = new Set<number>(isChanged ? items.keys() : []);
  const givenUp = new AbortController();
  let savedAt = clock.now();
  let isLost = false;

  const save = async (): Promise<boolean> => {
    if (durable === null) return true;
    const indexes = [...unsaved];
    unsaved.clear();
    const saved = await durable.store.save(record, durable.runnerId, indexes);
    if (saved === 'away') {
      for (const index of indexes) unsaved.add(index);
      if (clock.now() - savedAt > MAX_AWAY_MS) endAs('INTERRUPTED');
      return false;
    }
    savedAt = clock.now();
    isLost ||= saved === 'lost';
    if (saved === 'lost') endAs('INTERRUPTED');
    if (saved === 'aborted') endAs('ABORTED');
    return saved !== 'lost';
  };

  /** Tries for so long; whether there is nothing left to try. */
  const saveWithin = async (maxMs: number): Promise<boolean> => {
    const since = clock.now();
    while (!(await save()) && !isLost && !givenUp.signal.aborted) {
      if (clock.now() - since > maxMs) return false;
      await delay(clock, TRY_AGAIN_MS, givenUp.signal).catch(() => undefined);
    }
    return true;
  };

  return {
    note: (index, change) => {
      Object.assign(items[index] ?? {}, change);
      unsaved.add(index);
    },
    save,
    beat: () => (durable === null ? () => undefined : repeat(clock, BEAT_MS, save)),
    saveEnd: async () => {
      savedAt = clock.now();
      // All of it, whatever became of earlier writes that were not answered.
      for (const index of items.keys()) unsaved.add(index);
      if (!(await saveWithin(PATIENCE_MS))) void saveWithin(MAX_AWAY_MS);
    },
    giveUp: () => {
      givenUp.abort();
    },
    isLost: () => isLost,
  };
}

/** Acts again and again, so long after each time. The answer ends that. */
function repeat(clock: Clock, pauseMs: number, act: () => Promise<unknown>): () => void {
  let isOver = false;
  let cancel: (() => void) | undefined;
  const next = () => {
    cancel = clock.after(pauseMs, () => {
      void act().then(() => {
        if (!isOver) next();
      });
    });
  };
  next();
  return () => {
    isOver = true;
    cancel?.();
  };
}
