import type { GraphQLError } from 'graphql';
import { refusal, type Limits } from './limits.ts';
import { checkText } from './text.ts';
import { checkVariables } from './variables.ts';

/** A request as it came, on any transport. */
export interface RawRequest {
  readonly query?: unknown;
  /** By what the document is known. */
  readonly documentId?: unknown;
  readonly variables?: unknown;
  readonly operationName?: unknown;
  readonly extensions?: unknown;
}

/**
 * Looks at a request before anything of it is parsed, coerced or remembered. What it costs is bounded by the limits, and
 * is one pass over the text.
 * @returns why it is refused, or null
 */
export function checkRequest(request: RawRequest, limits: Limits): GraphQLError | null {
  const { query, variables, operationName, extensions } = request;
  if (!isAbsent(query) && typeof query !== 'string') return malformed('query', 'a string');
  if (!isAbsent(operationName) && typeof operationName !== 'string') {
    return malformed('operationName', 'a string');
  }
  if (!isAbsent(variables) && !isRecord(variables)) return malformed('variables', 'an object');
  if (!isAbsent(extensions) && !isRecord(extensions)) return malformed('extensions', 'an object');
  return checkText(query ?? '', limits) ?? checkVariables(variables ?? {}, limits);
}

function isAbsent(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && !Array.isArray(value);
}

function malformed(name: string, what: string): GraphQLError {
  return refusal('BAD_REQUEST', `${name} must be ${what}`);
}
