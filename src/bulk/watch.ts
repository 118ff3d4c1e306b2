import type { Clock, EndSignal } from '../clock.ts';
import type { BulkJob } from '../domain/bulk.ts';
import { waitableMs } from '../upstream/operation.ts';
import type { BulkCaller } from './caller.ts';
import type { JobFinder } from './job-finder.ts';
import type { Jobs } from './jobs.ts';
import { snapshot, type JobRecord } from './record.ts';

/** How often a job that another replica runs is looked at. */
const LOOK_MS = 500;
/** How long the change of a job that runs here is waited for in one go. */
const REST_MS = 60_000;
/** For how long a job that cannot be found any more, or goes on by itself, is waited for: somebody may take it over. */
const PATIENCE_MS = 60_000;

/** Waits for news of jobs. */
export interface Watch {
  /** See `BulkOfCaller.job`. */
  after(id: string, revision: number | null, caller: BulkCaller): Promise<JobRecord | null>;
  /** See `BulkOfCaller.changes`. */
  all(id: string, owner: string): AsyncIterableIterator<BulkJob | null>;
}

/** What jobs are watched with. */
export interface WatchParts {
  readonly clock: Clock;
  readonly jobs: Jobs;
  readonly finder: JobFinder;
  /** Whether somebody will go on with a job that was interrupted, without being asked. */
  readonly goesOn: (record: JobRecord) => boolean;
}

/** Builds what waits for news of jobs. */
export function createWatch({ clock, jobs, finder, goesOn }: WatchParts): Watch {
  /** Resolves when there may be news. */
  const change = (owner: string, id: string, maxMs: number, signal: EndSignal): Promise<void> => {
    const runsHere = jobs.get(owner, id)?.record.state === 'RUNNING';
    return jobs.change(id, runsHere ? maxMs : Math.min(maxMs, LOOK_MS), signal);
  };

  return {
    after: async (id, revision, { credential, operation }) => {
      const owner = credential().identity;
      for (;;) {
        const record = await finder.load(owner, id);
        const leftMs = waitableMs(clock, operation);
        const isNews = revision === null || record === null || record.revision > revision;
        if (isNews || record.state !== 'RUNNING' || leftMs <= 0 || operation.signal.aborted) return record;
        await change(owner, id, leftMs, operation.signal);
      }
    },

    all: (id, owner) => {
      const left = new AbortController();
      const hasLeft = () => left.signal.aborted;
      const over = { done: true, value: undefined } as const;
      const news = createNews(clock, goesOn);
      return {
        [Symbol.asyncIterator]() {
          return this;
        },
        next: async () => {
          while (!hasLeft() && !news.isOver()) {
            const record = await finder.load(owner, id);
            if (hasLeft()) break;
            if (news.isIn(record)) return { done: false, value: record === null ? null : snapshot(record) };
            if (!news.isOver()) await change(owner, id, REST_MS, left.signal);
          }
          return over;
        },
        return: () => {
          left.abort();
          return Promise.resolve(over);
        },
      };
    },
  };
}

/** Tells what is news for one who has been told some already, and when there will be no more. */
function createNews(clock: Clock, goesOn: (record: JobRecord) => boolean) {
  let told: Pick<JobRecord, 'revision' | 'state'> | null | undefined;
  let isOver = false;
  /** Since when nobody has run it, though somebody may. */
  let leftAt: number | null = null;

  const mayGoOn = (record: JobRecord | null): boolean => {
    // What cannot be found any more may be out of reach, and not gone. What never was there is gone.
    const isLeft = record === null ? told !== undefined : record.state === 'INTERRUPTED' && goesOn(record);
    leftAt = isLeft ? (leftAt ?? clock.now()) : null;
    return leftAt !== null && clock.now() - leftAt < PATIENCE_MS;
  };

  return {
    isOver: () => isOver,
    isIn: (found: JobRecord | null): boolean => {
      // What is older than what was told is what Redis came back with, and is not the job any more.
      const record = (found?.revision ?? 0) < (told?.revision ?? 0) ? null : found;
      const waits = mayGoOn(record);
      isOver = record?.state !== 'RUNNING' && !waits;
      // How it was left is no news where it goes on.
      if (told !== undefined && waits) return false;
      const isNews =
        record?.revision !== told?.revision || record?.state !== told?.state || told === undefined;
      if (isNews) told = record === null ? null : { revision: record.revision, state: record.state };
      return isNews;
    },
  };
}
