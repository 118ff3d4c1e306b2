import { whole } from './readers.ts';
import { limit, type ValuesOf } from './setting.ts';

const REFUSED = '`OVERLOADED` of that operation';

/** Single executions that are read again and again for those who watch them. */
export const RUN_SETTINGS = {
  LIVE_MAX_RUNS: limit(
    whole(1, 1_000_000),
    '20000',
    'How many executions that have not ended may be watched by their ids at once. Everybody who watches the same one with the same credentials counts once.',
    REFUSED,
  ),
  LIVE_MAX_RUNS_PER_CALLER: limit(
    whole(1, 100_000),
    '1000',
    'How many of them may be of the same credentials and linked account.',
    REFUSED,
  ),
};

/** The same by its names in the code. */
export function runsOf(values: ValuesOf<typeof RUN_SETTINGS>) {
  return { maxRuns: values.LIVE_MAX_RUNS, maxRunsPerCaller: values.LIVE_MAX_RUNS_PER_CALLER };
}
