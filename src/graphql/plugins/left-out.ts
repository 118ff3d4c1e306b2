import { GatewayError, type ErrorCode } from '../../domain/errors.ts';
import type { LeftOut } from '../../observability/outcome.ts';
import { formatError } from '../format-error.ts';
import type { OperationPlugin } from './compose.ts';

const CODE: ErrorCode = 'UPSTREAM_BAD_RESPONSE';

/** Adds an error for each list that elements were left out of, which could not be read. The others stay. */
export const tellLeftOut: OperationPlugin = {
  willSendResponse: ({ contextValue: { outcome }, response: { body } }) => {
    if (body.kind !== 'single' || outcome.leftOut.length === 0) return;
    outcome.codes.add(CODE);
    body.singleResult.errors = [...(body.singleResult.errors ?? []), ...outcome.leftOut.map(errorOf)];
  },
};

function errorOf({ path, count }: LeftOut) {
  const what = count === 1 ? 'One element is' : `${String(count)} elements are`;
  const message = `${what} left out here: upstream sent nothing that can be read`;
  return formatError({ message, path }, new GatewayError(CODE, message));
}
