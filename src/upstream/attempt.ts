import { request as httpRequest, type Agent as HttpAgent, type ClientRequest } from 'node:http';
import { request as httpsRequest, type Agent as HttpsAgent } from 'node:https';
import { urlToHttpOptions } from 'node:url';
import got, { RequestError, type Request, type RequestFunction } from 'got';
import type { Clock } from '../clock.ts';
import type { Credential } from '../domain/credential.ts';
import { GatewayError } from '../domain/errors.ts';
import { momentOf } from '../domain/moment.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Logger } from '../observability/logger.ts';
import { networkCauseOf } from '../observability/network-cause.ts';
import type { TraceSpan } from '../observability/trace-span.ts';
import { createAttemptTrace, endFailedAttempt } from './attempt-trace.ts';
import { readAnswer, type TextAnswer } from './body.ts';
import { targetOf, type Send, type UpstreamAnswer, type UpstreamCall } from './call.ts';
import { createFailureLog } from './failure-log.ts';
import { parseJson, type Parsed } from './json.ts';
import { enter } from './operation.ts';
import {
  badResponse,
  cutShort,
  failureOf,
  failureOfChange,
  timedOut,
  unavailable,
  type UpstreamError,
} from './failure.ts';
import { retryAfterMsOf } from './retry-after.ts';

/** What an attempt is built from. */
export interface AttemptOptions {
  /** Scheme, host and, where a proxy needs it, a path in front of `/api/v2/public`. */
  readonly url: URL;
  /** How long one attempt may take. */
  readonly attemptTimeoutMs: number;
  /** Answers larger than this are cut off. */
  readonly maxResponseBytes: number;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** Network failures that pass. Anything else, TLS above all, is not worth a second try. */
const TRANSIENT_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'ENOTFOUND',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'ERR_HTTP_CONTENT_LENGTH_MISMATCH',
]);

/** What an answer is that broke off. */
const BROKEN_OFF: Parsed = { kind: 'cut' };

/** What Node.js refuses to read, headers of more than 16 KiB among it. */
const NO_HTTP = 'Upstream answered with something other than HTTP';

/** The connections that are kept, by scheme. */
export interface Agents {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
}

/** An answer, and whether it came to its end; what there is of its body is left out where it did not. */
type Received = TextAnswer & { readonly isWhole: boolean };

/** Sends one request; answers whatever status it is answered with. */
type Exchange = (call: UpstreamCall<unknown>, trace: TraceSpan | null) => Promise<Received>;

function createExchange(options: AttemptOptions, agent: Agents): Exchange {
  const { url, clock, attemptTimeoutMs, maxResponseBytes } = options;
  const base = `${url.href.replace(/\/$/, '')}/api/v2`;
  const http = got.extend({
    agent,
    request: requestTo(url),
    // Redirects would carry the credentials to another origin; retries and time are the policies' business; an
    // answer that needs no unpacking cannot be a small bomb.
    followRedirect: false,
    retry: { limit: 0 },
    decompress: false,
    throwHttpErrors: false,
    headers: { 'user-agent': 'refold-gateway', accept: 'application/json' },
  });

  return async (call, trace) => {
    const { signal } = call.operation;
    const request = http.stream(base + targetOf(call), {
      method: call.method,
      headers: trace === null ? headersOf(call) : { ...headersOf(call), ...trace.headers() },
      // A kept connection can be closed by upstream just as it is used. A read is repeated then, a change must not
      // be, so it gets a connection of its own.
      ...(call.method !== 'GET' && { agent: { http: false, https: false } }),
    });
    /** Why the gateway itself has ended the request. */
    let cutFor: { readonly reason: unknown } | undefined;
    const cut = (reason: unknown) => {
      cutFor ??= { reason };
      request.destroy();
    };
    const leave = () => {
      cut(signal.reason);
    };
    // got's own signal would have to be made of this one and the timeout's, anew for every attempt.
    signal.addEventListener('abort', leave, { once: true });
    let cancelTimeout: (() => void) | undefined;
    whenUnderWay(request, () => {
      // A defect here would be nobody's, and end the process.
      try {
        cancelTimeout = clock.after(attemptTimeoutMs, () => {
          cut(timedOut('Upstream did not answer in time'));
        });
      } catch (error) {
        cut(error);
      }
    });
    // A change has no body either.
    if (call.method !== 'GET') request.end();
    try {
      return { ...(await readAnswer(request, maxResponseBytes, cut)), isWhole: true };
    } catch (error) {
      // got's errors hold the request with its credentials: they end here.
      if (cutFor !== undefined) throw cutFor.reason;
      const failure = error instanceof RequestError ? error : undefined;
      if (failure?.code.startsWith('HPE_') === true) throw badResponse(NO_HTTP);
      // Its status is known, and says more than that the rest of it is not.
      if (failure?.response !== undefined) {
        const { statusCode, headers } = failure.response;
        return { statusCode, headers, body: '', isWhole: false };
      }
      throw unreachable(failure);
    } finally {
      signal.removeEventListener('abort', leave);
      cancelTimeout?.();
    }
  };
}

