import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { Ending } from '../clock.ts';
import type { Incoming } from '../contexts.ts';
import { CALLER_GONE } from '../domain/errors.ts';
import type { TraceSpan } from '../observability/trace-span.ts';
import { clientOf } from './client-name.ts';
import type { LoadShedding } from './load-shedding.ts';

/** What a request tells of itself. */
export interface TellingRequest {
  readonly id: string;
  readonly headers: IncomingHttpHeaders;
  readonly trace: TraceSpan | null;
  readonly raw: IncomingMessage;
}

/** What the context of a request is made from, besides who asks. */
export type IncomingRequest = Pick<Incoming, 'requestId' | 'client' | 'gone' | 'waitedMs' | 'trace'>;

/** Reads it from a request. */
export function incomingOf(
  { id, headers, trace, raw }: TellingRequest,
  response: ServerResponse,
  { waitedMs }: LoadShedding,
): IncomingRequest {
  const gone = new Ending();
  response.once('close', () => {
    gone.abort(CALLER_GONE);
  });
  return {
    requestId: id,
    client: clientOf(headers),
    gone,
    waitedMs: () => waitedMs(raw.socket),
    trace,
  };
}
