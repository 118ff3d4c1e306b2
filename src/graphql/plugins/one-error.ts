import type { OperationPlugin } from './compose.ts';

/**
 * Tells of a request that was refused before it ran with one error: the first. Validation finds one more before it
 * stops, and says that there are too many.
 */
export const tellOneError: OperationPlugin = {
  willSendResponse: ({ response: { body } }) => {
    if (body.kind === 'single' && body.singleResult.data === undefined) {
      body.singleResult.errors = (body.singleResult.errors ?? []).slice(0, 1);
    }
  },
};
