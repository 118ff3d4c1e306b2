import { GatewayError } from '../../domain/errors.ts';
import type { Metrics } from '../../observability/metrics.ts';
import type { Send, UpstreamAnswer, UpstreamCall } from '../call.ts';
import { addTo, createLedger, type Ledger, type Operation } from '../operation.ts';
import { rateLimited } from '../failure.ts';

/** One call upstream, and everybody who waits for it. */
interface Flight {
  readonly answer: Promise<UpstreamAnswer<unknown>>;
  /** What the call costs, for whoever started it. */
  readonly ledger: Ledger;
  /** Adds a waiter, who has until then. */
  board(deadline: number): void;
  /** Takes a waiter off; the last one to leave cancels the call. */
  leave(): void;
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
  const flights = new Map<string, Flight>();

  const depart = <T>(key: string, call: UpstreamCall<T>): Flight => {
    const empty = new AbortController();
    let latest = call.operation.deadline;
    const operation: Operation = {
      ...call.operation,
      get deadline() {
        return latest;
      },
      signal: empty.signal,
      ledger: createLedger(),
    };
    let waiters = 0;
    const land = () => {
      if (flights.get(key) === flight) flights.delete(key);
    };
    const flight: Flight = {
      answer: send({ ...call, operation }).finally(land),
      ledger: operation.ledger,
      board: (deadline) => {
        waiters += 1;
        latest = Math.max(latest, deadline);
      },
      leave: () => {
        waiters -= 1;
        if (waiters > 0) return;
        land();
        empty.abort(new GatewayError('UPSTREAM_UNAVAILABLE', 'Nobody waits for this any more'));
      },
    };
    flights.set(key, flight);
    return flight;
  };

  return (call) => {
    const { signal, ledger, deadline, priority } = call.operation;
    if (call.method !== 'GET' || signal.aborted) return send(call);
    // Nobody is made to wait at the pace of what nobody waits for, or is shown what is too old.
    const key = `${keyOf(call)} ${priority} ${String(call.since ?? '')}`;
    const shared = flights.get(key);
    const flight = shared ?? depart(key, call);
    flight.board(deadline);
    if (shared !== undefined) {
      ledger.coalesced += 1;
      metrics.coalesced();
    }
    return ride(flight, signal, shared === undefined ? ledger : null);
  };
}

/** When asking again is worth it for who gave up on a call that is next in line. */
const RETRY_AFTER_MS = 1000;

/** Why a waiter gave up on a call that had not been sent yet: its time ran out on the rate, not on upstream. */
function whileQueued(reason: unknown): unknown {
  if (!(reason instanceof GatewayError) || reason.code !== 'UPSTREAM_TIMEOUT') return reason;
  return rateLimited(RETRY_AFTER_MS);
}

/** Waits for a flight, for as long as the signal lets. Its cost goes to `payer`, where there is one. */
async function ride<T>(
  flight: Flight,
  signal: AbortSignal,
  payer: Ledger | null,
): Promise<UpstreamAnswer<T>> {
  const given = Promise.withResolvers<never>();
  const giveUp = () => {
    given.reject(flight.ledger.calls === 0 ? whileQueued(signal.reason) : signal.reason);
  };
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    // The key begins with the identity and holds the path, which only one reader reads: the value is a T.
    return (await Promise.race([flight.answer, given.promise])) as UpstreamAnswer<T>;
  } finally {
    signal.removeEventListener('abort', giveUp);
    if (payer !== null) addTo(payer, flight.ledger);
    if (signal.aborted) flight.leave();
  }
}
