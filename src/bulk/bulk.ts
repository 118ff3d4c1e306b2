import type { BulkAnswer, BulkJob, BulkRequest } from '../domain/bulk.ts';
import type { Credential } from '../domain/credential.ts';
import type { SharedRedis } from '../redis/shared-redis.ts';
import type { Clock } from '../clock.ts';
import { createAdopter } from './adopter.ts';
import { createAdoptionList, listing, type AdoptionList } from './adoption-list.ts';
import type { BulkCaller } from './caller.ts';
import { createHeldKey } from './held-key.ts';
import { createJobFinder } from './job-finder.ts';
import type { JobRunnerOptions } from './job-runner.ts';
import { createJobStarter, type Recording } from './job-starter.ts';
import { createJobs, type Jobs } from './jobs.ts';
import { isFinal, snapshot, type JobRecord } from './record.ts';
import { createTakeRequest } from './request.ts';
import { createJobStore } from './store.ts';
import { createWatch } from './watch.ts';

type JobRedis = Pick<SharedRedis, 'connection' | 'dataSet'>;

/** What bulk changes are built from. */
export interface BulkOptions extends JobRunnerOptions {
  /** Where jobs are recorded; null: in memory only. */
  readonly redis: JobRedis | null;
  /** How many executions one change may be about. */
  readonly maxSize: number;
  /** The API key that the gateway holds for callers who bring none; null: it holds none. */
  readonly heldApiKey: string | null;
}

/** Bulk changes, as one caller sees them. */
export interface BulkOfCaller {
  /**
   * Starts a job, or answers the one that was started for the same `clientMutationId`, and goes on with it when it was
   * interrupted. Rejects with BAD_USER_INPUT naming what is wrong, and with OVERLOADED when there is no room.
   */
  request(request: BulkRequest): Promise<BulkAnswer>;
  /**
   * A job; null when it is unknown or another caller's.
   * @param afterRevision waits for a later one than this, as long as the operation lets; null: answers at once
   */
  job(id: string, afterRevision: number | null): Promise<BulkJob | null>;
  /**
   * A job now, and whenever it has changed, folded where the reader is slow; ends after its end. Null, and then the end,
   * when it is unknown or another caller's.
   */
  changes(id: string): AsyncIterable<BulkJob | null>;
  /** Sends no more of a job; null when it is unknown or another caller's. */
  abort(id: string): Promise<BulkJob | null>;
}

/** Bulk changes of all callers. */
export interface Bulk {
  forCaller(caller: BulkCaller): BulkOfCaller;
  /** Goes on with what other replicas have left, where the gateway holds the key. */
  start(): void;
  /** Sends nothing more and waits for what is in flight, for so long at most. The jobs are interrupted. */
  stop(timeoutMs: number): Promise<void>;
}

/** Builds the one place that knows all jobs of this process. */
export function createBulk(options: BulkOptions): Bulk {
  const { clock, maxSize, redis, heldApiKey } = options;
  const jobs = createJobs(clock);
  const heldKey = heldApiKey === null ? null : createHeldKey(heldApiKey);
  const list = redis === null || heldKey === null ? null : createAdoptionList(redis.connection, heldKey.name);
  const recording = redis === null ? null : recordingIn(redis, clock, list);
  const store = recording?.store ?? null;
  const finder = createJobFinder(jobs, store);
  const starter = createJobStarter(options, jobs, recording, heldKey);
  const adopter =
    recording === null || heldKey === null || list === null
      ? null
      : createAdopter({ ...recording, clock, key: heldKey, list, jobs, starter });
  if (recording !== null) recordAfterLoss(jobs, recording);
  const takeRequest = createTakeRequest(finder, starter, maxSize);
  const goesOn = (record: JobRecord) => adopter !== null && heldKey?.credentialOf(record) != null;
  const watch = createWatch({ clock, jobs, finder, goesOn });

  const abort = async (id: string, credential: Credential): Promise<JobRecord | null> => {
    const owner = credential.identity;
    const record = await finder.load(owner, id);
    if (record === null || isFinal(record)) return record;
    if (record.state === 'INTERRUPTED') {
      const ended = await starter.resume(record, credential, 'ABORTED');
      // Somebody else goes on with it just now.
      if (ended === null) await store?.flagAbort(owner, id);
      return ended ?? record;
    }
    const runner = jobs.get(owner, id)?.runner;
    if (runner == null) await store?.flagAbort(owner, id);
    else runner.end('ABORTED');
    return record;
  };

  return {
    forCaller: (caller) => ({
      request: (request) => takeRequest(request, caller),
      job: async (id, afterRevision) => shown(await watch.after(id, afterRevision, caller)),
      changes: (id) => watch.all(id, caller.credential().identity),
      abort: async (id) => shown(await abort(id, caller.credential())),
    }),
    start: () => adopter?.start(),
    stop: (timeoutMs) => {
      adopter?.stop();
      return starter.stop(timeoutMs);
    },
  };
}

/** Where jobs are recorded. @param list null: no job goes on by itself */
function recordingIn(redis: JobRedis, clock: Clock, list: AdoptionList | null): Recording {
  const store = createJobStore(redis, clock);
  return { store: list === null ? store : listing(store, list), dataSet: redis.dataSet };
}

/** Records all that is still in memory once more, whenever Redis may have lost it. */
function recordAfterLoss(jobs: Jobs, { store, dataSet }: Recording): void {
  let isRecording = false;
  let isDue = false;
  const recordAll = async () => {
    for (const { record, runnerId, runner } of jobs.all()) {
      if (record.state === 'RUNNING') runner?.record();
      else if (runnerId !== null) await store.restore(withoutAccount(record), runnerId);
    }
  };
  const recordWhileDue = async () => {
    isDue = true;
    if (isRecording) return;
    isRecording = true;
    while (isDue) {
      isDue = false;
      await recordAll();
    }
    isRecording = false;
  };
  dataSet.onLoss(() => void recordWhileDue());
}

/**
 * The same, to wait for its caller. Where it was interrupted another replica may have gone on with it and be gone by now,
 * so that this is not all that was sent: nobody is to go on by it unasked.
 */
function withoutAccount(record: JobRecord): JobRecord {
  return { ...record, account: null };
}

function shown(record: JobRecord | null): BulkJob | null {
  return record === null ? null : snapshot(record);
}
