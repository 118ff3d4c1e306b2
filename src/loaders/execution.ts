import DataLoader from 'dataloader';
import { hasEnded, type ExecutionDetail, type ExecutionRef } from '../domain/model.ts';
import type { Upstream } from '../upstream/endpoints/upstream.ts';
import { orError } from './look-up.ts';

/** Looks executions up. */
export interface ExecutionLoader {
  /** By id: a call for each. */
  load(id: string): Promise<ExecutionDetail>;
  /**
   * The rest of a run that is known in part. Where it has ended by what is known, its detail is not one that is
   * remembered from before: its steps would look like its last.
   */
  complete(run: ExecutionRef): Promise<ExecutionDetail>;
  /** What has been asked for by this id, if anything. */
  asked(id: string): Promise<ExecutionDetail> | undefined;
  /** Takes note of a detail that has been read elsewhere. */
  note(detail: ExecutionDetail): void;
}

/**
 * Builds the look-ups of executions.
 * @param now the time of day, epoch milliseconds
 */
export function createExecutionLoader({ execution }: Upstream, now: () => number): ExecutionLoader {
  const loading = new Map<string, Promise<ExecutionDetail>>();
  const byId = new DataLoader<string, ExecutionDetail>(
    (ids) => Promise.all(ids.map((id) => orError(execution.get(id)))),
    { cacheMap: loading },
  );
  const anew = new DataLoader<string, ExecutionDetail>((ids) =>
    Promise.all(ids.map((id) => orError(execution.get(id, { since: now() })))),
  );
  return {
    load: (id) => byId.load(id),
    complete: async (run) => {
      const detail = await byId.load(run.id);
      return isBefore(detail, run) ? anew.load(run.id) : detail;
    },
    asked: (id) => loading.get(id),
    note: (detail) => byId.prime(detail.id, detail),
  };
}

/** Whether a detail is from before a run ended, though it has ended by what is known of it. */
export function isBefore(detail: ExecutionDetail, { status }: ExecutionRef): boolean {
  return status !== undefined && hasEnded(status) && !hasEnded(detail.status);
}
