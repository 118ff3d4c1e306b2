import { delay, type Clock } from '../clock.ts';
import type { Credential } from '../domain/credential.ts';
import type { Send } from '../upstream/call.ts';
import { attemptChange, RETRY_MS, type Attempt } from './attempt.ts';
import type { JobRecord } from './record.ts';
import type { JobStore } from './store.ts';

/** What runs of jobs need from outside. */
export interface RunOptions {
  readonly send: Send;
  readonly clock: Clock;
  /** Told of every execution that was run again. */
  readonly onRerun: (identity: string, originalId: string, newId: string) => void;
}

/** One job, and who keeps and watches it. */
export interface RunOf {
  /** Changed as the job goes on. */
  readonly record: JobRecord;
  /** Lives as long as the run, and is not recorded. */
  readonly credential: Credential;
  /** Where the job is recorded, and as whose; null: in memory only. */
  readonly durable: { readonly store: JobStore; readonly runner: string } | null;
  /** Whether the record has to be written whole: it was changed since it was read. */
  readonly isChanged: boolean;
  /** How it is to end before anything is sent; null: it is to go on. */
  readonly end: 'ABORTED' | 'INTERRUPTED' | null;
  /** Called whenever the record has changed. */
  readonly onChange: () => void;
  /** Called when another runner has taken the job over. */
  readonly onLost: () => void;
}

/** A job that goes on by itself. */
export interface Run {
  /** Resolves when the job has ended and that is recorded, as far as possible. Never rejects. */
  readonly done: Promise<void>;
  /** Sends nothing more: what is in flight finishes. */
  end(state: 'ABORTED' | 'INTERRUPTED'): void;
  /** Waits for nothing more. */
  cut(): void;
}

/** How many items are in flight at once: there is no use in more, where all wait for the same rate. */
const IN_FLIGHT = 3;
/** How long a job may go on. */
const MAX_RUN_MS = 900_000;
/** How long the record may be out of reach before the job gives up. */
const MAX_AWAY_MS = 30_000;
/** How often the lease is renewed, and the wish to abort looked for. */
const BEAT_MS = 3000;

/** Starts a run. An item is recorded as sent before it is sent, so that nobody ever sends it twice. */
export function startRun({ send, clock, onRerun }: RunOptions, run: RunOf): Run {
  const { record, credential, durable } = run;
  const { items } = record;
  const startedAt = clock.now();
  const over = new AbortController();
  const attempts = new Set<Attempt>();
  /** Items whose latest change is not recorded. */
  const unsaved = new Set<number>(run.isChanged ? items.keys() : []);
  let end: 'ABORTED' | 'INTERRUPTED' | null = null;
  let isCut = false;
  let isLost = false;
  let savedAt = clock.now();

  const endAs = (state: 'ABORTED' | 'INTERRUPTED') => {
    end ??= state;
    over.abort();
    for (const attempt of attempts) attempt.withdraw();
  };

  /** Whether all is recorded now. */
  const save = async (): Promise<boolean> => {
    if (durable === null) return true;
    const indexes = [...unsaved];
    unsaved.clear();
    const saved = await durable.store.save(record, durable.runner, indexes);
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

  const note = (index: number, change: Partial<JobRecord['items'][number]>) => {
    Object.assign(items[index] ?? {}, change);
    unsaved.add(index);
  };

  const changed = () => {
    record.revision += 1;
    run.onChange();
  };

  /** Sends an item once; null when it is settled, else when to try again, in milliseconds. */
  const sendOnce = async (index: number, executionId: string): Promise<number | null> => {
    const attempt = attemptChange({ send, clock }, credential, record.id, record.kind, executionId);
    attempts.add(attempt);
    const verdict = await attempt.verdict;
    attempts.delete(attempt);
    if (verdict === 'SIGNED_OUT' || 'retryAfterMs' in verdict) {
      note(index, { isSent: false });
      if (verdict !== 'SIGNED_OUT') return verdict.retryAfterMs;
      endAs('INTERRUPTED');
      return 0;
    }
    note(index, verdict.settled);
    changed();
    const { newExecutionId } = verdict.settled;
    if (newExecutionId !== null) onRerun(record.owner, executionId, newExecutionId);
    await save();
    return null;
  };

  /** Tries an item until it is settled or the job is over. */
  const carryOut = async (index: number, executionId: string) => {
    while (!over.signal.aborted) {
      note(index, { isSent: true });
      const isMarked = (await save()) && !over.signal.aborted;
      if (!isMarked) note(index, { isSent: false });
      const waitMs = isMarked ? await sendOnce(index, executionId) : RETRY_MS;
      if (waitMs === null) return;
      const leftMs = startedAt + MAX_RUN_MS - clock.now();
      await delay(clock, Math.max(0, Math.min(waitMs, leftMs)), over.signal).catch(() => undefined);
      if (waitMs >= leftMs) endAs('INTERRUPTED');
    }
  };

  let cancelBeat: (() => void) | undefined;
  const beat = () => {
    cancelBeat = clock.after(BEAT_MS, () => {
      void save().then(() => {
        if (record.state === 'RUNNING') beat();
      });
    });
  };

  /** Records how it ended, also when Redis comes back only later. */
  const saveLast = async () => {
    const isSaved = await save();
    if (isSaved || isCut || clock.now() - savedAt > MAX_AWAY_MS) return;
    clock.after(RETRY_MS, () => void saveLast());
  };

  const work = async () => {
    const waiting = [...items.entries()].filter(([, { outcome }]) => outcome === 'PENDING').values();
    const worker = async () => {
      for (const [index, { executionId }] of waiting) await carryOut(index, executionId);
    };
    if (durable !== null) beat();
    await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
    cancelBeat?.();
    if (isLost) {
      record.state = 'INTERRUPTED';
      run.onLost();
      return;
    }
    const left = items.filter(({ outcome }) => outcome === 'PENDING');
    for (const item of left) Object.assign(item, { outcome: 'NOT_DONE', isSent: false });
    record.state = left.length === 0 ? 'COMPLETED' : (end ?? 'INTERRUPTED');
    record.endedAt = clock.date();
    changed();
    savedAt = clock.now();
    // All of it, whatever became of earlier writes that were not answered.
    for (const index of items.keys()) unsaved.add(index);
    await saveLast();
  };

  if (run.end !== null) endAs(run.end);
  return {
    done: work(),
    end: endAs,
    cut: () => {
      isCut = true;
      for (const attempt of attempts) attempt.cut();
    },
  };
}
