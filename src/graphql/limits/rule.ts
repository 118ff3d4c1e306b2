import { BREAK, type ASTVisitor, type ValidationContext } from 'graphql';
import { checkDocument } from './document.ts';
import type { Limits } from './limits.ts';
import { checkSubscriptionRoots } from './subscription-root.ts';

/** The limits of documents as a rule of validation. What it refuses is not validated any further. */
export function createLimitRule(limits: Limits): (context: ValidationContext) => ASTVisitor {
  return (context) => ({
    Document: (document) => {
      const error = checkDocument(document, limits) ?? checkSubscriptionRoots(document);
      if (error === null) return undefined;
      context.reportError(error);
      // One error more than the server tells of: it ends the other rules, too.
      context.reportError(error);
      return BREAK;
    },
  });
}
