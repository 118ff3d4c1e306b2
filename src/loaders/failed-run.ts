import DataLoader from 'dataloader';
import { GatewayError } from '../domain/errors.ts';
import { failureOf, type FailedRun, type Redact, type ToldFailure } from '../domain/failure.ts';
import type { Execution, ExecutionDetail } from '../domain/model.ts';
import type { Upstream } from '../upstream/endpoints/upstream.ts';
import { isBefore, type ExecutionLoader } from './execution.ts';

/** Looks up why runs have failed, as far as calls are left for that; null for the others. */
export type FailedRunLoader = DataLoader<Execution | ExecutionDetail, FailedRun | null, string>;

/** What failed runs are looked up with. */
export interface FailedRunReads {
  /** What the operation looks up in any case. */
  readonly loader: ExecutionLoader;
  /** Upstream, with the calls that nothing else of the operation could need. */
  readonly elastic: () => Upstream;
  /** What others than upstream's details tell of them, in their order; null: nothing. */
  readonly told: (runs: readonly Execution[]) => Promise<readonly (ToldFailure | null)[]>;
  readonly redact: Redact;
  /** Milliseconds that only ever go forward. */
  readonly now: () => number;
}

/**
 * Builds the look-up of failed runs: first what is at hand, what the operation asks for anyhow, what is remembered and
 * what was told, which costs nothing; then one by one, the newest first, until no call is left.
 */
export function createFailedRunLoader(reads: FailedRunReads): FailedRunLoader {
  const { loader, elastic, told, redact, now } = reads;
  const known = (run: Execution | ExecutionDetail) =>
    isWhole(run)
      ? run
      : orNull(loader.asked(run.id) ?? elastic().execution.get(run.id, { onlyRemembered: true }));
  const read = async (run: Execution, isOutdated: boolean) => {
    const since = isOutdated ? now() : undefined;
    const detail = await orNull(elastic().execution.get(run.id, { since }));
    if (detail !== null) loader.note(detail);
    return detail;
  };

  return new DataLoader(
    async (runs) => {
      const details = new Map<string, ExecutionDetail | null>();
      await Promise.all(runs.map(async (run) => details.set(run.id, await known(run))));
      const detailOf = (run: Execution) => {
        const detail = details.get(run.id) ?? null;
        return detail === null || isBefore(detail, run) ? null : detail;
      };
      const failureIn = (run: Execution) => {
        const detail = detailOf(run);
        return detail && failureOf(detail, redact);
      };
      const silent = runs.filter((run) => (failureIn(run)?.message ?? null) === null);
      const reasons = new Map((await told(silent)).map((reason, index) => [silent[index]?.id, reason]));
      const missing = silent
        .filter((run) => detailOf(run) === null && (reasons.get(run.id) ?? null) === null)
        .sort(byNewest);
      await Promise.all(
        missing.map(async (run) => details.set(run.id, await read(run, details.get(run.id) !== null))),
      );
      return runs.map((run) => {
        const reason = reasons.get(run.id) ?? null;
        const detail = detailOf(run);
        if (reason !== null) {
          return { run: detail ?? run, failure: { ...reason, occurredAt: (detail ?? run).completedAt } };
        }
        return detail && { run: detail, failure: failureOf(detail, redact) };
      });
    },
    { cacheKeyFn: ({ id }) => id },
  );
}

function isWhole(run: Execution | ExecutionDetail): run is ExecutionDetail {
  return 'nodes' in run;
}

function byNewest(one: Execution, other: Execution): number {
  return (other.createdAt?.getTime() ?? 0) - (one.createdAt?.getTime() ?? 0);
}

/** A reason that cannot be had is not known: it fails nothing. */
async function orNull(read: Promise<ExecutionDetail>): Promise<ExecutionDetail | null> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof GatewayError) return null;
    throw error;
  }
}
