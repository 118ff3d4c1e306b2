import type { Clock } from '../clock.ts';
import { waitableMs } from '../upstream/operation.ts';
import type { BulkCaller } from './caller.ts';
import type { JobFinder } from './job-finder.ts';
import type { Jobs } from './jobs.ts';
import type { JobRecord } from './record.ts';

/** How often a job that another replica runs is looked at. */
const LOOK_MS = 500;

/** Waits for news of a job; see `BulkOfCaller.job`. */
export type Watch = (
  id: string,
  afterRevision: number | null,
  caller: BulkCaller,
) => Promise<JobRecord | null>;

/** Builds what waits for news of jobs. */
export function createWatch(clock: Clock, jobs: Jobs, finder: JobFinder): Watch {
  return async (id, afterRevision, { credential, operation }) => {
    const owner = credential().identity;
    for (;;) {
      const record = await finder.load(owner, id);
      const leftMs = waitableMs(clock, operation);
      const isNews = afterRevision === null || record === null || record.revision > afterRevision;
      if (isNews || record.state !== 'RUNNING' || leftMs <= 0 || operation.signal.aborted) return record;
      const maxMs = jobs.get(owner, id) === null ? Math.min(leftMs, LOOK_MS) : leftMs;
      await jobs.change(id, maxMs, operation.signal);
    }
  };
}
