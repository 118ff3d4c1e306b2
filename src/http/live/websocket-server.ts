import type { IncomingMessage } from 'node:http';
import websocket from '@fastify/websocket';
import type { FastifyInstance } from 'fastify';
import { GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws';
import { isUpgrade } from './upgrade.ts';

/** How long a client may take to answer that its WebSocket ends. The types of `ws` do not know it yet. */
const CLOSING = { closeTimeout: 3000 };

/**
 * Lets requests become WebSockets.
 * @param maxBytes the largest message
 */
export async function addWebSocket(app: FastifyInstance, maxBytes: number): Promise<void> {
  await app.register(websocket, {
    options: {
      maxPayload: maxBytes,
      // What asks for no protocol that is known has been refused by now.
      handleProtocols: () => GRAPHQL_TRANSPORT_WS_PROTOCOL,
      perMessageDeflate: false,
      // `socket-outbox.ts` answers pings, and counts what nobody reads of it.
      autoPong: false,
      ...CLOSING,
    },
    // What breaks the protocol of WebSocket is closed with its code already.
    errorHandler: () => undefined,
    // Those who watch are moved one after the other, and not here.
    preClose: (done) => {
      done();
    },
  });
  const ids = new WeakMap<IncomingMessage, string>();
  app.addHook('onRequest', ({ ws, raw, id }, _reply, done) => {
    if (ws) ids.set(raw, id);
    done();
  });
  app.websocketServer.on('headers', (headers, raw) => {
    headers.push(`x-request-id: ${ids.get(raw) ?? ''}`);
  });
  app.addHook('onResponse', ({ raw }, _reply, done) => {
    // Nobody reads what comes over the connection of an upgrade that was refused.
    if (isUpgrade(raw)) raw.socket.destroy();
    done();
  });
}
