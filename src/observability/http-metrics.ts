import { createDurations, type Traced } from './durations.ts';
import type { MetricsRegistry } from './print-metrics.ts';

/** A request that has been answered, or whose client has left. */
export interface AnsweredRequest {
  readonly method: string;
  /** The route's pattern, never the path that was asked for. */
  readonly route: string;
  readonly status: number;
  readonly durationMs: number;
  readonly trace?: Traced | null;
}

/** The buckets that OpenTelemetry's conventions advise. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** The methods that are told apart: Node.js knows more of them. */
const METHODS = new Set(['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE']);

/**
 * Registers what is measured of HTTP, by the names of OpenTelemetry's conventions as Prometheus spells them: dashboards
 * of other servers fit.
 * @param now milliseconds, of a clock that never goes back
 */
export function createHttpMetrics(
  registry: MetricsRegistry,
  now: () => number,
): (request: AnsweredRequest) => void {
  const requests = createDurations(registry, {
    name: 'http_server_request_duration_seconds',
    help: 'Requests by their method, route and status (499: the client left first). Those that are watched (WebSocket, server-sent events, multipart) are not among them.',
    labelNames: ['http_request_method', 'http_route', 'http_response_status_code'],
    buckets: SECONDS,
    now,
  });
  return ({ method, route, status, durationMs, trace }) => {
    const labels = {
      http_request_method: METHODS.has(method) ? method : '_OTHER',
      http_route: route,
      http_response_status_code: String(status),
    };
    requests.observe(labels, durationMs, trace);
  };
}
