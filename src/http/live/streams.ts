import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../clock.ts';
import type { Context } from '../../context.ts';
import type { Contexts, SignedIn } from '../../contexts.ts';
import { GatewayError, unauthenticated } from '../../domain/errors.ts';
import type { RawRequest } from '../../graphql/limits/request.ts';
import type { Metrics } from '../../observability/metrics.ts';
import { errorBody } from '../answer.ts';
import { clientOf } from '../client-name.ts';
import type { LoadShedding } from '../load-shedding.ts';
import { signInHeadersOf } from '../sign-in-headers.ts';
import type { WantedStream } from './accept.ts';
import type { Desk, Question, Results } from './desk.ts';
import { onExpiry } from './expiry.ts';
import { EVENTS, PARTS, type Framing } from './framing.ts';
import type { Quota } from './quota.ts';
import { refuse } from '../refusal.ts';
import { openStream, type Stream } from './stream.ts';
import { ENDINGS } from './viewer.ts';
import type { Viewers } from './viewers.ts';

/** What streams are made with. */
export interface StreamParts {
  readonly contexts: Contexts;
  readonly desk: Desk;
  readonly viewers: Viewers;
  readonly quota: Quota;
  readonly shedding: LoadShedding;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

/** What an operation is watched over. */
interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly signedIn: SignedIn;
  readonly transport: WantedStream['transport'];
}

/** Answers that are streams, one for each operation. */
export interface Streams {
  /** Answers whatever is asked with events. */
  readonly answer: (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;
  /**
   * Goes on with a subscription whose first result is there.
   * @param first that result, as JSON
   * @returns null: it is no subscription, or it could not be opened, so that the first result is all there is
   */
  readonly goOn: (exchange: Omit<Exchange, 'signedIn'>, first: string) => FastifyReply | null;
}

const FRAMINGS: Readonly<Record<WantedStream['transport'], Framing>> = { sse: EVENTS, multipart: PARTS };

/** Builds the answers. */
export function createStreams(parts: StreamParts): Streams {
  const { contexts, desk, viewers, quota, shedding } = parts;
  const questionOf = ({ request, signedIn, transport }: Exchange): Question => ({
    request: request.body as RawRequest,
    signedIn,
    requestId: request.id,
    trace: request.trace,
    transport,
    client: clientOf(request.headers),
    socket: request.raw.socket,
    quota: quota.ofConnection(),
  });
  const watch = (exchange: Exchange, results: Results): Stream =>
    openFor(exchange, parts, () => void results.return());

  return {
    answer: async (request, reply) => {
      if (viewers.isClosed()) return refuse(reply);
      if (!isOperation(request.body)) return refuseBody(reply);
      const signedIn = await contexts.signIn(signInHeadersOf(request.raw));
      const exchange: Exchange = { request, reply, signedIn, transport: 'sse' };
      shedding.settle(request);
      const results = desk.ask(questionOf(exchange));
      void pump(results, watch(exchange, results), EVENTS);
      return reply;
    },
    goOn: ({ request, reply, transport }, first) => {
      const { context } = request;
      if (context === null) return null;
      const exchange: Exchange = { request, reply, signedIn: signedInOf(context), transport };
      const results = desk.follow(questionOf(exchange), context);
      if (results === null) return null;
      shedding.settle(request);
      if (results instanceof GatewayError) return refuse(reply, results);
      // The log has a line of its own for the operation.
      request.context = null;
      const stream = watch(exchange, results);
      const framing = FRAMINGS[transport];
      void stream.send(framing.result(first)).then(() => pump(results, stream, framing));
      return reply;
    },
  };
}

/** Opens a stream that ends with the sign-in. */
export function openFor(
  { request, reply, signedIn, transport }: Exchange,
  { viewers, clock, metrics }: Pick<StreamParts, 'viewers' | 'clock' | 'metrics'>,
  onClosed: () => void,
): Stream {
  let cancel: () => void = () => undefined;
  const stream = openStream(request, reply, viewers, {
    transport,
    framing: FRAMINGS[transport],
    onSent: () => {
      metrics.viewers.sent(transport);
    },
    onClosed: () => {
      cancel();
      onClosed();
    },
  });
  // Whoever has left while signing in is not waited for.
  if (!stream.isClosed()) {
    cancel = onExpiry(signedIn, clock, () => {
      stream.end(ENDINGS.EXPIRED);
    });
  }
  return stream;
}

/** Sends results, each once the one before it is taken. */
async function pump(results: Results, stream: Stream, framing: Framing): Promise<void> {
  for (;;) {
    const result = await results.next();
    if (result.done === true) {
      stream.finish(framing.end);
      return;
    }
    const json = JSON.stringify(result.value);
    if (result.value.data === undefined) {
      await results.return();
      stream.finish(framing.failure(json));
      return;
    }
    await stream.send(framing.result(json));
  }
}

/** Whether a body can be an operation; what is wrong with its parts is said by the limits. */
export function isOperation(body: unknown): body is RawRequest {
  return typeof body === 'object' && body !== null && !Array.isArray(body);
}

export function refuseBody(reply: FastifyReply): FastifyReply {
  return reply.code(400).send(errorBody('The body must be one operation, as an object', 'BAD_REQUEST'));
}

function signedInOf({ isSignedIn, credential }: Context): SignedIn {
  return isSignedIn ? credential() : unauthenticated('Nobody has signed in');
}
