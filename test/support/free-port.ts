import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * A port that stays free while its server is away: below those that systems give to connections and to servers that
 * ask for any.
 */
export async function freePort(): Promise<number> {
  const port = randomInt(20_000, 30_000);
  const server = createServer();
  const isFree = await new Promise<boolean>((resolve) => {
    server.once('error', () => {
      resolve(false);
    });
    server.listen(port, '127.0.0.1', () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
  return isFree ? port : freePort();
}
