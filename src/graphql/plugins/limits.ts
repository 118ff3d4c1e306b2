import type { Limits } from '../limits/limits.ts';
import { checkRequest } from '../limits/request.ts';
import type { OperationPlugin } from './compose.ts';
import type { Refusals } from './refusals.ts';

/** Refuses a request that is too large. */
export function createRequestLimits(limits: Limits, refusals: Refusals): OperationPlugin {
  return {
    requestDidStart: (requestContext) => {
      const refusal = checkRequest(requestContext.request, limits);
      if (refusal !== null) refusals.refuse(requestContext, refusal);
      return undefined;
    },
  };
}
