import { connect, type Socket } from 'node:net';
import { inTime } from './eventually.ts';
import { DEMO_SESSION } from './gateway.ts';

const clients: Socket[] = [];

/** Lets go of all clients; for `afterEach`. */
export function closeClients(): void {
  for (const client of clients.splice(0)) client.destroy();
}

/** A connection that says this; it reads nothing unless told to. */
export function clientOf(url: string, said = ''): Socket {
  const { hostname, port } = new URL(url);
  const client = connect(Number(port), hostname);
  client.on('error', () => undefined);
  client.pause();
  if (said !== '') client.write(said);
  clients.push(client);
  return client;
}

/** Resolves once it is closed, be it by a reset. */
export async function closing(client: Socket): Promise<void> {
  await inTime('a connection to be closed', new Promise((resolve) => client.resume().once('close', resolve)));
}

/** A request as it goes over the wire. */
export function requestOf(query: string): string {
  const body = JSON.stringify({ query });
  return `${headOf(body.length)}${body}`;
}

/** The head of a request with a body of that length. */
export function headOf(length: number): string {
  return [
    'POST /graphql HTTP/1.1',
    'host: gateway',
    `authorization: ${DEMO_SESSION.authorization}`,
    'content-type: application/json',
    `content-length: ${String(length)}`,
    '\r\n',
  ].join('\r\n');
}

/** How many connections a gateway has closed, by what for. */
export async function closedFor(url: string): Promise<Record<string, number>> {
  const lines = (await (await fetch(`${url}/metrics`)).text()).split('\n');
  const closed: Record<string, number> = {};
  for (const line of lines) {
    const [, reason, count] = /^\w+_connections_closed_total\{reason="(\w+)"\} (\d+)$/.exec(line) ?? [];
    if (reason !== undefined && count !== '0') closed[reason] = Number(count);
  }
  return closed;
}
