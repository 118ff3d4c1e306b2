import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Question } from '../answers/answers.ts';
import type { Begun, SignedIn } from '../contexts.ts';
import type { TraceSpan } from '../observability/trace-span.ts';

/** Goes on with a request that is not answered in front. */
export type PassOn = (request: IncomingMessage, response: ServerResponse) => void;

/** What stands in front of Fastify: it answers a request, or passes it on. */
export type Front = (request: IncomingMessage, response: ServerResponse, passOn: PassOn) => void;

/** What has been found in front of a request that is passed on with the turn of its connection. */
export interface Found {
  /** When it came, on `performance.now()`. */
  readonly startMs: number;
  /** Whether there is too much to do for it; left out: nobody has looked. */
  readonly isRefused?: boolean;
  /** Who asks; left out: nobody has looked. */
  readonly signedIn?: SignedIn | Promise<SignedIn>;
  /** What is asked that is not remembered; left out: nobody has looked, or it is answered by itself. */
  readonly question?: Question;
  /** What it has been known by, and its span, where it has ridden in vain; left out: it has not. */
  readonly id?: string;
  readonly trace?: TraceSpan | null;
  /** Its operation; left out: none has begun. */
  readonly begun?: Begun;
}

const found = new WeakMap<IncomingMessage, Found>();

/** Notes what has been found of a request, before it is passed on. */
export function noteFound(request: IncomingMessage, what: Found): void {
  found.set(request, what);
}

/** What has been found of a request in front; undefined: it has come as it was. */
export function foundOf(request: IncomingMessage): Found | undefined {
  return found.get(request);
}

/**
 * Puts something in front of Fastify, until that begins to close. A server factory would do it too, but with one Fastify
 * listens at one address of `localhost` alone.
 */
export function putInFront(app: FastifyInstance, front: Front): void {
  const { server } = app;
  const [passOn] = server.listeners('request') as [PassOn];
  const inFront: PassOn = (request, response) => {
    front(request, response, passOn);
  };
  server.off('request', passOn).on('request', inFront);
  app.addHook('preClose', (done) => {
    server.off('request', inFront).on('request', passOn);
    done();
  });
}
