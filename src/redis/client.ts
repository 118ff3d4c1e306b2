import { connect as connectPlainly, Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { AbstractConnector, Redis } from 'ioredis';
import { createFinder, type Finder } from './finder.ts';
import { tlsOptionsOf } from './tls.ts';
import type { Address, RedisTarget } from './target.ts';

/** A connection that is silent for so long is given up: it may never come back, where another one would work. */
export const SILENCE_MS = 1000;
/** How soon a connection that was lost is tried again. */
const RECONNECT_MS = 100;

/**
 * What servers say that are not, or no longer, the ones to ask: the next connection is made to whoever is then. Older
 * ones say so within what they say of the script.
 */
const ELSEWHERE = /\b(MOVED|READONLY|CLUSTERDOWN|MASTERDOWN)\b/;

/** What a client is built from. */
export interface ClientOptions {
  readonly target: RedisTarget;
  /** What all keys begin with. */
  readonly keyPrefix: string;
  /** How long a command may go without an answer before the connection is given up. */
  readonly socketTimeoutMs: number;
}

/**
 * Builds a client, the same for all sorts of Redis: it has one connection, to the server that holds the gateway's keys,
 * and looks for that one anew whenever it connects. It fails at once rather than make anybody wait; does not connect yet.
 */
export function createClient({ target, keyPrefix, socketTimeoutMs }: ClientOptions): Redis {
  const { login, database, tls } = target;
  const find = createFinder(target, keyPrefix);
  return new Redis({
    Connector: connectorTo(target, find),
    keyPrefix,
    ...(login.username !== null && { username: login.username }),
    ...(login.password !== null && { password: login.password }),
    ...(tls !== null && { tls: {} }),
    db: database,
    lazyConnect: true,
    enableOfflineQueue: false,
    // Who is not ready says so when it is asked.
    enableReadyCheck: false,
    // Channels are subscribed to by hand: the client would not try again what was refused.
    autoResubscribe: false,
    disableClientInfo: true,
    maxRetriesPerRequest: 0,
    connectTimeout: SILENCE_MS,
    socketTimeout: socketTimeoutMs,
    // So long the process would be kept from ending.
    disconnectTimeout: RECONNECT_MS,
    retryStrategy: () => RECONNECT_MS,
    reconnectOnError: ({ message }) => ELSEWHERE.test(message),
  });
}

function connectorTo(target: RedisTarget, find: Finder) {
  return class extends AbstractConnector {
    /** The connection that is ending. */
    ending: Socket | undefined;

    constructor() {
      super(RECONNECT_MS);
    }

    override async connect(): Promise<Socket> {
      this.connecting = true;
      // The client tries again after a connection that has failed, and never after none.
      const stream = await find()
        .then((address) => open(target, address))
        .catch((error: unknown) => {
          this.firstError = error as Error;
          return new Socket().destroy();
        });
      stream.once('error', (error) => {
        this.firstError = error;
      });
      if (!this.isWanted()) {
        stream.destroy();
        throw new Error('Connection is closed');
      }
      return (this.stream = stream);
    }

    /** Every command that must go elsewhere asks for it. */
    override disconnect(): void {
      if (this.stream === this.ending) {
        this.connecting = false;
        return;
      }
      this.ending = this.stream;
      super.disconnect();
    }

    /** Whether nobody has disconnected meanwhile. */
    isWanted(): boolean {
      return this.connecting;
    }
  };
}

function open(target: RedisTarget, address: Address): Socket {
  const tls = tlsOptionsOf(target, address);
  return tls === null ? connectPlainly({ ...address }) : connectSecurely({ ...address, ...tls });
}
