import { JobChangedDocument, JobDocument, type JobFragment } from '../documents/generated.ts';
import { isTransient, type Problem } from './problem.ts';
import { pauseAfter } from './retry.ts';
import type { RunClient } from './run-client.ts';
import { isOver, waitMs } from './wait.ts';

/** A change of many runs, as the gateway tells of it. */
export type BulkJob = JobFragment;

/** What is told of a job that is watched. */
export interface JobObserver {
  /** The job is in another state, or further; never older than what was told before. */
  readonly told: (job: BulkJob) => void;
  /** The gateway could not be asked: it is asked again by itself. */
  readonly trouble: (problems: readonly Problem[]) => void;
  /** Nothing more will be told. Null: the gateway does not know the job any more. */
  readonly lost: (problem: Problem | null) => void;
}

/** How long the subscription may keep silent before the job is asked for instead. */
const PATIENCE_MS = 2000;
const MAX_PAUSE_MS = 30_000;

/**
 * Watches a job until it has ended, or the returned function is called: by subscription, and by questions that wait for
 * what is new where that cannot be, or says nothing.
 */
export function watchJob(
  client: RunClient,
  job: Pick<BulkJob, 'id' | 'revision'>,
  observer: JobObserver,
): () => void {
  const left = new AbortController();
  let revision = job.revision;
  let isTold = false;
  let isAsking = false;
  let unwatch = () => {};
  const leave = () => {
    left.abort();
    unwatch();
  };
  const take = (next: BulkJob) => {
    if (left.signal.aborted || next.revision < revision) return;
    revision = next.revision;
    observer.told(next);
    if (next.state !== 'RUNNING') leave();
  };
  const lose = (problem: Problem | null) => {
    leave();
    observer.lost(problem);
  };

  const ask = async () => {
    if (isAsking) return;
    isAsking = true;
    for (let failures = 0; !isOver(left.signal) && !isTold;) {
      const variables = { id: job.id, afterRevision: failures === 0 ? revision : null };
      const { data, problems } = await client.request(JobDocument, variables, left.signal);
      if (isOver(left.signal)) break;
      const refusal = problems.find((problem) => !isTransient(problem));
      if (data?.bulkJob != null) {
        failures = 0;
        take(data.bulkJob);
      } else if (refusal !== undefined || problems.length === 0) {
        lose(refusal ?? null);
      } else {
        observer.trouble(problems);
        await waitMs(pauseAfter(problems, failures, MAX_PAUSE_MS), left.signal);
        failures += 1;
      }
    }
    isAsking = false;
  };

  const askSoon = () => void waitMs(PATIENCE_MS, left.signal).then(ask);
  unwatch = client.subscribe(
    JobChangedDocument,
    { id: job.id },
    {
      connected: (isConnected) => {
        if (isConnected) return;
        isTold = false;
        askSoon();
      },
      next: ({ data }) => {
        if (data?.bulkJobChanged == null) return;
        isTold = true;
        take(data.bulkJobChanged);
      },
      end: () => {
        isTold = false;
        void ask();
      },
    },
  );
  askSoon();
  // What it was told at once may have been the end.
  if (left.signal.aborted) unwatch();
  return leave;
}
