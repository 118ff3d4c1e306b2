import { whole } from './readers.ts';
import { limit, type ValuesOf } from './setting.ts';

/** What one request may ask for. */
export const LIMIT_SETTINGS = {
  OPERATION_TIMEOUT_MS: limit(
    whole(1, 600_000),
    '5000',
    'How long one GraphQL operation may take, retries included.',
    '`UPSTREAM_TIMEOUT`',
  ),
  MAX_PAGE_SIZE: limit(
    whole(1, 1000),
    '100',
    'The largest page that may be asked for. Upstream is never asked for more in one call.',
    '`BAD_USER_INPUT`',
  ),
  MAX_BULK_SIZE: limit(
    whole(1, 1000),
    '500',
    'How many executions may be stopped or run again at once.',
    '`BAD_USER_INPUT`, in `userErrors`',
  ),
};

/** The same by its names in the code. */
export function limitsOf(values: ValuesOf<typeof LIMIT_SETTINGS>) {
  return {
    operationTimeoutMs: values.OPERATION_TIMEOUT_MS,
    maxPageSize: values.MAX_PAGE_SIZE,
    /** How many executions one bulk change may be about. */
    maxBulkSize: values.MAX_BULK_SIZE,
  };
}
