import { randomUUID } from 'node:crypto';

import type { Traits } from './traits.ts';

const HTTP_ERROR_TYPES: Readonly<Record<number, string>> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  413: 'PAYLOAD_TOO_LARGE',
  429: 'TOO_MANY_REQUESTS',
  501: 'NOT_IMPLEMENTED',
  502: 'BAD_GATEWAY',
  503: 'SERVICE_UNAVAILABLE',
  504: 'GATEWAY_TIMEOUT',
};

/** The JSON body of an error. D2 renames the code, leaves the request id out and shortens a 501. */
export function errorBody(
  status: number,
  message: string,
  { generation }: Traits,
  code = 'SERVER_ERROR',
): object {
  if (generation === 'd2' && status === 501) return { message, error: 'NOT_IMPLEMENTED' };
  const httpErrorType = HTTP_ERROR_TYPES[status] ?? (status < 500 ? 'BAD_REQUEST' : 'INTERNAL_SERVER_ERROR');
  const common = { status_code: status, http_error_type: httpErrorType };
  if (generation === 'd2') return { ...common, error: code, message };
  return { ...common, error_code: code, message, request_id: randomUUID() };
}
