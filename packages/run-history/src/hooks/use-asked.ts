import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Problem } from '../core/problem.ts';
import type { TypedDocumentString } from '../documents/generated.ts';
import { useRunHistory } from './provider.tsx';

/** What was asked, and what came of it. */
export interface Asked<Data> {
  /** `idle`: not asked yet. `failed`: nothing could be read. With `data` and `problems`, a part could. */
  readonly phase: 'idle' | 'loading' | 'ready' | 'failed';
  /** The last answer; it stays while a newer one is on its way. */
  readonly data: Data | null;
  readonly problems: readonly Problem[];
  /** When upstream was read, where the answer is older than it should be; null: it is fresh. */
  readonly asOf: string | null;
  /** Whether an answer is on its way. */
  readonly isAsking: boolean;
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
  const { data, isFetching, refetch } = useQuery(
    {
      queryKey: [document.toString(), variables],
      queryFn: ({ signal }) => client.request(document, variables, signal),
      enabled: isEnabled,
      staleTime: freshMs,
      refetchOnWindowFocus: false,
      placeholderData: (before) => before,
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
      reload: () => void refetch(),
    }),
    [isEnabled, data, wanted, isFetching, refetch],
  );
}

function phaseOf(isEnabled: boolean, isAnswered: boolean, isRead: boolean): Asked<unknown>['phase'] {
  if (!isAnswered) return isEnabled ? 'loading' : 'idle';
  return isRead ? 'ready' : 'failed';
}
