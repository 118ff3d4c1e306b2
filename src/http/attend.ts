import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ToldAnswer } from '../answers/answers.ts';
import type { Begun } from '../contexts.ts';
import type { Outcome } from '../observability/outcome.ts';
import type { TraceSpan } from '../observability/trace-span.ts';
import type { Tracing } from '../observability/tracing.ts';
import type { CommonHeaders } from './common-headers.ts';
import type { LoadShedding } from './load-shedding.ts';
import type { Protocol } from './protocols.ts';
import { requestIdOf } from './request-id.ts';
import { CLIENT_GONE, GONE_CODES, type Report } from './request-log.ts';
import { beginRequestTrace, endRequestTrace } from './request-trace.ts';
import type { SocketRules } from './socket-limits.ts';
import { unreadBytes } from './unread-answers.ts';

/** What is done for each request that is answered in front: the rules that stand for all. */
export interface AttendParts {
  readonly socketRules: SocketRules;
  readonly shedding: LoadShedding;
  readonly commonHeaders: CommonHeaders;
  readonly report: Report;
  /** Null: tracing is off. */
  readonly tracing: Tracing | null;
}

/** A request that has its turn. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** When it came, on `performance.now()`. */
  readonly startMs: number;
  /** Of its pattern; none has anybody's data in it. */
  readonly route: string;
}

/** A request that is answered in front. */
export interface Attended {
  readonly id: string;
  readonly trace: TraceSpan | null;
  /** The operation that is in progress for it, or how the one went whose answer is given again. */
  readonly noteOperation: (begun: Begun | null, outcome: Outcome) => void;
  readonly tell: (told: ToldAnswer, contentType: string) => void;
  /** Leaves it to Fastify, which begins to attend to it anew; false: its client has left. */
  readonly giveUp: () => boolean;
}

const NO_CODES: readonly string[] = [];

/** Builds what attends to requests, until their answers are taken: as in progress, and for their span, log line and counts. */
export function createAttend({ socketRules, shedding, commonHeaders, report, tracing }: AttendParts) {
  return ({ request, response, startMs, route }: Exchange, protocol: Protocol): Attended => {
    const { headers, socket, method = '' } = request;
    const id = requestIdOf(request);
    const asked = { method, headers, protocol, raw: request };
    const trace = tracing && beginRequestTrace(tracing, asked, route);
    const endOperation = shedding.begin();
    let [begun, outcome]: [Begun | null, Outcome | null] = [null, null];
    let isGivenUp = false;
    let stopWatching: (() => void) | null = null;
    const end = (status: number, codes: readonly string[]) => {
      const traced = { trace, rememberedOutcome: outcome, context: null, begun };
      endRequestTrace(traced, status === CLIENT_GONE ? null : status);
      const durationMs = performance.now() - startMs;
      const calls = begun?.operation.ledger.calls ?? 0;
      report({
        id,
        method,
        route,
        headers,
        status,
        durationMs,
        trace,
        outcome,
        calls,
        codes,
        isWatched: false,
      });
    };
    response.on('close', () => {
      if (isGivenUp) return;
      stopWatching?.();
      socketRules.leave(socket);
      endOperation();
      // What it cost whoever left is known once the work is called off.
      if (response.writableFinished) end(response.statusCode, NO_CODES);
      else setImmediate(end, CLIENT_GONE, GONE_CODES);
    });
    return {
      id,
      trace,
      noteOperation: (operation, itsOutcome) => {
        begun = operation;
        outcome = itsOutcome;
      },
      tell: ({ text, bytes }, contentType) => {
        // Its client has left.
        if (response.destroyed) return;
        response.writeHead(200, {
          ...commonHeaders(id, headers.origin, protocol),
          'content-type': contentType,
          'content-length': bytes,
        });
        // What is ASCII alone is the same in both, and costs less to write as this one.
        response.end(text, bytes === text.length ? 'latin1' : 'utf8');
        // Most answers are taken at once: nothing of them is held.
        if (response.socket === null || unreadBytes(socket) > 0)
          stopWatching = socketRules.watchAnswer(socket, bytes);
        request.resume();
      },
      giveUp: () => {
        if (response.destroyed || response.closed) return false;
        isGivenUp = true;
        endOperation();
        return true;
      },
    };
  };
}
