import { whole } from './readers.ts';
import { limit, type ValuesOf } from './setting.ts';

const OVERLOADED = '503, `OVERLOADED`';

/** When new operations are refused for the sake of those that have been let in. */
export const OVERLOAD_SETTINGS = {
  MAX_OPERATIONS_IN_PROGRESS: limit(
    whole(1, 1_000_000),
    '1000',
    'How many GraphQL operations may be in progress at once.',
    OVERLOADED,
  ),
  OVERLOAD_AFTER_MS: limit(
    whole(0, 60_000),
    '2000',
    'How long more than 128 clients may leave the process no pause before it refuses what has waited over 10 ms; more than 600: an eighth of that. 0: for ever.',
    OVERLOADED,
  ),
  MAX_MEMORY_PERCENT: limit(
    whole(1, 100),
    '90',
    'How much of the memory that the process may have, by its container or by its heap, may be in use.',
    OVERLOADED,
  ),
};

/** The same by its names in the code. */
export function overloadOf(values: ValuesOf<typeof OVERLOAD_SETTINGS>) {
  return {
    maxOperations: values.MAX_OPERATIONS_IN_PROGRESS,
    afterMs: values.OVERLOAD_AFTER_MS,
    maxMemoryShare: values.MAX_MEMORY_PERCENT / 100,
  };
}
