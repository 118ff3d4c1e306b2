import { Ending } from '../../clock.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { Metrics } from '../../observability/metrics.ts';
import type { TraceSpan } from '../../observability/trace-span.ts';
import { templateOf, type Send, type UpstreamAnswer, type UpstreamCall } from '../call.ts';
import { createLedger, enter, type Ledger, type Operation } from '../operation.ts';
import { rateLimited } from '../failure.ts';
import { UnderWay } from '../under-way.ts';

/** One call upstream, and everybody who waits for it. */
interface Flight {
  readonly answer: Promise<UpstreamAnswer<unknown>>;
  /** What the call costs: whoever started it pays, and, once that one has left, one of those who have not. */
  readonly ledger: Ledger;
  /** The span of whoever started it. */
  readonly trace: TraceSpan | null;
  /** Adds a waiter. */
  board(waiter: Operation): void;
  /** Takes a waiter off; the last one to leave cancels the call. */
  leave(waiter: Operation): void;
}

/**
 * Makes one call of identical reads by the same identity. A waiter that leaves leaves the others be; when the last
 * one leaves the call is cancelled.
 * @param keyOf what makes two calls the same; it must begin with the identity
 */
export function withSingleFlight(
  keyOf: (call: UpstreamCall<unknown>) => string,
  metrics: Metrics,
  send: Send,
): Send {
  const flights = new UnderWay<Flight>();

  const depart = <T>(key: string, call: UpstreamCall<T>): Flight => {
    const empty = new Ending();
    const operation = {
      ...call.operation,
      signal: empty,
      ledger: createLedger(call.operation.ledger),
      trace: call.operation.trace?.twin() ?? null,
    };
    const waiters = new Set<Operation>();
    const answer = send({ ...call, operation });
    const flight: Flight = {
      answer,
      ledger: operation.ledger,
      trace: operation.trace,
      board: (waiter) => {
        waiters.add(waiter);
        operation.deadline = Math.max(operation.deadline, waiter.deadline);
      },
      leave: (waiter) => {
        waiters.delete(waiter);
        const [next] = waiters;
        if (next !== undefined) {
          if (operation.ledger.payer === waiter.ledger) operation.ledger.payer = next.ledger;
          return;
        }
        land();
        empty.abort(new GatewayError('UPSTREAM_UNAVAILABLE', 'Nobody waits for this any more'));
      },
    };
    const land = flights.add(key, flight);
    // Before anybody goes on with it.
    answer.then(land, land);
    return flight;
  };

  return (call) => {
    const { signal, ledger, priority } = call.operation;
    if (call.method !== 'GET' || signal.aborted) return send(call);
    // Nobody is made to wait at the pace of what nobody waits for, shown what is too old, or refused with others.
    const isRefused = (call.turns?.refusal ?? null) !== null;
    const key = `${keyOf(call)} ${priority} ${String(call.since ?? '')} ${isRefused ? 'refused' : ''}`;
    const shared = flights.get(key);
    const flight = shared ?? depart(key, call);
    flight.board(call.operation);
    if (shared !== null) {
      enter(ledger, { coalesced: 1 });
      metrics.coalesced();
      return rideAlong(flight, call);
    }
    return ride(flight, call.operation);
  };
}

/** When asking again is worth it for who gave up on a call that is next in line. */
const RETRY_AFTER_MS = 1000;

/** Why a waiter gave up on a call that had not been sent yet: its time ran out on the rate, not on upstream. */
function whileQueued(reason: Error): Error {
  if (!(reason instanceof GatewayError) || reason.code !== 'UPSTREAM_TIMEOUT') return reason;
  return rateLimited(RETRY_AFTER_MS);
}

/** Waits for a flight that another one has started, whose attempt is linked to. */
function rideAlong<T>(flight: Flight, call: UpstreamCall<T>): Promise<UpstreamAnswer<T>> {
  const { trace } = call.operation;
  const answer = ride<T>(flight, call.operation);
  if (trace === null) return answer;
  trace.note('coalesced', { 'url.template': templateOf(call) });
  return answer.finally(() => {
    const attempt = flight.trace?.lastAttempt ?? null;
    if (attempt !== null) trace.addLink(attempt);
  });
}

/** Waits for a flight, for as long as the waiter's signal lets. */
function ride<T>(flight: Flight, waiter: Operation): Promise<UpstreamAnswer<T>> {
  const { signal } = waiter;
  return new Promise((resolve, reject) => {
    const giveUp = () => {
      const reason = signal.reason;
      reject(flight.ledger.calls === 0 ? whileQueued(reason) : reason);
      flight.leave(waiter);
    };
    signal.addEventListener('abort', giveUp, { once: true });
    const take = (answer: UpstreamAnswer<unknown>) => {
      signal.removeEventListener('abort', giveUp);
      // The key begins with the identity and holds the path, which only one reader reads: the value is a T.
      resolve(answer as UpstreamAnswer<T>);
    };
    const fail = (error: Error) => {
      signal.removeEventListener('abort', giveUp);
      reject(error);
    };
    flight.answer.then(take, fail);
  });
}
