import type { Clock } from '../clock.ts';
import type { Send, UpstreamAnswer, UpstreamCall } from './call.ts';
import { afterProbe, probedSince } from './circuit.ts';
import { startOperation, type Operation, type StartedOperation } from './operation.ts';
import type { Passage } from './scopes.ts';
import { untilLeft } from './until-left.ts';

/** The calls that try whether upstream is back. */
export interface Probes {
  /** What a call tries; nothing for most calls. */
  triedBy(call: UpstreamCall<unknown>): readonly Passage[];
  /** From now on nobody else tries. */
  claim(due: readonly Passage[]): void;
  /** Tells those who wait. */
  settle(passage: Passage, isBack: boolean | null): void;
  /** Tries, on behalf of all who wait: who asked may leave, and it goes on. */
  send<T>(call: UpstreamCall<T>, due: readonly Passage[], send: Send): Promise<UpstreamAnswer<T>>;
}

/** How long a probe may take, its turn included. */
const PROBE_MS = 5000;

/** Builds probes; none is made yet. */
export function createProbes(clock: Clock): Probes {
  const tried = new WeakMap<UpstreamCall<unknown>, readonly Passage[]>();

  const settle = ({ scope, member }: Passage, isBack: boolean | null) => {
    if (scope.probe === null) return;
    scope.circuit = afterProbe(scope.circuit, isBack, member, clock.now());
    scope.probe.resolve();
    scope.probe = null;
  };

  return {
    triedBy: (call) => tried.get(call) ?? [],
    claim: (due) => {
      for (const { scope } of due) {
        scope.circuit = probedSince(clock.now());
        scope.probe = Promise.withResolvers();
      }
    },
    settle,
    send: (call, due, send) => {
      const { signal } = call.operation;
      const own = startProbe(clock, call.operation);
      // A change is not made for who has left, and is waited for until it is known whether it was made.
      const isRead = call.method === 'GET';
      const trying = { ...call, operation: isRead ? own : call.operation };
      tried.set(trying, due);
      const answer = send(trying).finally(() => {
        own.end();
        for (const passage of due) settle(passage, null);
      });
      answer.catch(() => undefined);
      return isRead ? untilLeft(signal, answer) : answer;
    },
  };
}

/** Starts an operation that nobody's leaving ends. It costs whoever asked. */
function startProbe(clock: Clock, { requestId, ledger, trace }: Operation): StartedOperation {
  return startOperation(clock, {
    requestId,
    priority: 'interactive',
    timeoutMs: PROBE_MS,
    tooLate: 'Upstream did not answer in time',
    ledger,
    trace,
  });
}
