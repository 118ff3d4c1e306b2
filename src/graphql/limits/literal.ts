import { Kind, type GraphQLError, type ValueNode } from 'graphql';
import { refusal, type Limits } from './limits.ts';

/**
 * Looks at a value that is written into a document, before it is coerced. The parser's limits bound how deep it can be.
 * @returns why it is refused, or null
 */
export function checkLiteral(value: ValueNode, limits: Limits, depth = 1): GraphQLError | null {
  if (value.kind !== Kind.LIST && value.kind !== Kind.OBJECT) return null;
  if (depth > limits.maxInputDepth) {
    return refusal(
      'GRAPHQL_VALIDATION_FAILED',
      `Lists and objects of an argument lie more than ${String(limits.maxInputDepth)} deep`,
      value,
    );
  }
  const parts = value.kind === Kind.LIST ? value.values : value.fields.map((field) => field.value);
  if (parts.length > limits.maxListSize) {
    return refusal(
      'GRAPHQL_VALIDATION_FAILED',
      `A list of an argument has more than ${String(limits.maxListSize)} values`,
      value,
    );
  }
  for (const part of parts) {
    const error = checkLiteral(part, limits, depth + 1);
    if (error !== null) return error;
  }
  return null;
}
