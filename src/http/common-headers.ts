import { headersFor } from './answer.ts';
import type { Origins } from './origins.ts';

/** For a year. Sent only to those who came over TLS, as RFC 6797 demands; other names below the host are not ours. */
const ONLY_HTTPS = { 'strict-transport-security': 'max-age=31536000' };

/** Builds what tells the headers of every answer, by its request's id, origin and protocol. */
export function createCommonHeaders(origins: Origins) {
  return (requestId: string, origin: string | undefined, protocol: string): Record<string, string> => {
    const headers: Record<string, string> = headersFor(requestId);
    if (origin !== undefined) Object.assign(headers, origins.headersFor(origin));
    if (protocol === 'https') Object.assign(headers, ONLY_HTTPS);
    return headers;
  };
}

/** Tells the headers of an answer. */
export type CommonHeaders = ReturnType<typeof createCommonHeaders>;
