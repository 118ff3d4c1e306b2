import {
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  handleWhen,
  isBrokenCircuitError,
} from 'cockatiel';
import type { Metrics } from '../observability/metrics.ts';
import type { Send } from './call.ts';
import { unavailable, UpstreamError } from './failure.ts';

/** So many failures in a row open the circuit. */
const FAILURES = 5;
/** How long it stays open before one call may try whether upstream is back. */
const OPEN_MS = 5000;

/** Whether a failure says that upstream is not there. Its refusals, 429 among them, say that it is. */
function isOutage(error: unknown): boolean {
  return (
    error instanceof UpstreamError &&
    (error.code === 'UPSTREAM_UNAVAILABLE' || error.code === 'UPSTREAM_TIMEOUT')
  );
}

/** Stops asking an upstream that is not there, and lets one call at a time find out when it is back. */
export function withBreaker(metrics: Metrics, send: Send): Send {
  // One that tries and is called off, by its client or for want of a turn, has not found out that upstream is back.
  const isFailure = (error: unknown) =>
    isOutage(error) || (breaker.state === CircuitState.HalfOpen && !(error instanceof UpstreamError));
  const breaker = circuitBreaker(handleWhen(isFailure), {
    halfOpenAfter: OPEN_MS,
    breaker: new ConsecutiveBreaker(FAILURES),
  });
  breaker.onStateChange((state) => {
    metrics.breakerOpen(state === CircuitState.Open);
  });
  return async (call) => {
    // While one call tries, the others do not wait for what becomes of it.
    if (breaker.state === CircuitState.HalfOpen) throw isDown();
    try {
      return await breaker.execute(() => send(call));
    } catch (error) {
      throw isBrokenCircuitError(error) ? isDown() : error;
    }
  };
}

function isDown(): UpstreamError {
  return unavailable('Upstream is down', false);
}
