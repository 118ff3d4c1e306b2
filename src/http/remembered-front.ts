import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Question, RememberedAnswer } from '../answers/answers.ts';
import type { Tracing } from '../observability/tracing.ts';
import type { CommonHeaders } from './common-headers.ts';
import { noteFound, type Found, type Front, type PassOn } from './front.ts';
import { isHostSound } from './host.ts';
import { wantedStream } from './live/accept.ts';
import type { LoadShedding } from './load-shedding.ts';
import type { Protocol, Protocols } from './protocols.ts';
import { questionTextOf, type Recall } from './remembered-answers.ts';
import { requestIdOf } from './request-id.ts';
import { CLIENT_GONE, GONE_CODES, type Report } from './request-log.ts';
import { beginRequestTrace, endRequestTrace } from './request-trace.ts';
import type { SignIn } from './sign-in.ts';
import type { SocketRules } from './socket-limits.ts';
import { unreadBytes } from './unread-answers.ts';

/** What answers are given again with: the rules that stand for all requests. */
export interface RememberedFrontParts {
  readonly socketRules: SocketRules;
  readonly shedding: LoadShedding;
  readonly protocols: Protocols;
  readonly signIn: SignIn;
  readonly recall: Recall;
  readonly commonHeaders: CommonHeaders;
  readonly report: Report;
  /** Null: tracing is off. */
  readonly tracing: Tracing | null;
  /** Whether the gateway takes new work. */
  readonly isReady: () => boolean;
  readonly maxBodyBytes: number;
}

const ROUTE = '/graphql';
/** What is larger is seldom remembered, and seldom comes at once. */
const MAX_BYTES = 8192;
const NO_CODES: readonly string[] = [];

/** A request that has its turn. */
interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** When it came, on `performance.now()`. */
  readonly startMs: number;
}

/** What is remembered of what a request asks. */
interface Remembered {
  readonly question: Question;
  readonly known: RememberedAnswer;
  readonly protocol: Protocol;
}

/**
 * Answers in front of Fastify what is remembered, where it is asked for in the plainest way: Fastify's own way to a
 * handler and back costs more than all the rules together. Whatever else comes is passed on: unread, or with its turn
 * and its body given back.
 */
export function serveRemembered(parts: RememberedFrontParts): Front {
  const { socketRules, isReady } = parts;
  const maxBytes = Math.min(MAX_BYTES, parts.maxBodyBytes);
  const look = createLook(parts);
  const tell = createTell(parts);
  const serve = (exchange: Exchange, passOn: PassOn) => {
    const { request, response } = exchange;
    const body = request.read() as Buffer | null;
    const isWhole = body?.length === lengthOf(request.headers);
    const seen = isWhole && isReady() && !request.socket.destroyed ? look(request, body) : {};
    if ('known' in seen) {
      tell(exchange, seen);
      return;
    }
    if (body !== null) request.unshift(body);
    noteFound(request, seen);
    passOn(request, response);
  };
  return (request, response, passOn) => {
    if (isPlain(request, maxBytes) && socketRules.enterIdle(request.socket)) {
      // What has come right behind the head is there by then.
      process.nextTick(serve, { request, response, startMs: performance.now() }, passOn);
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
function createLook({ shedding, protocols, signIn, recall }: RememberedFrontParts) {
  return (request: IncomingMessage, body: Buffer): Remembered | Found => {
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
    return known === null ? { isRefused, signedIn, question } : { question, known, protocol };
  };
}

/** Answers a request with what is remembered, and sees to it until it is taken. */
function createTell({ socketRules, shedding, recall, commonHeaders, report, tracing }: RememberedFrontParts) {
  return ({ request, response, startMs }: Exchange, { question, known, protocol }: Remembered) => {
    const { headers, socket } = request;
    const id = requestIdOf(request);
    const asked = { method: 'POST', headers, protocol, raw: request };
    const trace = tracing && beginRequestTrace(tracing, asked, ROUTE);
    const endOperation = shedding.begin();
    let stopWatching: (() => void) | null = null;
    const end = (status: number, codes: readonly string[]) => {
      const { outcome } = known;
      endRequestTrace(
        { trace, rememberedOutcome: outcome, context: null, begun: null },
        status === CLIENT_GONE ? null : status,
      );
      const durationMs = performance.now() - startMs;
      const ended = { id, method: 'POST', route: ROUTE, headers, status, durationMs, trace };
      report({ ...ended, outcome, calls: 0, codes, isWatched: false });
    };
    response.on('close', () => {
      stopWatching?.();
      socketRules.leave(socket);
      endOperation();
      if (response.writableFinished) end(response.statusCode, NO_CODES);
      else setImmediate(end, CLIENT_GONE, GONE_CODES);
    });
    const { text, bytes } = recall.tell(question, known, headers, trace?.shownId ?? null);
    response.writeHead(200, {
      ...commonHeaders(id, headers.origin, protocol),
      'content-type': known.contentType,
      'content-length': bytes,
    });
    // What is ASCII alone is the same in both, and costs less to write as this one.
    response.end(text, bytes === text.length ? 'latin1' : 'utf8');
    // Most answers are taken at once: nothing of them is held.
    if (response.socket === null || unreadBytes(socket) > 0)
      stopWatching = socketRules.watchAnswer(socket, bytes);
    request.resume();
  };
}
