import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to Redis that can turn into something that is none. */
export interface Babbler {
  readonly url: string;
  /** Whether all that is asked is answered with garbage, on connections old and new. */
  babble(does: boolean): void;
  stop(): Promise<void>;
}

const GARBAGE = 'HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n<html>\u0000*9\r\n$-5\r\n';

/** Starts one on a free port. */
export async function startBabbler(redisUrl: string): Promise<Babbler> {
  const { hostname, port } = new URL(redisUrl);
  const sockets = new Set<Socket>();
  let babbles = false;
  const keep = (socket: Socket) => {
    sockets.add(socket.setNoDelay());
    socket.on('error', () => socket.destroy());
    socket.once('close', () => sockets.delete(socket));
  };
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    keep(near);
    keep(far);
    near.once('close', () => far.destroy());
    far.once('close', () => near.destroy());
    near.on('data', (bytes) => {
      if (babbles) near.write(GARBAGE);
      else far.write(bytes);
    });
    far.on('data', (bytes) => {
      if (!babbles) near.write(bytes);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `redis://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    babble: (does) => {
      babbles = does;
    },
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
