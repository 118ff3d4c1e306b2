import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../observability/metrics.ts';

/** Adds `/metrics`, for Prometheus. */
export function addMetricsRoute(app: FastifyInstance, metrics: Metrics): void {
  app.get('/metrics', async ({ headers: { accept } }, reply) => {
    const { contentType, text } = await metrics.print(accept);
    return reply.type(contentType).send(text);
  });
}
