import DataLoader from 'dataloader';
import { GatewayError } from '../domain/errors.ts';
import type { Execution, ExecutionDetail } from '../domain/model.ts';
import type { Upstream } from '../upstream/endpoints/upstream.ts';
import { isBefore, type ExecutionLoader } from './execution.ts';

/** Looks up the details of failed runs, as far as calls are left for that; null for the others. */
export type FailedRunLoader = DataLoader<Execution, ExecutionDetail | null, string>;

/** What failed runs are looked up with. */
export interface FailedRunReads {
  /** What the operation looks up in any case. */
  readonly loader: ExecutionLoader;
  /** Upstream, with the calls that nothing else of the operation could need. */
  readonly elastic: () => Upstream;
  /** Milliseconds that only ever go forward. */
  readonly now: () => number;
}

/**
 * Builds the look-up of failed runs: first what the operation asks for anyhow and what is remembered, which costs
 * nothing; then one by one, the newest first, until no call is left.
 */
export function createFailedRunLoader({ loader, elastic, now }: FailedRunReads): FailedRunLoader {
  const known = (run: Execution) =>
    orNull(loader.asked(run.id) ?? elastic().execution.get(run.id, { onlyRemembered: true }));
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
      const isKnown = (run: Execution) => {
        const detail = details.get(run.id) ?? null;
        return detail !== null && !isBefore(detail, run);
      };
      const missing = runs.filter((run) => !isKnown(run)).sort(byNewest);
      await Promise.all(
        missing.map(async (run) => details.set(run.id, await read(run, details.get(run.id) !== null))),
      );
      return runs.map((run) => (isKnown(run) ? (details.get(run.id) ?? null) : null));
    },
    { cacheKeyFn: ({ id }) => id },
  );
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
