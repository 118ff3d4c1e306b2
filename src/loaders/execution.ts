import { hasEnded, type ExecutionDetail, type ExecutionRef } from '../domain/model.ts';
import type { PromisedTurns } from '../upstream/turns.ts';
import type { Upstream } from '../upstream/endpoints/upstream.ts';
import { createLookUps, orError } from './look-up.ts';

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

/** What executions are looked up with. */
export interface ExecutionReads {
  readonly upstream: Upstream;
  /** Promises turns in time to as many requests, or to none of them. */
  readonly promise: (count: number) => PromisedTurns;
  /** Milliseconds that only ever go forward. */
  readonly now: () => number;
}

/** Builds the look-ups of executions. */
export function createExecutionLoader({ upstream, promise, now }: ExecutionReads): ExecutionLoader {
  const { execution } = upstream;
  const byId = createLookUps<ExecutionDetail>(async (ids) =>
    ids.length === 1 ? Promise.all(ids.map(alone)) : readGroup(ids),
  );
  const alone = (id: string) => orError(execution.get(id));

  /** All that is not remembered is looked up, or none of it. */
  const readGroup = async (ids: readonly string[]) => {
    const remembered = await Promise.all(
      ids.map((id) => execution.get(id, { onlyRemembered: true }).catch(() => null)),
    );
    const turns = promise(remembered.filter((detail) => detail === null).length);
    try {
      return await Promise.all(
        ids.map(async (id, index) => remembered[index] ?? orError(execution.get(id, { turns }))),
      );
    } finally {
      turns.end();
    }
  };
  const anew = createLookUps<ExecutionDetail>((ids) =>
    Promise.all(ids.map((id) => orError(execution.get(id, { since: now() })))),
  );
  return {
    load: (id) => byId.load(id),
    complete: async (run) => {
      const detail = await byId.load(run.id);
      return isBefore(detail, run) ? anew.load(run.id) : detail;
    },
    asked: (id) => byId.asked(id),
    note: (detail) => {
      byId.note(detail.id, detail);
    },
  };
}

/** Whether a detail is from before a run ended, though it has ended by what is known of it. */
export function isBefore(detail: ExecutionDetail, { status }: ExecutionRef): boolean {
  return status !== undefined && hasEnded(status) && !hasEnded(detail.status);
}
