import type { Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';

/**
 * Closes at the end those connections over which nothing has ever come, such as a browser makes in advance. Node.js does
 * not count them as idle, and would wait for them for as long as stopping may take.
 */
export function closeSilentConnections(app: FastifyInstance): void {
  const open = new Set<Socket>();
  app.server.on('connection', (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  const sweep = async () => {
    // By the second turn nobody new is taken, and what had arrived before has been read.
    await setImmediate();
    await setImmediate();
    for (const socket of open) if (socket.bytesRead === 0) socket.destroy();
  };
  app.addHook('preClose', (done) => {
    void sweep();
    done();
  });
}
