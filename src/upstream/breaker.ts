import {
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  handleWhen,
  isBrokenCircuitError,
} from 'cockatiel';
import type { Clock } from '../clock.ts';
import { isOutage } from '../domain/errors.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Send } from './call.ts';
import { unavailable, UpstreamError } from './failure.ts';

/** So many failures in a row open the circuit. */
const FAILURES = 5;
/** How long it stays open before one call may try whether upstream is back. */
const OPEN_MS = 5000;

/** The circuit between the gateway and upstream: two policies that go by the same state. */
export interface Circuit {
  /** Refuses at once while the circuit is open: nobody queues for an upstream that is not there. */
  readonly gate: (send: Send) => Send;
  /** Opens and closes the circuit by what becomes of each attempt. While it is open, one at a time may try. */
  readonly guard: (send: Send) => Send;
}

/** Builds a circuit, closed at first. */
export function createCircuit(clock: Clock, metrics: Metrics): Circuit {
  // One that tries and is called off by its client has not found out that upstream is back.
  const isFailure = (error: unknown) =>
    error instanceof UpstreamError ? isOutage(error) : breaker.state === CircuitState.HalfOpen;
  const breaker = circuitBreaker(handleWhen(isFailure), {
    halfOpenAfter: OPEN_MS,
    breaker: new ConsecutiveBreaker(FAILURES),
  });
  let openedAt = -Infinity;
  breaker.onStateChange((state) => {
    if (state === CircuitState.Open) openedAt = clock.date();
    metrics.breakerOpen(state === CircuitState.Open);
  });
  /** While one tries, the others do not wait for what becomes of it. */
  const isTrying = () => breaker.state === CircuitState.HalfOpen;
  const isOpen = () => breaker.state === CircuitState.Open && clock.date() - openedAt < OPEN_MS;
  return {
    gate: (send) => async (call) => {
      if (isOpen() || isTrying()) throw isDown();
      return send(call);
    },
    guard: (send) => async (call) => {
      if (isTrying()) throw isDown();
      try {
        return await breaker.execute(() => send(call));
      } catch (error) {
        throw isBrokenCircuitError(error) ? isDown() : error;
      }
    },
  };
}

function isDown(): UpstreamError {
  return unavailable('Upstream is down', { isPermanent: true });
}
