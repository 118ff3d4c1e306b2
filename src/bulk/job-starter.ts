import { randomUUID } from 'node:crypto';
import { delay } from '../clock.ts';
import type { Credential } from '../domain/credential.ts';
import type { TraceLink } from '../observability/trace-span.ts';
import type { DataSet } from '../redis/data-set.ts';
import { waitableMs, type Operation } from '../upstream/operation.ts';
import { startJobRunner, type JobRunnerOptions } from './job-runner.ts';
import { overloaded, type Entry, type Jobs } from './jobs.ts';
import { newRecord, resumed, type JobRecord } from './record.ts';
import type { HeldKey } from './held-key.ts';
import type { Ending } from './record-saver.ts';
import type { JobStore } from './store.ts';

/** A change that is to become a job. */
export type NewJob = Pick<JobRecord, 'owner' | 'kind' | 'requestHash' | 'mutation'>;

/** Starts jobs, and ends them with the process. */
export interface JobStarter {
  /**
   * Starts a new job; answers the id of the one that has its name already, where there is one.
   * @param operation for how long that may be waited for
   */
  begin(
    job: NewJob,
    ids: readonly string[],
    credential: Credential,
    operation: Operation,
  ): Promise<JobRecord | { takenBy: string }>;
  /** Waits, as long as the operation lets, until what Redis has lost lately may have been recorded once more. */
  settle(operation: Operation): Promise<void>;
  /**
   * Goes on with a job that was interrupted; null when somebody else does.
   * @param end how it is to end at once; null: it is to go on
   */
  resume(record: JobRecord, credential: Credential, end: Ending | null): Promise<JobRecord | null>;
  /** Sends nothing more and waits for what is in flight, for so long at most. The jobs are interrupted. */
  stop(timeoutMs: number): Promise<void>;
}

/** Where jobs are recorded. */
export interface Recording {
  readonly store: JobStore;
  readonly dataSet: DataSet;
}

/**
 * @param recording null: nothing is recorded
 * @param heldKey null: jobs go on for their callers alone
 */
export function createJobStarter(
  options: JobRunnerOptions,
  jobs: Jobs,
  recording: Recording | null,
  heldKey: HeldKey | null,
): JobStarter {
  const { clock } = options;
  const store = recording?.store ?? null;
  let isStopping = false;

  /** Makes room for a job that is about to run; throws OVERLOADED. */
  const makeRoom = (owner: string) => {
    if (isStopping) throw overloaded('The gateway is being stopped');
    jobs.makeRoom(owner);
  };

  const launch = (entry: Entry, { end, ...given }: Launch) =>
    launchJob(options, jobs, recording, entry, { ...given, end: end ?? (isStopping ? 'INTERRUPTED' : null) });

  /** Whether it had to wait. */
  const settle = async (operation: Operation): Promise<boolean> => {
    const unsettledMs = (await recording?.dataSet.unsettledMs()) ?? 0;
    const waitMs = Math.min(unsettledMs, waitableMs(clock, operation));
    if (waitMs > 0) await delay(clock, waitMs, operation.signal).catch(() => undefined);
    return waitMs > 0;
  };

  /** Records a new job; answers the id of the one that has its name already, where there is one. */
  const enter = async (entry: Entry, operation: Operation): Promise<string | null> => {
    const { record } = entry;
    if (store === null) return null;
    const runnerId = randomUUID();
    const created = await store.create(record, runnerId);
    if (typeof created === 'object') return created.id;
    // What may have been recorded must not be sent before it is known to be, and neither must what has a name: another
    // job may have it, of which something was sent.
    entry.runnerId = created === 'away' && record.mutation === null ? null : runnerId;
    if (created !== 'created' || record.mutation === null || !(await settle(operation))) return null;
    // Redis was emptied just before, and whoever had the name in memory has it again by now.
    const known = await store.find(record.owner, record.mutation);
    return known === record.id ? null : known;
  };

  return {
    begin: async (job, ids, credential, operation) => {
      const id = randomUUID();
      const account = heldKey?.accountOf(credential, id) ?? null;
      const record = newRecord({ ...job, id, account, createdAt: clock.date() }, ids);
      const entry: Entry = { record, runnerId: null, runner: null };
      makeRoom(job.owner);
      jobs.add(entry);
      const takenBy = await enter(entry, operation);
      if (takenBy !== null) {
        jobs.delete(entry);
        return { takenBy };
      }
      const link = operation.trace?.link ?? null;
      return launch(entry, { credential, isChanged: false, end: null, link });
    },

    settle: async (operation) => {
      await settle(operation);
    },

    resume: async (record, credential, end) => {
      const { owner, id } = record;
      makeRoom(owner);
      const isInMemory = store === null || jobs.get(owner, id)?.runnerId === null;
      const runnerId = isInMemory ? null : randomUUID();
      const left = runnerId === null ? record : await store?.claim(owner, id, runnerId);
      if (left == null) return null;
      const account = heldKey?.accountOf(credential, id) ?? left.account;
      const entry: Entry = { record: { ...resumed(left), account }, runnerId, runner: null };
      jobs.add(entry);
      return launch(entry, { credential, isChanged: true, end, link: null });
    },

    stop: async (timeoutMs) => {
      isStopping = true;
      const runners = jobs.all().flatMap(({ runner }) => runner ?? []);
      for (const runner of runners) runner.end('INTERRUPTED');
      const cancel = clock.after(timeoutMs, () => {
        for (const runner of runners) runner.cut();
      });
      await Promise.all(runners.map(({ done }) => done));
      cancel();
      for (const runner of runners) runner.cut();
    },
  };
}

/** How a job is to go on. */
interface Launch {
  readonly credential: Credential;
  /** Whether the record has to be written whole. */
  readonly isChanged: boolean;
  /** How it is to end at once; null: it is to go on. */
  readonly end: Ending | null;
  readonly link: TraceLink | null;
}

/** Gives a job that is kept a runner; answers its record. */
function launchJob(
  options: JobRunnerOptions,
  jobs: Jobs,
  recording: Recording | null,
  entry: Entry,
  given: Launch,
): JobRecord {
  const { record, runnerId } = entry;
  entry.runner = startJobRunner(options, {
    ...given,
    record,
    durable:
      recording === null || runnerId === null
        ? null
        : { store: recording.store, runnerId, isSettled: () => recording.dataSet.isSettled() },
    onChange: () => {
      jobs.changed(record.id);
    },
    onLost: (loss) => {
      // What another runner does is told where it is recorded. What became of a job without its name is known here only.
      if (loss === 'lost') jobs.delete(entry);
      else Object.assign(entry, { runnerId: null }).record.mutation = null;
      jobs.changed(record.id);
    },
  });
  return record;
}
