import type { FastifyInstance } from 'fastify';

/** Adds what load balancers ask: whether the process runs, and whether it takes new work. */
export function addHealth(app: FastifyInstance, isReady: () => boolean): void {
  app.get('/health/live', () => ({ status: 'live' }));
  app.get('/health/ready', (_request, reply) =>
    isReady() ? { status: 'ready' } : reply.code(503).send({ status: 'stopping' }),
  );
}
