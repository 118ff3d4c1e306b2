import { delay, type Clock } from '../clock.ts';
import type { JobItem, JobRecord } from './record.ts';
import type { JobStore } from './store.ts';

/** Where a job is recorded, and as whose. */
export interface Durable {
  readonly store: JobStore;
  readonly runnerId: string;
  /** Whether there was time enough for others to record once more what Redis has lost. */
  readonly isSettled: () => boolean;
}

/** Why a job is nobody's here any more: another runner has it, or another job has its name. */
export type Loss = 'lost' | 'taken';

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
  /** Records all of it, since Redis may have lost what it had. */
  saveAll(): Promise<boolean>;
  /** Whether the record is known to be there, and this runner's, by a word that is recent enough to send something. */
  maySend(): boolean;
  /** Saves now and then, which renews the lease and looks for the wish to abort. The answer ends that. */
  beat(): () => void;
  /** Records how the job ended, also when Redis comes back only later. Resolves soon, whatever becomes of it. */
  saveEnd(): Promise<void>;
  /** Tries no more to record the end. */
  giveUp(): void;
  /** Null while the job is this runner's. */
  loss(): Loss | null;
}

/** How long the record may be out of reach before the job gives up. */
const MAX_AWAY_MS = 30_000;
/** How long the end of a job waits to be recorded: a connection that is lost soon comes back. */
const PATIENCE_MS = 1000;
/** When to try again what was not recorded. */
const TRY_AGAIN_MS = 200;
/** How often the lease is renewed, and the wish to abort looked for. */
const BEAT_MS = 300;
/**
 * How old the last word that the record is there may be to send something, and to take it back from whoever has an older
 * one. Nobody else sends anything of a record that was lost before the data set is settled, which takes longer.
 */
const FENCE_MS = 1000;

/** Builds what records one job. */
export function createRecordSaver({ clock, record, durable, isChanged, endAs }: SavedJob): RecordSaver {
  const { items } = record;
  /** Items whose latest change is not recorded. */
  const unsaved = new Set<number>(isChanged ? items.keys() : []);
  const givenUp = new AbortController();
  let savedAt = clock.now();
  let confirmedAt = -Infinity;
  let confirmedRevision = 0;
  let loss: Loss | null = null;
  // What goes on has been sent in part.
  let hasBegun = isChanged;

  const isFresh = () => clock.now() - confirmedAt <= FENCE_MS;

  /** Whether it is known what became of the record. */
  const write = async ({ store, runnerId, isSettled }: Durable): Promise<boolean> => {
    // Redis may have lost a record of the same name, of which something was sent.
    if (record.mutation !== null && !hasBegun && !isSettled()) return false;
    const askedAt = clock.now();
    const indexes = [...unsaved];
    unsaved.clear();
    const { revision } = record;
    const known = { hasBegun, revision: isFresh() ? confirmedRevision : null };
    const saved = await store.save(record, runnerId, indexes, known);
    if (saved === 'away') {
      for (const index of indexes) unsaved.add(index);
      return false;
    }
    if (saved === 'lost' || saved === 'taken') {
      loss ??= saved;
      endAs('INTERRUPTED');
      return true;
    }
    hasBegun = true;
    confirmedAt = askedAt;
    confirmedRevision = revision;
    if (saved === 'aborted') endAs('ABORTED');
    return true;
  };

  const save = async (): Promise<boolean> => {
    if (durable === null) return true;
    if (await write(durable)) savedAt = clock.now();
    else {
      if (clock.now() - savedAt > MAX_AWAY_MS) endAs('INTERRUPTED');
      return false;
    }
    return loss === null;
  };

  const markAll = () => {
    for (const index of items.keys()) unsaved.add(index);
  };

  /** Tries for so long; whether there is nothing left to try. */
  const saveWithin = async (maxMs: number): Promise<boolean> => {
    const since = clock.now();
    while (!(await save()) && loss === null && !givenUp.signal.aborted) {
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
    saveAll: () => {
      markAll();
      return save();
    },
    maySend: () => durable === null || isFresh(),
    beat: () => (durable === null ? () => undefined : repeat(clock, BEAT_MS, save)),
    saveEnd: async () => {
      savedAt = clock.now();
      // All of it, whatever became of earlier writes that were not answered.
      markAll();
      if (!(await saveWithin(PATIENCE_MS))) void saveWithin(MAX_AWAY_MS);
    },
    giveUp: () => {
      givenUp.abort();
    },
    loss: () => loss,
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
