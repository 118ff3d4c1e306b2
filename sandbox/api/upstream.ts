import type { IncomingHttpHeaders } from 'node:http';

import { errorBody } from './error-body.ts';
import { NoAnswer, UpstreamError } from './errors.ts';
import type { Fault, Faults } from '../control/faults.ts';
import type { Journal } from '../control/journal.ts';
import type { RateLimiter } from './rate.ts';
import type { Target } from './routes.ts';
import type { Answer } from './send.ts';
import { spoken } from './spoken.ts';
import type { Traits } from './traits.ts';
import type { Caller, SandboxState } from '../data/state.ts';

/** The org's one API key, which session tokens count towards. */
export const API_KEY = 'tk_demo';

/** The answer beside a fault that takes its place. */
const NOTHING: Answer = { status: 200, body: {} };

export interface UpstreamParts {
  readonly state: SandboxState;
  readonly journal: Journal;
  readonly limiter: RateLimiter;
  readonly faults: Faults;
  /** What the upstream is like now. */
  readonly traits: Traits;
}

export interface UpstreamRequest {
  readonly method: string;
  /** As it was sent, without the query. */
  readonly path: string;
  /** null if no route has that path. */
  readonly target: Target | null;
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
}

export interface FaultyAnswer {
  readonly answer: Answer;
  readonly fault: Fault | null;
}

function authenticate(headers: IncomingHttpHeaders, state: SandboxState): Caller | 'no account' {
  const bearer = /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (bearer !== undefined) {
    const account = state.accountOfSession(bearer);
    if (account !== null) return { account, isSession: true };
  } else if (headers['x-api-key'] === API_KEY) {
    const account = headers['linked_account_id'];
    return typeof account === 'string' && account !== '' ? { account, isSession: false } : 'no account';
  }
  throw new UpstreamError(401, 'Invalid Credentials');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new UpstreamError(400, 'Malformed URL');
  }
}

function unknownAccount(): UpstreamError {
  return new UpstreamError(400, 'Invalid linked_account_id', 'INVALID_LINKED_ACCOUNT_ID');
}

function carryOut(
  request: UpstreamRequest,
  caller: Caller,
  params: URLSearchParams,
  parts: UpstreamParts,
): Answer {
  const { target, method } = request;
  if (target === null) throw new UpstreamError(404, 'Not found');
  const route = target.routes.find((one) => one.method === method);
  if (route === undefined) {
    const allow = target.routes.map((one) => one.method).join(', ');
    const body = errorBody(405, 'Method not allowed', parts.traits);
    return { status: 405, body, headers: { allow } };
  }
  const { state, traits } = parts;
  const values = target.rawValues.map(decoded);
  const account = state.account(caller.account);
  if (account === null) throw unknownAccount();
  const visit = { state, caller, account, traits, serial: state.nextSerial(), values, params };
  return { status: 200, body: spoken(route.handle(visit), traits) };
}

function failure(error: unknown, traits: Traits): Answer {
  if (!(error instanceof UpstreamError)) throw error;
  return { status: error.status, body: errorBody(error.status, error.message, traits, error.code) };
}

/** Answers a request to the public API: sign-in first, then the rate limit, then faults, then the route. */
export function answerUpstream(request: UpstreamRequest, parts: UpstreamParts): FaultyAnswer {
  const { state, journal, limiter, faults, traits } = parts;
  try {
    const caller = authenticate(request.headers, state);
    journal.authenticated();
    const waitMs = limiter.take(API_KEY);
    if (waitMs > 0) {
      journal.throttled();
      const headers = { 'retry-after': String(Math.max(1, Math.ceil(waitMs / 1000))) };
      const body = errorBody(429, 'Too many requests', traits);
      return { answer: { status: 429, body, headers }, fault: null };
    }
    if (caller === 'no account') throw new UpstreamError(400, 'linked_account_id or org_id is required');
    decoded(request.path);
    decoded(request.query);
    const params = new URLSearchParams(request.query);
    const route = request.target?.template ?? '(unknown)';
    const fault = faults.strike({ method: request.method, route, account: caller.account, params });
    const takesEffect = fault?.takesEffect ?? (fault?.status ?? 200) < 400;
    if (!takesEffect) return { answer: NOTHING, fault };
    try {
      return { answer: carryOut(request, caller, params, parts), fault };
    } catch (error) {
      if (error instanceof NoAnswer) return { answer: NOTHING, fault: { ...fault, hang: 'before-headers' } };
      return { answer: failure(error, traits), fault };
    }
  } catch (error) {
    return { answer: failure(error, traits), fault: null };
  }
}
