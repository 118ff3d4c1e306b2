import { isJobId } from '../domain/id.ts';
import type { Jobs } from './jobs.ts';
import type { JobRecord } from './record.ts';
import type { JobStore } from './store.ts';

/** Finds jobs in memory and where they are recorded. */
export interface JobFinder {
  /** The job as far as it is known; null when it is unknown or another owner's. */
  load(owner: string, id: string): Promise<JobRecord | null>;
  /** Whether the owner's job of this name runs here. */
  runs(owner: string, mutation: string): boolean;
  /** The id of the owner's job of this name; null when there is none. */
  idOf(owner: string, mutation: string): Promise<string | null>;
}

/** @param store null: nothing is recorded */
export function createJobFinder(jobs: Jobs, store: JobStore | null): JobFinder {
  return {
    load: async (owner, id) => {
      if (!isJobId(id)) return null;
      const own = jobs.get(owner, id);
      // From memory if it runs here, or if nobody else can know better.
      if (own !== null && (own.runnerId === null || own.record.state !== 'INTERRUPTED')) return own.record;
      return (await store?.read(owner, id)) ?? jobs.get(owner, id)?.record ?? null;
    },
    runs: (owner, mutation) => jobs.named(owner, mutation)?.record.state === 'RUNNING',
    idOf: async (owner, mutation) =>
      jobs.named(owner, mutation)?.record.id ?? (await store?.find(owner, mutation)) ?? null,
  };
}
