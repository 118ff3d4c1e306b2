import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyRequest } from 'fastify';

/** `http` or `https`. */
export type Protocol = FastifyRequest['protocol'];

/** What is known of the protocols that clients use, where a proxy in front may say so. */
export interface Protocols {
  /** Notes what Fastify makes of a request: it knows which proxies are trusted. */
  readonly note: (request: FastifyRequest) => void;
  /** The protocol of a request that has not reached Fastify; null: Fastify has to say. */
  readonly of: (request: IncomingMessage) => Protocol | null;
}

/**
 * Builds an empty knowledge. Whether a proxy is trusted depends on the other end of a connection alone: what Fastify
 * makes of a header there, it makes of the same header each time.
 * @param hasProxies whether there are any that are trusted
 */
export function createProtocols(hasProxies: boolean): Protocols {
  const known = new WeakMap<Socket, { readonly told: string; readonly protocol: Protocol }>();
  const toldIn = ({ headers }: Pick<IncomingMessage, 'headers'>) =>
    hasProxies ? headers['x-forwarded-proto'] : undefined;
  return {
    note: ({ raw, protocol }) => {
      const told = toldIn(raw);
      if (typeof told === 'string' && known.get(raw.socket)?.told !== told)
        known.set(raw.socket, { told, protocol });
    },
    of: (request) => {
      const told = toldIn(request);
      if (told === undefined) return 'http';
      const of = known.get(request.socket);
      return of?.told === told ? of.protocol : null;
    },
  };
}
