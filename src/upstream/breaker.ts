import type { Clock } from '../clock.ts';
import { isOutage } from '../domain/errors.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Send, UpstreamCall } from './call.ts';
import { admissionOf, afterOutcome, type Admission } from './circuit.ts';
import { unavailable, UpstreamError } from './failure.ts';
import { createProbes } from './probes.ts';
import { createScopes, type Passage } from './scopes.ts';
import { untilLeft } from './until-left.ts';

/** The circuits between the gateway and upstream: two policies that go by the same state. */
export interface Breaker {
  /**
   * Refuses at once what a circuit is open for: nobody queues for an upstream that is not there. While one call tries
   * whether it is back, the others wait for what becomes of it.
   */
  readonly gate: (send: Send) => Send;
  /** Opens and closes the circuits by what becomes of each attempt, and sends nothing that queued before one opened. */
  readonly guard: (send: Send) => Send;
}

/** A circuit opened while the call was queueing. It never leaves the gate. */
class CircuitOpened extends Error {}

const NONE: readonly Passage[] = [];

/** Builds the breaker, all circuits closed at first. */
export function createBreaker(clock: Clock, metrics: Metrics): Breaker {
  const passagesOf = createScopes(metrics);
  const probes = createProbes(clock);

  const note = (call: UpstreamCall<unknown>, passages: readonly Passage[], isFailure: boolean) => {
    const tried = probes.triedBy(call);
    for (const passage of tried) {
      probes.settle(passage, isFailure && !passage.tellsFailure ? null : !isFailure);
    }
    for (const { scope, member, tellsFailure } of passages) {
      if (tried.some((passage) => passage.scope === scope) || (isFailure && !tellsFailure)) continue;
      const outcome = { at: clock.now(), member, route: call.route, isFailure };
      scope.circuit = afterOutcome(scope.circuit, outcome, scope.opens);
    }
  };

  /** Waits while others try; answers what the call is to try itself. Rejects where a circuit is open. */
  const enter = async (call: UpstreamCall<unknown>): Promise<readonly Passage[]> => {
    for (;;) {
      const passages = passagesOf(call);
      if (passages.every(isClosed)) return NONE;
      const told = (admission: Admission) =>
        passages.filter(({ scope, member }) => admissionOf(scope.circuit, member, clock.now()) === admission);
      if (told('REFUSE').length > 0) throw unavailable('Upstream is down', { isPermanent: true });
      const [awaited] = told('WAIT');
      if (awaited === undefined) {
        const due = told('PROBE');
        probes.claim(due);
        return due;
      }
      await untilLeft(call.operation.signal, awaited.scope.probe?.promise ?? Promise.resolve());
    }
  };

  return {
    gate: (send) => async (call) => {
      for (;;) {
        const due = passagesOf(call).every(isClosed) ? NONE : await enter(call);
        try {
          return await (due.length > 0 ? probes.send(call, due, send) : send(call));
        } catch (error) {
          if (!(error instanceof CircuitOpened)) throw error;
        }
      }
    },
    guard: (send) => async (call) => {
      const passages = passagesOf(call);
      if (probes.triedBy(call).length === 0 && !passages.every(isClosed)) throw new CircuitOpened();
      try {
        const answer = await send(call);
        note(call, passages, false);
        return answer;
      } catch (error) {
        // Who is called off has found out nothing.
        if (error instanceof UpstreamError) note(call, passages, isOutage(error));
        throw error;
      }
    },
  };
}

function isClosed({ scope }: Passage): boolean {
  return scope.circuit.phase.name === 'closed';
}
