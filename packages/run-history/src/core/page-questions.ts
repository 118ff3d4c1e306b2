import { RunsDocument, type RunsQuery, type RunsQueryVariables } from '../documents/generated.ts';
import { retryDelayOf } from './retry.ts';
import type { RunClient } from './run-client.ts';
import type { RunListState } from './run-list-state.ts';
import type { OwnStore } from './store.ts';
import { isOver, waitMs } from './wait.ts';

/** A page of a list, as the gateway answers it. */
type RunPage = NonNullable<RunsQuery['executions']>;

/** Builds what asks for the pages of a list, with one question at a time, and shows what is not right with the answers. */
export function createPageQuestions(
  client: RunClient,
  page: Omit<RunsQueryVariables, 'after'>,
  store: Pick<OwnStore<RunListState>, 'get' | 'set'>,
) {
  let asking = new AbortController();

  /** Asks, and once more where it was asked to wait. Null: nothing was read, or nobody waits for it. */
  const readPage = async (
    from: string | null,
    signal: AbortSignal,
    isAgain = false,
  ): Promise<RunPage | null> => {
    const answer = await client.request(RunsDocument, { ...page, after: from }, signal);
    if (isOver(signal)) return null;
    const read = answer.data?.executions ?? null;
    const delayMs = read === null && !isAgain ? retryDelayOf(answer.problems) : null;
    const isEmpty = store.get().rows.length === 0;
    store.set({
      problems: answer.problems,
      retryAt: delayMs === null ? null : Date.now() + delayMs,
      ...(read === null ? { phase: isEmpty ? 'failed' : 'ready' } : { asOf: answer.asOf }),
    });
    if (delayMs === null) return read;
    await waitMs(delayMs, signal);
    return isOver(signal) ? null : readPage(from, signal, true);
  };

  return {
    /** Another question takes the place of the one that is on its way; it is over when the signal aborts. */
    begin: (): AbortSignal => {
      asking.abort();
      asking = new AbortController();
      store.set({ isLoadingMore: false, retryAt: null });
      return asking.signal;
    },
    readPage,
    end: () => {
      asking.abort();
    },
  };
}