/**
 * How got is to make its requests. Of three dozen options that it hands over, all others are undefined or the defaults,
 * and Node.js copies what it is given several times over.
 */
function requestTo(url: URL): RequestFunction {
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const { protocol, hostname, port } = urlToHttpOptions(url);
  // The key is sent to nobody without a certificate, whatever Node.js is told by its environment.
  const origin = { protocol, hostname, ...(port !== undefined && { port }), rejectUnauthorized: true };
  return ({ pathname, search }, { method, headers, agent }) =>
    request({ ...origin, path: pathname + search, method, headers, agent });
}

/**
 * Calls back once a request has a connection, be it one that is being made. Until then it waits for one of those that
 * there may be, and no upstream is to blame for that.
 */
function whenUnderWay(request: Request, callback: () => void): void {
  request.once('request', (sent: ClientRequest) => {
    if (sent.socket === null) sent.once('socket', callback);
    else callback();
  });
}

/** There was no answer. */
function unreachable(failure: RequestError | undefined): UpstreamError {
  return unavailable('Upstream cannot be reached', {
    isPermanent: failure === undefined || !TRANSIENT_CODES.has(failure.code),
    isUnsent: failure !== undefined && isUnsent(failure),
    cause: networkCauseOf(failure?.code ?? ''),
  });
}

/** Builds the innermost `Send`: one try of a call. */
export function createAttempt(options: AttemptOptions, agents: Agents): Send {
  const { clock, metrics, logger } = options;
  const exchange = createExchange(options, agents);
  const report = createFailureLog(logger);
  const startTrace = createAttemptTrace(options.url);

  const read = <T>(
    call: UpstreamCall<T>,
    { statusCode, headers, body, isWhole }: Received,
  ): UpstreamAnswer<T> => {
    const parsed = isWhole ? parseJson(body) : BROKEN_OFF;
    const isDone = statusCode === 200 || (call.method !== 'GET' && statusCode >= 200 && statusCode < 300);
    if (!isDone) {
      const { 'retry-after': retryAfter, date } = headers;
      const retryAfterMs = retryAfterMsOf({ retryAfter, date }, clock.date());
      const refused = { kind: call.credential.kind, isForKeys: isForKeys(call) };
      throw failureOf(statusCode, parsed.kind === 'json' ? parsed.json : undefined, retryAfterMs, refused);
    }
    if (parsed.kind === 'cut') throw cutShort();
    if (parsed.kind === 'other') throw badResponse('Upstream answered with something other than JSON');
    const moment = momentOf(clock);
    return { value: call.read(parsed.json, moment), body, ...moment };
  };

  return async (call) => {
    call.operation.signal.throwIfAborted();
    if (call.operation.maySend?.() === false) {
      throw new GatewayError('UPSTREAM_UNAVAILABLE', 'It may not be sent any more');
    }
    const trace = startTrace(call);
    enter(call.operation.ledger, { calls: 1 });
    const since = clock.now();
    let received: Received | undefined;
    try {
      received = await exchange(call, trace);
      const { statusCode } = received;
      metrics.answered(call.route, statusCode, clock.now() - since, trace);
      trace?.set({ 'http.response.status_code': statusCode });
      const answer = read(call, received);
      trace?.end();
      return answer;
    } catch (error) {
      if (received === undefined) metrics.answered(call.route, 'none', clock.now() - since, trace);
      if (trace !== null) endFailedAttempt(trace, error);
      report(call, error);
      throw call.method === 'GET' ? error : failureOfChange(error);
    }
  };
}

/** Whether a session token may be refused it and be good all the same. */
function isForKeys({ forSessions, area = 'public' }: UpstreamCall<unknown>): boolean {
  return forSessions !== undefined && area === 'public';
}

/** Whether it failed before there was a connection to send anything over. */
function isUnsent({ timings, options }: RequestError): boolean {
  const isSecure = new URL(String(options.url)).protocol === 'https:';
  return (isSecure ? timings?.secureConnect : timings?.connect) === undefined;
}

function headersOf({ credential, operation }: UpstreamCall<unknown>): Record<string, string> {
  return { 'x-request-id': operation.requestId, ...credentialHeaders(credential) };
}

function credentialHeaders(credential: Credential): Record<string, string> {
  if (credential.kind === 'SESSION_TOKEN') return { authorization: `Bearer ${credential.token.reveal()}` };
  return {
    'x-api-key': credential.apiKey.reveal(),
    // Header values are bytes: the UTF-8 of the account, one character a byte.
    linked_account_id: Buffer.from(credential.linkedAccountId, 'utf8').toString('latin1'),
  };
}
