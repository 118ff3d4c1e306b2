import { createServer } from 'node:net';
import process from 'node:process';

/**
 * Gives the test files with a Redis server of their own their turns, one after the other. Side by side they would take
 * the processors from servers that have to answer within milliseconds. A connection is a place in the queue, so that the
 * turn of a worker ends with its process, however that ends; a lock file would stay.
 */
export default function giveTurns() {
  /** @type {import('node:net').Socket[]} */
  const queue = [];
  const server = createServer((socket) => {
    socket.unref();
    socket.on('error', () => socket.destroy());
    socket.once('close', () => {
      const place = queue.indexOf(socket);
      queue.splice(place, 1);
      if (place === 0) queue[0]?.write('go');
    });
    // Read, or the end of the connection would not be seen.
    socket.resume();
    if (queue.push(socket) === 1) socket.write('go');
  });
  return new Promise((resolve) => {
    server.unref().listen(0, '127.0.0.1', () => {
      // The workers inherit it.
      process.env.REDIS_TURNS_PORT = String(server.address().port);
      resolve();
    });
  });
}
