import { createServer, type AddressInfo, type Socket } from 'node:net';

/** A server that speaks as Redis does, and says what the test likes. */
export interface OddRedis {
  readonly url: string;
  /** How many connections there have been. */
  readonly connections: number;
  stop(): void;
}

const SUBSCRIBED = '*3\r\n$9\r\nsubscribe\r\n$1\r\nx\r\n:1\r\n';

/**
 * One that knows no script, answers those that it is sent as it is told, and anything else with OK.
 * @param script what it answers, as it stands on the wire, to a script of this text
 */
export async function startOddRedis(script: (text: string) => string): Promise<OddRedis> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes: Buffer) => {
      for (const asked of bytes
        .toString()
        .split(/^\*\d+\r\n/m)
        .slice(1)) {
        const name = asked.split('\r\n')[1]?.toLowerCase();
        if (name === 'evalsha') socket.write('-NOSCRIPT No matching script.\r\n');
        else if (name === 'eval') socket.write(script(asked));
        else socket.write(name === 'subscribe' ? SUBSCRIBED : '+OK\r\n');
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `redis://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    get connections() {
      return connections;
    },
    stop: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** What it would answer to a sign of life, where all is well. */
export const beaten = () => `*2\r\n+${String(Date.now())}\r\n:1\r\n`;
/** What it would answer to a look: the data set is the one that it was, and nothing has been evicted. */
export const LOOKED = '*3\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\n0\r\n';
