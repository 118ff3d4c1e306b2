import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Problem } from '../core/problem.ts';
import { retryDelayOf } from '../core/retry.ts';
import type { Answer } from '../core/run-client.ts';
import type { TypedDocumentString } from '../documents/generated.ts';
import { useRunHistory } from './provider.tsx';

/** What was asked, and what came of it. */
export interface Asked<Data> {
  /** `idle`: not asked yet. `failed`: nothing could be read. With `data` and `problems`, a part could, or an earlier one. */
  readonly phase: 'idle' | 'loading' | 'ready' | 'failed';
  /** The last answer that told something; it stays while a newer one is on its way, and where that fails. */
  readonly data: Data | null;
  /** What was not right with the last answer. */
  readonly problems: readonly Problem[];
  /** When upstream was read, where the answer is older than it should be; null: it is fresh. */
  readonly asOf: string | null;
  /** Whether an answer is on its way. */
  readonly isAsking: boolean;
  /** Whether `data` answers what was asked before, such as with another filter, until the answer is there. */
  readonly isEarlier: boolean;
  /** When it is asked again by itself, in milliseconds since 1970; null: it is not. Asked for too much, it waits once. */
  readonly retryAt: number | null;
  /** Asks again. */
  readonly reload: () => void;
}

/** How something is asked. */
export interface Asking {
  /** Whether to ask at all; true, unless told otherwise. */
  readonly isEnabled?: boolean;
  /** How long an answer counts as fresh, in milliseconds; 5,000 unless told otherwise. */
  readonly freshMs?: number;
}

/** What is remembered of a question. */
interface Kept<Data> extends Answer<Data> {
  /** How long after `answeredAt` it is asked again; null: not by itself. */
  readonly retryDelayMs: number | null;
  readonly retryAt: number | null;
  /** Whether the last answer told something. */
  readonly isRead: boolean;
}

const NONE: readonly Problem[] = [];

/**
 * Asks once for all who ask the same at the same time, and remembers the answer.
 * @param read takes what is wanted out of the answer's data; null counts as nothing read
 */
export function useAsked<Data, Variables, Wanted>(
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
  read: (data: Data) => Wanted | null,
  { isEnabled = true, freshMs = 5000 }: Asking = {},
): Asked<Wanted> {
  const { client, queries } = useRunHistory();
  const queryKey = [document.toString(), variables];
  const { data, isFetching, isPlaceholderData, refetch } = useQuery(
    {
      queryKey,
      queryFn: async ({ signal }) => {
        const before = queries.getQueryData<Kept<Data>>(queryKey);
        return keep(await client.request(document, variables, signal), before, read);
      },
      enabled: isEnabled,
      staleTime: ({ state }) => (state.data?.isRead === false ? 0 : freshMs),
      refetchInterval: ({ state }) => state.data?.retryDelayMs ?? false,
      refetchOnWindowFocus: false,
      placeholderData: (earlier) => earlier,
    },
    queries,
  );
  const wanted = data?.data == null ? null : read(data.data);
  return useMemo(
    () => ({
      phase: phaseOf(isEnabled, data !== undefined, wanted !== null),
      data: wanted,
      problems: data?.problems ?? NONE,
      asOf: data?.asOf ?? null,
      isAsking: isFetching,
      isEarlier: isPlaceholderData,
      retryAt: data?.retryAt ?? null,
      reload: () => void refetch(),
    }),
    [isEnabled, data, wanted, isFetching, isPlaceholderData, refetch],
  );
}

/** What is remembered after an answer: what was told before stays where this one only has problems. */
function keep<Data>(
  answer: Answer<Data>,
  before: Kept<Data> | undefined,
  read: (data: Data) => unknown,
): Kept<Data> {
  const isRead = answer.data !== null && read(answer.data) !== null;
  const nowMs = Date.now();
  const isAgain = before?.retryAt != null && before.retryAt <= nowMs;
  const retryDelayMs = isRead || isAgain ? null : retryDelayOf(answer.problems);
  const told = !isRead && answer.problems.length > 0 && before?.data != null ? before : answer;
  return {
    data: told.data,
    asOf: told.asOf,
    problems: answer.problems,
    retryDelayMs,
    retryAt: retryDelayMs === null ? null : nowMs + retryDelayMs,
    isRead,
  };
}

function phaseOf(isEnabled: boolean, isAnswered: boolean, isRead: boolean): Asked<unknown>['phase'] {
  if (!isAnswered) return isEnabled ? 'loading' : 'idle';
  return isRead ? 'ready' : 'failed';
}
