import { createPurity } from '../../answers/purity.ts';
import type { OperationPlugin } from './compose.ts';

/** Notes whether an operation's answer may be remembered as a whole. */
export function createPurityNote(): OperationPlugin {
  const isPure = createPurity();
  return {
    didResolveOperation: ({ schema, document, operation, contextValue: { outcome } }) => {
      outcome.isPure = operation !== undefined && isPure(schema, document, operation);
    },
  };
}
