import { ApolloServerValidationErrorCode } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { GatewayError } from '../domain/errors.ts';

/** Apollo Server's own codes: its messages speak of the request alone. */
const APOLLO_CODES = new Set<unknown>([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_ID_REQUIRED',
]);

/** Messages of refused input repeat it; so much of it is enough. */
const MAX_MESSAGE_LENGTH = 500;
/** An argument that is given hundreds of times has as many places; a few of them show it. */
const MAX_LOCATIONS = 10;

/**
 * The one place where a failure becomes what the client sees. The gateway's own errors are shown with their code
 * and details, Apollo Server's with their code; anything else is a defect, and says no more than that.
 */
export function formatError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const { locations, path } = formatted;
  const place = { ...(locations && { locations: locations.slice(0, MAX_LOCATIONS) }), ...(path && { path }) };
  const original = gatewayErrorOf(error);
  if (original !== null) {
    return { message: original.message, ...place, extensions: { code: original.code, ...original.details } };
  }
  const code = formatted.extensions?.['code'];
  if (APOLLO_CODES.has(code)) {
    return { message: formatted.message.slice(0, MAX_MESSAGE_LENGTH), ...place, extensions: { code } };
  }
  return { message: 'Something went wrong here', ...place, extensions: { code: 'INTERNAL_SERVER_ERROR' } };
}

/**
 * `formatError`, without the hints at names of the schema that messages of refused input end with. Apollo Server can
 * leave them out for documents, but not for variables.
 */
export function formatErrorWithoutHints(
  formatted: GraphQLFormattedError,
  error: unknown,
): GraphQLFormattedError {
  const message =
    formatted.extensions?.['validationErrorCode'] === ApolloServerValidationErrorCode.INTROSPECTION_DISABLED
      ? 'Introspection is off here'
      : formatted.message.replace(/ Did you mean .*\?$/s, '');
  return formatError({ ...formatted, message }, error);
}

/** The gateway's own error behind what Apollo Server reports, or null. */
export function gatewayErrorOf(error: unknown): GatewayError | null {
  const original = error instanceof GraphQLError ? error.originalError : error;
  return original instanceof GatewayError ? original : null;
}

/** Whether an error is a defect: neither the gateway's own nor the request's fault. */
export function isUnexpected(error: { readonly extensions: Record<string, unknown> }): boolean {
  return gatewayErrorOf(error) === null && !APOLLO_CODES.has(error.extensions['code']);
}
