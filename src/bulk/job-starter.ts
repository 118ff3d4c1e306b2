import { randomUUID } from 'node:crypto';
import type { Credential } from '../domain/credential.ts';
import { startJobRunner, type JobRunnerOptions } from './job-runner.ts';
import { overloaded, type Entry, type Jobs } from './jobs.ts';
import { newRecord, resumed, type JobRecord } from './record.ts';
import type { Ending } from './record-saver.ts';
import type { JobStore } from './store.ts';

/** A change that is to become a job. */
export type NewJob = Pick<JobRecord, 'owner' | 'kind' | 'requestHash' | 'mutation'>;

/** Starts jobs, and ends them with the process. */
export interface JobStarter {
  /** Starts a new job; answers the id of the one that has its name already, where there is one. */
  begin(
    job: NewJob,
    ids: readonly string[],
    credential: Credential,
  ): Promise<JobRecord | { takenBy: string }>;
  /**
   * Goes on with a job that was interrupted; null when somebody else does.
   * @param end how it is to end at once; null: it is to go on
   */
  resume(record: JobRecord, credential: Credential, end: Ending | null): Promise<JobRecord | null>;
  /** Sends nothing more and waits for what is in flight, for so long at most. The jobs are interrupted. */
  stop(timeoutMs: number): Promise<void>;
}

/** @param store null: nothing is recorded */
export function createJobStarter(options: JobRunnerOptions, jobs: Jobs, store: JobStore | null): JobStarter {
  const { clock } = options;
  let isStopping = false;

  /** Makes room for a job that is about to run; throws OVERLOADED. */
  const makeRoom = (owner: string) => {
    if (isStopping) throw overloaded('The gateway is being stopped');
    jobs.makeRoom(owner);
  };

  const launch = (entry: Entry, { end, ...given }: Launch) =>
    launchJob(options, jobs, store, entry, { ...given, end: end ?? (isStopping ? 'INTERRUPTED' : null) });

  return {
    begin: async (job, ids, credential) => {
      const record = newRecord({ ...job, id: randomUUID(), createdAt: clock.date() }, ids);
      const entry: Entry = { record, runnerId: null, runner: null };
      makeRoom(job.owner);
      jobs.add(entry);
      if (store !== null) {
        const runnerId = randomUUID();
        const created = await store.create(record, runnerId);
        if (typeof created === 'object') {
          jobs.delete(entry);
          return { takenBy: created.id };
        }
        // What may have been recorded must not be sent before it is known to be.
        entry.runnerId = created === 'away' ? null : runnerId;
      }
      return launch(entry, { credential, isChanged: false, end: null });
    },

    resume: async (record, credential, end) => {
      const { owner, id } = record;
      makeRoom(owner);
      const isInMemory = store === null || jobs.get(owner, id)?.runnerId === null;
      const runnerId = isInMemory ? null : randomUUID();
      const left = runnerId === null ? record : await store?.claim(owner, id, runnerId);
      if (left == null) return null;
      const entry: Entry = { record: resumed(left), runnerId, runner: null };
      jobs.add(entry);
      return launch(entry, { credential, isChanged: true, end });
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
}

/** Gives a job that is kept a runner; answers its record. */
function launchJob(
  options: JobRunnerOptions,
  jobs: Jobs,
  store: JobStore | null,
  entry: Entry,
  given: Launch,
): JobRecord {
  const { record, runnerId } = entry;
  entry.runner = startJobRunner(options, {
    ...given,
    record,
    durable: store === null || runnerId === null ? null : { store, runnerId },
    onChange: () => {
      jobs.changed(record.id);
    },
    onLost: () => {
      jobs.delete(entry);
      jobs.changed(record.id);
    },
  });
  return record;
}
