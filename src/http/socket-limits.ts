import type { ServerOptions } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Metrics } from '../observability/metrics.ts';
import { createByteBudget } from './byte-budget.ts';
import { foundOf } from './front.ts';
import { createUnreadWatch } from './unread-answers.ts';

/** What one connection may take up, and all of them; see `settings/sockets.ts`. */
export interface SocketLimits {
  readonly maxConnections: number;
  readonly requestTimeoutMs: number;
  readonly maxPipelined: number;
  readonly unreadTimeoutMs: number;
  readonly maxBytes: number;
}

/** How often Node.js looks for requests that take too long; that much later than due, it finds them. */
const CHECKS = 15;

/** Node.js closes what is late at its next look: so it is told a time that is shorter by a look. */
export function timeoutsOf({ requestTimeoutMs }: SocketLimits) {
  const connectionsCheckingInterval = Math.max(1, Math.floor(requestTimeoutMs / CHECKS));
  const requestTimeout = Math.max(1, requestTimeoutMs - connectionsCheckingInterval);
  return {
    connectionsCheckingInterval,
    requestTimeout,
    headersTimeout: requestTimeout,
  } satisfies ServerOptions;
}

/** What bounds what clients make the gateway hold that are slow to send or to read. */
export interface SocketRules {
  /** Begins with a request once those before it on its connection are done, if it is not one too many. */
  readonly enter: (socket: Socket, begin: () => void) => void;
  /** Takes the turn of a connection that has nothing else to do; false: it has, and nothing is taken. */
  readonly enterIdle: (socket: Socket) => boolean;
  /** Counts what a request may still bring. */
  readonly awaitBytes: (socket: Socket, bytes: number) => void;
  /** All of it has come. */
  readonly arrived: (socket: Socket) => void;
  /** Looks after an answer until it is taken. @returns what ends the looking */
  readonly watchAnswer: (socket: Socket, bytes: number) => () => void;
  /** A request is done, and gives its turn to the next. */
  readonly leave: (socket: Socket) => void;
}

/** Builds them. */
export function createSocketRules(limits: SocketLimits, metrics: Metrics): SocketRules {
  const close = (socket: Socket, reason: 'pipelined' | 'unread' | 'slow') => {
    // What it had sent ahead is still read to its end, and may be refused again.
    if (socket.destroyed) return;
    metrics.closed(reason);
    socket.destroy();
  };
  const turns = createTurns(limits.maxPipelined);
  const held = createByteBudget<Socket>(limits.maxBytes, (socket) => {
    close(socket, 'slow');
  });
  const watchUnread = createUnreadWatch(limits.unreadTimeoutMs);
  return {
    enter: (socket, begin) => {
      if (!turns.take(socket, begin)) close(socket, 'pipelined');
    },
    enterIdle: (socket) => turns.takeIdle(socket),
    awaitBytes: (socket, bytes) => {
      held.hold(socket, bytes);
    },
    arrived: (socket) => {
      held.release(socket);
    },
    watchAnswer: (socket, bytes) => {
      held.hold(socket, bytes);
      return watchUnread(socket, () => {
        close(socket, 'unread');
      });
    },
    leave: (socket) => {
      held.release(socket);
      if (!socket.destroyed) turns.give(socket);
    },
  };
}

/** Has all requests of a server keep them. It goes before all other hooks, so that a request that waits costs nothing yet. */
export function limitSockets(
  app: FastifyInstance,
  rules: SocketRules,
  { maxConnections }: SocketLimits,
  metrics: Metrics,
): void {
  app.server.maxConnections = maxConnections;
  app.server.on('drop', () => {
    metrics.closed('crowded');
  });
  app.addHook('onRequest', (request, reply, done) => {
    const { socket } = request.raw;
    const begin = () => {
      rules.awaitBytes(socket, arrivingBytes(request));
      reply.raw.on('close', () => {
        rules.leave(socket);
      });
      done();
    };
    // It has its turn already.
    if (foundOf(request.raw) !== undefined) begin();
    else rules.enter(socket, begin);
  });
  app.addHook('preValidation', ({ raw: { socket } }, _reply, done) => {
    rules.arrived(socket);
    done();
  });
  app.addHook('onSend', ({ raw: { socket } }, reply, payload, done) => {
    // Of a client that has left nothing is held, and nothing would end it.
    if (!socket.destroyed) reply.raw.on('close', rules.watchAnswer(socket, bytesOf(payload)));
    done();
  });
}

/** How much a request may still bring: as much as its route takes, where it does not tell its length. */
function arrivingBytes({ headers, routeOptions: { bodyLimit } }: FastifyRequest): number {
  if (headers['transfer-encoding'] !== undefined) return bodyLimit;
  return Math.min(bodyLimit, Number(headers['content-length'] ?? 0));
}

function bytesOf(payload: unknown): number {
  return typeof payload === 'string' || Buffer.isBuffer(payload) ? Buffer.byteLength(payload) : 0;
}

/** Who has the turn of a connection, and who waits for it. */
interface Turn {
  isTaken: boolean;
  readonly waiting: (() => void)[];
}

/** Lets the requests of one connection in one after the other: what waits has only been read. */
function createTurns(maxAhead: number) {
  const turns = new WeakMap<Socket, Turn>();
  const broughtAtOnce = countAtOnce();
  const turnOf = (socket: Socket): Turn => {
    const known = turns.get(socket);
    if (known !== undefined) return known;
    const turn = { isTaken: false, waiting: [] };
    turns.set(socket, turn);
    return turn;
  };
  return {
    /** Begins at once, or when those before it are done. False: too many are. */
    take: (socket: Socket, begin: () => void): boolean => {
      if (broughtAtOnce(socket) > maxAhead) return false;
      const turn = turnOf(socket);
      if (!turn.isTaken) {
        turn.isTaken = true;
        begin();
        return true;
      }
      if (turn.waiting.length + 1 >= maxAhead) return false;
      turn.waiting.push(begin);
      return true;
    },
    /** Begins at once, if nobody has the turn. */
    takeIdle: (socket: Socket): boolean => {
      const turn = turnOf(socket);
      if (turn.isTaken || broughtAtOnce(socket) > maxAhead) return false;
      turn.isTaken = true;
      return true;
    },
    /** The one whose turn it was is done. */
    give: (socket: Socket): void => {
      const turn = turnOf(socket);
      const next = turn.waiting.shift();
      if (next === undefined) turn.isTaken = false;
      else next();
    },
  };
}

/**
 * Counts the requests that each connection brings within one turn of the event loop. What is answered without a wait never
 * waits for its turn; but whoever waits for an answer brings one request a turn.
 */
function countAtOnce() {
  const counts = new Map<Socket, number>();
  const startAnew = () => {
    counts.clear();
  };
  return (socket: Socket): number => {
    if (counts.size === 0) setImmediate(startAnew);
    const count = (counts.get(socket) ?? 0) + 1;
    counts.set(socket, count);
    return count;
  };
}
