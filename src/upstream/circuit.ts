/** What became of one attempt. */
export interface Outcome {
  /** When it ended, on the clock's `now()`. */
  readonly at: number;
  /** Which of those that share the circuit it was for: an id, or an identity. */
  readonly member: string;
  readonly route: string;
  /** Whether upstream was not there. Its refusals, 429 among them, say that it is. */
  readonly isFailure: boolean;
}

/**
 * `closed`: calls pass. `open`: they are refused, until one may try whether upstream is back. `probed`: one is trying.
 * Times are on the clock's `now()`.
 */
type Phase =
  | { readonly name: 'closed' }
  | {
      readonly name: 'open';
      /** When it opened, or the last try began. */
      readonly since: number;
      /** Nobody tries before this. */
      readonly restsUntil: number;
      /** Whose failure that was; null: nobody's. */
      readonly by: string | null;
    }
  | { readonly name: 'probed'; readonly since: number };

/** One circuit: what happened of late, and what follows from it. */
export interface Circuit {
  readonly outcomes: readonly Outcome[];
  readonly phase: Phase;
}

/** Whether outcomes of late, the oldest first, say that upstream is not there. */
export type Rule = (outcomes: readonly Outcome[]) => boolean;

/** What a circuit says to a call: pass; try whether upstream is back; wait for who is trying; do not ask. */
export type Admission = 'PASS' | 'PROBE' | 'WAIT' | 'REFUSE';

/** So many outcomes are remembered, and none that is older than this. */
const WINDOW_SIZE = 20;
const WINDOW_MS = 30_000;
/** So many failures must have been seen. Below that, nobody is spared much. */
const LEAST_FAILURES = 5;
/** So many members must be failing to say something of the others. */
const LEAST_MEMBERS = 3;
/** How long after it opened, or the last try began, whoever failed then may try, and how long after it the others. */
const AGAIN_MS = 4000;
const OTHERS_MS = 2500;
/** How long it rests at least after a try that took long. */
const REST_MS = 1000;

/** A circuit that has seen nothing yet. */
export const NEW_CIRCUIT: Circuit = { outcomes: [], phase: { name: 'closed' } };

/** What a circuit says to a member's call now. */
export function admissionOf({ phase }: Circuit, member: string, now: number): Admission {
  if (phase.name === 'closed') return 'PASS';
  if (phase.name === 'probed') return 'WAIT';
  // Who failed lets others try first: it may be the only one that still fails.
  const mayTryAt = phase.since + (member === phase.by ? AGAIN_MS : OTHERS_MS);
  return now < Math.max(mayTryAt, phase.restsUntil) ? 'REFUSE' : 'PROBE';
}

/** The circuit after an attempt that passed it. What was sent before it opened says nothing of now. */
export function afterOutcome(circuit: Circuit, outcome: Outcome, opens: Rule): Circuit {
  if (circuit.phase.name !== 'closed') return circuit;
  const recent = circuit.outcomes.findIndex(({ at }) => at > outcome.at - WINDOW_MS);
  const first = Math.max(recent, circuit.outcomes.length + 1 - WINDOW_SIZE);
  const outcomes = recent < 0 ? [outcome] : circuit.outcomes.slice(first).concat(outcome);
  // A success opens nothing, whatever it pushed out.
  if (!outcome.isFailure || !opens(outcomes)) return { ...circuit, outcomes };
  return openSince(outcome.at, outcome.at, outcome.member);
}

/** The circuit once somebody tries. */
export function probedSince(now: number): Circuit {
  return { outcomes: [], phase: { name: 'probed', since: now } };
}

/**
 * The circuit after a try.
 * @param isBack null: the try says nothing, so that another one may be made at once
 */
export function afterProbe(circuit: Circuit, isBack: boolean | null, member: string, now: number): Circuit {
  if (isBack === true || circuit.phase.name !== 'probed') return NEW_CIRCUIT;
  if (isBack === null) return openSince(-Infinity, now, null);
  // Counted from its start: an upstream that hangs is tried as often as one that fails at once.
  return openSince(circuit.phase.since, now + REST_MS, member);
}

function openSince(since: number, restsUntil: number, by: string | null): Circuit {
  return { outcomes: [], phase: { name: 'open', since, restsUntil, by } };
}

/** One thing fails: five times, and more often than not. */
export const failsAlone: Rule = (outcomes) =>
  countFailures(outcomes) >= LEAST_FAILURES && isMostlyFailing(outcomes);

/** Several members fail, and most of those that were seen, and more often than not: neither one can do that alone. */
export const failsForSeveral: Rule = (outcomes) => {
  const members = [...Map.groupBy(outcomes, ({ member }) => member).values()];
  const failing = members.filter(isMostlyFailing).length;
  return failsAlone(outcomes) && failing >= LEAST_MEMBERS && failing > members.length / 2;
};

/** Several members fail, on several routes, and no route that was seen does better. */
export const failsEverywhere: Rule = (outcomes) => {
  const routes = [...Map.groupBy(outcomes, ({ route }) => route).values()];
  return routes.length > 1 && routes.every(isMostlyFailing) && failsForSeveral(outcomes);
};

function countFailures(outcomes: readonly Outcome[]): number {
  return outcomes.filter(({ isFailure }) => isFailure).length;
}

function isMostlyFailing(outcomes: readonly Outcome[]): boolean {
  return countFailures(outcomes) > outcomes.length / 2;
}
