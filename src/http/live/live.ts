import type { FastifyRequest } from 'fastify';
import type { WebSocket } from 'ws';
import type { Clock } from '../../clock.ts';
import type { Contexts } from '../../contexts.ts';
import type { Operations } from '../../graphql/operations.ts';
import type { Logger } from '../../observability/logger.ts';
import type { Metrics } from '../../observability/metrics.ts';
import { clientOf } from '../client-name.ts';
import type { LoadShedding } from '../load-shedding.ts';
import { endRequestTrace } from '../request-trace.ts';
import { signInHeadersOf } from '../sign-in-headers.ts';
import { createDesk } from './desk.ts';
import { createQuota, type QuotaLimits } from './quota.ts';
import { createViewers, type ViewerLimits, type Viewers } from './viewers.ts';
import { createSingleConnection, type SingleConnection } from './single-connection.ts';
import { createStreams, type Streams } from './streams.ts';
import { createSocketService } from './websocket.ts';

/** What those who watch may take up; see `settings/live.ts`. */
export interface LiveLimits extends ViewerLimits, QuotaLimits {
  readonly initTimeoutMs: number;
}

/** What live transports are built from. */
export interface LiveHttpOptions {
  readonly operations: Operations;
  readonly contexts: Contexts;
  readonly shedding: LoadShedding;
  readonly limits: LiveLimits;
  /** Whether the gateway takes new work. */
  readonly isReady: () => boolean;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** The transports that take many results. */
export interface LiveHttp {
  readonly viewers: Viewers;
  readonly streams: Streams;
  readonly singleConnection: SingleConnection;
  /** Serves a WebSocket until it is closed. */
  readonly openSocket: (socket: WebSocket, request: FastifyRequest) => void;
}

/** Builds the transports. */
export function createLiveHttp(options: LiveHttpOptions): LiveHttp {
  const { limits, metrics, shedding } = options;
  const viewers = createViewers(options);
  const quota = createQuota(limits);
  metrics.watch('live_operations', quota.open);
  const desk = createDesk({ ...options, viewers });
  const parts = { ...options, viewers, quota, desk, initTimeoutMs: limits.initTimeoutMs };
  const serve = createSocketService(parts);
  return {
    viewers,
    streams: createStreams(parts),
    singleConnection: createSingleConnection(parts, limits.maxViewers),
    openSocket: (socket, request) => {
      shedding.settle(request);
      request.streamStatus = 101;
      endRequestTrace(request, 101);
      const { id: requestId, raw, trace } = request;
      serve(socket, {
        requestId,
        headers: signInHeadersOf(raw),
        client: clientOf(raw.headers),
        socket: raw.socket,
        link: trace?.link ?? null,
      });
    },
  };
}
