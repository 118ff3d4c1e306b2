import type { FastifyReply, FastifyRequest } from 'fastify';
import { handleProtocols } from 'graphql-ws';
import { errorBody } from '../answer.ts';
import { isOfHost, type Origins } from '../origins.ts';
import { refuse } from '../refusal.ts';
import type { Viewers } from './viewers.ts';

/** Sixteen bytes in base64, as RFC 6455 demands. */
const KEY = /^[\w+/]{22}==$/;

/** Whether a request asks for a WebSocket where there is one; else its `Upgrade` is no concern of ours. */
export function isUpgrade({
  method,
  url,
  headers,
}: {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: { readonly upgrade?: string | undefined };
}): boolean {
  return (
    method === 'GET' && /^\/graphql(?:$|\?)/.test(url ?? '') && /^websocket$/i.test(headers.upgrade ?? '')
  );
}

/** Builds the hook that refuses a WebSocket before there is one. */
export function createUpgradeRefusal(origins: Origins, { isClosed }: Viewers) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    if (!request.ws) return;
    if (isClosed()) {
      await refuse(reply);
      return;
    }
    const { origin } = request.headers;
    // Browsers send one with every WebSocket.
    if (origin !== undefined && !origins.allows(origin) && !isOfHost(origin, request.host)) {
      await reply.code(403).send(errorBody('Pages of this site may not ask', 'BAD_REQUEST'));
    } else {
      const mistake = mistakeIn(request);
      if (mistake !== null) await reply.code(400).send(errorBody(mistake, 'BAD_REQUEST'));
    }
  };
}

/** What keeps a request from becoming a WebSocket, as text; null: nothing does. */
function mistakeIn({ headers, raw }: FastifyRequest): string | null {
  const { 'sec-websocket-version': version, 'sec-websocket-key': key } = headers;
  if (raw.httpVersion !== '1.1') return 'A WebSocket begins with HTTP/1.1';
  if (version !== '13') return 'The version of WebSocket must be 13';
  if (typeof key !== 'string' || !KEY.test(key)) return 'The key of a WebSocket must be 16 bytes in base64';
  const isKnown = handleProtocols(headers['sec-websocket-protocol'] ?? '') !== false;
  return isKnown ? null : 'The protocol over a WebSocket must be graphql-transport-ws';
}
