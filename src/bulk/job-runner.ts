import { delay, type Clock } from '../clock.ts';
import type { Credential } from '../domain/credential.ts';
import { SPANS } from '../observability/span-attributes.ts';
import type { TraceLink, TraceSpan } from '../observability/trace-span.ts';
import type { Tracing } from '../observability/tracing.ts';
import type { Send } from '../upstream/call.ts';
import { RETRY_MS, startChange, type Change } from './change.ts';
import { endRecord, type JobRecord } from './record.ts';
import { createRecordSaver, type Durable, type Ending, type Loss, type RecordSaver } from './record-saver.ts';

/** What job runners need from outside. */
export interface JobRunnerOptions {
  readonly send: Send;
  readonly clock: Clock;
  /** Null: tracing is off. */
  readonly tracing: Tracing | null;
  /** Told of every execution that was run again. */
  readonly onRerun: (identity: string, originalId: string, newId: string) => void;
}

/** One job, and who keeps and watches it. */
export interface RunnableJob {
  /** Changed as the job goes on. */
  readonly record: JobRecord;
  /** Lives as long as the runner, and is not recorded. */
  readonly credential: Credential;
  /** Where the job is recorded; null: in memory only. */
  readonly durable: Durable | null;
  /** Whether the record has to be written whole: it was changed since it was read. */
  readonly isChanged: boolean;
  /** How it is to end before anything is sent; null: it is to go on. */
  readonly end: Ending | null;
  /** The operation that has started it, in traces; null: tracing is off, or none has. */
  readonly link: TraceLink | null;
  /** Called whenever the record has changed. */
  readonly onChange: () => void;
  /** Called when the job is not this runner's any more. */
  readonly onLost: (loss: Loss) => void;
}

/** Carries out one job by itself. */
export interface JobRunner {
  /** Resolves when the job has ended and that is recorded, as far as possible. Never rejects. */
  readonly done: Promise<void>;
  /** Sends nothing more: what is in flight finishes. */
  end(ending: Ending): void;
  /** Waits for nothing more. */
  cut(): void;
  /** Records all of the job, since Redis may have lost what it had. */
  record(): void;
}

/** How many items are in flight at once: there is no use in more, where all wait for the same rate. */
const IN_FLIGHT = 3;
/** How long a job may go on. */
const MAX_JOB_MS = 900_000;

/** Starts a job. An item is recorded as sent before it is sent, so that nobody ever sends it twice. */
export function startJobRunner(options: JobRunnerOptions, job: RunnableJob): JobRunner {
  const { clock } = options;
  const { record } = job;
  const startedAt = clock.now();
  const over = new AbortController();
  const inFlight = new Set<Change>();
  let end: Ending | null = null;

  const endAs = (ending: Ending) => {
    end ??= ending;
    over.abort();
    for (const change of inFlight) change.withdraw();
  };
  const saver = createRecordSaver({ ...job, clock, endAs });
  /** Goes no further until its caller wants it to. */
  const giveUp = () => {
    record.account = null;
    endAs('INTERRUPTED');
  };
  const trace = options.tracing?.start('internal', SPANS.job, job.link) ?? null;
  trace?.set({ 'refold.bulk.kind': record.kind, 'refold.bulk.items': record.items.length });
  const sendOnce = createItemSender(options, job, { saver, inFlight, giveUp, trace });

  /** Tries an item until it is settled or the job is over. */
  const carryOut = async (index: number, executionId: string) => {
    while (!over.signal.aborted) {
      saver.note(index, { isSent: true });
      const isMarked = (await saver.save()) && !over.signal.aborted;
      if (!isMarked) saver.note(index, { isSent: false });
      const waitMs = isMarked ? await sendOnce(index, executionId) : RETRY_MS;
      if (waitMs === null) return;
      const leftMs = startedAt + MAX_JOB_MS - clock.now();
      await delay(clock, Math.max(0, Math.min(waitMs, leftMs)), over.signal).catch(() => undefined);
      if (waitMs >= leftMs) giveUp();
    }
  };

  const work = async () => {
    const stopBeat = saver.beat();
    await forEachPending(record, carryOut);
    stopBeat();
    const loss = saver.loss();
    endRecord(record, loss === null ? end : 'INTERRUPTED', clock.date());
    trace?.set({ 'refold.bulk.state': record.state });
    trace?.end();
    if (loss === null) {
      job.onChange();
      await saver.saveEnd();
    } else job.onLost(loss);
  };

  if (job.end !== null) endAs(job.end);
  return {
    done: work(),
    end: endAs,
    cut: () => {
      saver.giveUp();
      for (const change of inFlight) change.cut();
    },
    record: () => void saver.saveAll(),
  };
}

/** Deals with the items that are pending, in their order, some at a time. */
async function forEachPending(
  { items }: JobRecord,
  carryOut: (index: number, executionId: string) => Promise<void>,
): Promise<void> {
  const waiting = [...items.entries()].filter(([, { outcome }]) => outcome === 'PENDING').values();
  const worker = async () => {
    for (const [index, { executionId }] of waiting) await carryOut(index, executionId);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
}

/** What sending an item has to do with the rest of its job. */
interface Sending {
  readonly saver: RecordSaver;
  readonly inFlight: Set<Change>;
  readonly giveUp: () => void;
  readonly trace: TraceSpan | null;
}

/** Builds what sends an item once; null when it is settled, else when to try again, in milliseconds. */
function createItemSender(
  { send, clock, onRerun }: JobRunnerOptions,
  { record, credential, onChange }: RunnableJob,
  { saver, inFlight, giveUp, trace }: Sending,
) {
  return async (index: number, executionId: string): Promise<number | null> => {
    const { id, kind } = record;
    const change = startChange(
      { send, clock },
      { credential, requestId: id, trace, kind, executionId, maySend: () => saver.maySend() },
    );
    inFlight.add(change);
    const verdict = await change.verdict;
    inFlight.delete(change);
    if (verdict === 'SIGNED_OUT' || 'retryAfterMs' in verdict) {
      saver.note(index, { isSent: false });
      if (verdict !== 'SIGNED_OUT') return verdict.retryAfterMs;
      giveUp();
      return 0;
    }
    saver.note(index, verdict.settled);
    record.revision += 1;
    onChange();
    const { newExecutionId } = verdict.settled;
    if (newExecutionId !== null) onRerun(record.owner, executionId, newExecutionId);
    await saver.save();
    return null;
  };
}
