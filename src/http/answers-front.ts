import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Question, RememberedAnswer } from '../answers/answers.ts';
import type { Ride } from '../answers/flights.ts';
import type { SignedIn } from '../contexts.ts';
import { createAttend, type AttendParts, type Exchange } from './attend.ts';
import { noteFound, type Found, type Front, type PassOn } from './front.ts';
import { isHostSound } from './host.ts';
import { incomingOf } from './incoming.ts';
import { wantedStream } from './live/accept.ts';
import type { Protocol, Protocols } from './protocols.ts';
import { questionTextOf, type Recall } from './remembered-answers.ts';
import type { Rides } from './rides.ts';
import type { SignIn } from './sign-in.ts';

/** What is answered in front with. */
export interface AnswersFrontParts extends AttendParts {
  readonly protocols: Protocols;
  readonly signIn: SignIn;
  readonly recall: Recall;
  readonly rides: Rides;
  /** Whether the gateway takes new work. */
  readonly isReady: () => boolean;
  readonly maxBodyBytes: number;
}

const ROUTE = '/graphql';
/** What is larger is seldom remembered, and seldom comes at once. */
const MAX_BYTES = 8192;

/** An answer that there is, or is soon to be, for what a request asks. */
interface AtHand {
  readonly protocol: Protocol;
  readonly signedIn: SignedIn;
  readonly question: Question;
  /** An answer that is remembered, or another operation that asks the same at this moment. */
  readonly source: { readonly known: RememberedAnswer } | { readonly ride: Ride };
}

/**
 * Answers in front of Fastify what is remembered, or asked by somebody else at this moment, where it is asked for in the
 * plainest way: Fastify's own way to a handler and back costs more than all the rules together. Whatever else comes is
 * passed on: unread, or with its turn and its body given back.
 */
export function serveAnswers(parts: AnswersFrontParts): Front {
  const { socketRules, isReady } = parts;
  const maxBytes = Math.min(MAX_BYTES, parts.maxBodyBytes);
  const look = createLook(parts);
  const tell = createTell(parts);
  const serve = (exchange: Exchange, passOn: PassOn) => {
    const { request, response, startMs } = exchange;
    const body = request.read() as Buffer | null;
    const goOn = (found: Omit<Found, 'startMs'>) => {
      if (body !== null) request.unshift(body);
      noteFound(request, { ...found, startMs });
      passOn(request, response);
    };
    const isWhole = body?.length === lengthOf(request.headers);
    const isServed = isWhole && isReady() && !request.socket.destroyed;
    const seen = (isServed ? tryTo(() => look(request, body)) : null) ?? {};
    if ('source' in seen) tell(exchange, seen, goOn);
    else goOn(seen);
  };
  return (request, response, passOn) => {
    if (isPlain(request, maxBytes) && socketRules.enterIdle(request.socket)) {
      // What has come right behind the head is there by then.
      process.nextTick(serve, { request, response, startMs: performance.now(), route: ROUTE }, passOn);
    } else {
      passOn(request, response);
    }
  };
}

/** Whether a request asks in the plainest way there is. */
function isPlain(request: IncomingMessage, maxBytes: number): boolean {
  const { method, url, headers, httpVersion } = request;
  return (
    method === 'POST' &&
    url === ROUTE &&
    httpVersion === '1.1' &&
    headers['content-type'] === 'application/json' &&
    lengthOf(headers) <= maxBytes &&
    headers['transfer-encoding'] === undefined &&
    headers.expect === undefined &&
    headers.upgrade === undefined &&
    wantedStream(headers.accept) === null &&
    isHostSound(request)
  );
}

/** How long a body is to be; infinitely, where a request does not say that it has one. */
function lengthOf({ 'content-length': told }: IncomingHttpHeaders): number {
  return Number(told ?? 0) || Infinity;
}

/** Looks for what a request asks, in the order in which Fastify's way does. */
function createLook({ shedding, protocols, signIn, recall, rides }: AnswersFrontParts) {
  return (request: IncomingMessage, body: Buffer): AtHand | Omit<Found, 'startMs'> => {
    const protocol = protocols.of(request);
    if (protocol === null) return {};
    const { headers, socket } = request;
    const isRefused = shedding.refuses(socket);
    if (isRefused) return { isRefused };
    const signedIn = signIn(request);
    if (signedIn instanceof Promise) return { isRefused, signedIn };
    const asked = { method: 'POST', url: ROUTE, headers, bodyText: body.toString() };
    const question = recall.questionOf(signedIn, questionTextOf(asked) ?? '');
    if (question === null) return { isRefused, signedIn };
    const known = recall.find(question, socket);
    if (known !== null) return { protocol, signedIn, question, source: { known } };
    const ride = rides.board(question, socket);
    if (ride !== null) return { protocol, signedIn, question, source: { ride } };
    return { isRefused, signedIn, question };
  };
}

/** Answers a request with what there is, at once or as soon as it is there. */
function createTell(parts: AnswersFrontParts) {
  const { shedding, recall, rides } = parts;
  const attend = createAttend(parts);
  return (
    exchange: Exchange,
    { protocol, signedIn, question, source }: AtHand,
    goOn: (found: Omit<Found, 'startMs'>) => void,
  ): void => {
    const { request, response } = exchange;
    const { headers } = request;
    const attended = attend(exchange, protocol);
    const { id, trace } = attended;
    const giveUp = (found: Pick<Found, 'question' | 'begun'>) => {
      if (attended.giveUp()) goOn({ isRefused: false, signedIn, id, trace, ...found });
    };
    if ('known' in source) {
      const { known } = source;
      attended.noteOperation(null, known.outcome);
      const told = tryTo(() => recall.tell(question, known, headers, trace?.shownId ?? null));
      if (told === null) giveUp({});
      else attended.tell(told, known.contentType);
      return;
    }
    const { ride } = source;
    const incoming = incomingOf({ id, headers, trace, raw: request }, response, shedding);
    const begun = rides.begin(incoming, { signedIn, question, ride });
    attended.noteOperation(begun, begun.outcome);
    const answering = rides.answer(begun, { question, ride }, headers).then((told) => {
      if (told !== null) attended.tell(told, told.contentType);
      else giveUp({ question, begun });
    });
    answering.catch(() => {
      giveUp({});
    });
  };
}

/** What comes of it; null where it fails: Fastify's way will fail of the same, and say so. */
function tryTo<T>(look: () => T): T | null {
  try {
    return look();
  } catch {
    return null;
  }
}
