import type { Clock } from '../clock.ts';
import type { UpstreamBudget } from '../domain/budget.ts';
import { costExtension, upstreamExtension } from '../domain/extensions.ts';
import type { Credential } from '../domain/credential.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Capabilities } from '../upstream/capabilities.ts';
import type { UpstreamConnection } from '../upstream/connect.ts';
import { createFairMemory } from '../upstream/fair-memory.ts';
import type { Ledger, Sources, StillFresh } from '../upstream/operation.ts';
import { tailOf, type Answer } from './answer.ts';
import { createFlights, type Lead, type Ride } from './flights.ts';

/** What was asked, by whom. */
export interface Question {
  readonly credential: Credential;
  /** The same for all who may have the same answer. Begins with the identity, its epoch and what is known for it. */
  readonly key: string;
  /** Whether an answer that is remembered will do. */
  readonly mayBeRemembered: boolean;
  /** What it is answered from, where it has to be asked. */
  readonly sources: Sources;
}

/** Whole answers that are shared by all of an identity who ask the same. */
export interface Answers {
  /**
   * What somebody asks; null where it is answered by itself.
   * @param text all that the answer depends on, as it came
   */
  questionOf: (credential: Credential, text: string) => Question | null;
  /** An answer that is remembered, while upstream's answers that it was made from would be served as fresh. */
  remembered: (question: Question) => RememberedAnswer | null;
  /** Remembers an answer, if it was made from nothing but what was remembered and fresh. */
  remember: (question: Question, answer: Answer) => void;
  /**
   * The text of an answer that is remembered, for one who has asked now.
   * @param traceId shown in it; null: it is not
   */
  tell: (question: Question, answer: RememberedAnswer, traceId: string | null) => ToldAnswer;
  /** Rides on an operation that asks the same at this moment; null: there is none. */
  board: (question: Question) => Ride | null;
  /** Lets others ride on an operation that is to begin. */
  depart: (question: Question) => Lead;
  /** The text of an answer for one who has ridden, and made these entries. */
  tellRider: (question: Question, answer: Answer, ledger: Ledger, traceId: string | null) => ToldAnswer;
}

/** An answer that is remembered. */
export interface RememberedAnswer extends Answer {
  /** How many answers of upstream it was made from, each of them remembered. */
  readonly cacheHits: number;
  /** What came last after its head; null: it has not been told yet. */
  told: { readonly budget: UpstreamBudget; readonly tail: string } | null;
}

/** The text of an answer. */
export interface ToldAnswer {
  readonly text: string;
  /** How long it is as bytes. */
  readonly bytes: number;
}

/** What whole answers are shared with. */
export interface AnswersOptions {
  /** About how much memory they may take. */
  readonly maxBytes: number;
  readonly remembered: UpstreamConnection['remembered'];
  readonly capabilities: Pick<Capabilities, 'versionFor'>;
  readonly budgetOf: UpstreamConnection['budgetOf'];
  readonly clock: Clock;
  readonly metrics: Metrics;
}

/** An answer, and what it was made from. */
interface Remembered {
  readonly answer: RememberedAnswer;
  readonly parts: readonly StillFresh[];
}

/** Longer ones would take more to keep than they are worth. */
const MAX_QUESTION_LENGTH = 4096;
/** So much of the room one answer may take: a larger one is not worth those that would make room for it. */
const MOST_OF_ONE = 1 / 32;
/** What an answer takes besides its text and its question's. */
const ANSWER_BYTES = 1024;

/** What an answer has cost at upstream that is remembered. */
const NOTHING_ASKED = { calls: 0, coalesced: 0, waitedMs: 0, asOf: null };

/** Builds an empty memory of answers. */
export function createAnswers(options: AnswersOptions): Answers {
  const { maxBytes, capabilities, budgetOf, clock, metrics } = options;
  const { epochOf } = options.remembered;
  const answers = createFairMemory<Remembered>({
    maxBytes,
    maxEntryBytes: maxBytes * MOST_OF_ONE,
    now: () => clock.now(),
  });
  const flights = createFlights();
  metrics.watch('answer_bytes', () => answers.size().bytes);
  metrics.watch('answer_entries', () => answers.size().entries);

  return {
    questionOf: (credential, text) => {
      if (text.length > MAX_QUESTION_LENGTH) return null;
      const { identity, kind } = credential;
      const epoch = epochOf(credential);
      // What has been learned since of an argument that upstream ignores may make another answer of the same parts.
      const version = capabilities.versionFor(identity);
      // What may be asked can depend on how somebody has signed in.
      const key = `${identity} ${String(epoch)} ${String(version)} ${kind} ${text}`;
      return { credential, key, mayBeRemembered: epoch !== null, sources: { reads: 0, parts: [], bytes: 0 } };
    },
    remembered: ({ key }) => {
      const found = answers.get(key);
      if (found === undefined) return null;
      const now = clock.now();
      if (found.parts.every((isStillFresh) => isStillFresh(now))) return found.answer;
      answers.delete(key);
      return null;
    },
    remember: ({ credential, key, mayBeRemembered, sources }, answer) => {
      const { reads, parts } = sources;
      const cacheHits = parts.length;
      if (!mayBeRemembered || reads !== cacheHits || reads === 0) return;
      const bytes = 2 * (key.length + answer.head.length) + ANSWER_BYTES + sources.bytes;
      const kept = { ...answer, cacheHits, told: null };
      answers.set(credential.identity, key, { answer: kept, parts }, bytes);
    },
    tell: ({ credential }, answer, traceId) => {
      metrics.reused();
      metrics.cached('hit', answer.cacheHits);
      const budget = budgetOf(credential);
      const tail =
        traceId === null && answer.told !== null && isSameBudget(answer.told.budget, budget)
          ? answer.told.tail
          : tailOf({
              cost: costExtension(answer.outcome.requestedCost, 0, budget),
              upstream: upstreamExtension({ ...NOTHING_ASKED, cacheHits: answer.cacheHits }),
              ...(traceId !== null && { traceId }),
            });
      if (traceId === null) answer.told = { budget, tail };
      return { text: answer.head + tail, bytes: answer.headBytes + tail.length };
    },
    board: ({ key }) => flights.board(key),
    depart: ({ key }) => flights.depart(key),
    tellRider: ({ credential }, { head, headBytes, outcome }, ledger, traceId) => {
      metrics.shared();
      const tail = tailOf({
        cost: costExtension(outcome.requestedCost, ledger.calls, budgetOf(credential)),
        upstream: upstreamExtension(ledger),
        ...(traceId !== null && { traceId }),
      });
      return { text: head + tail, bytes: headBytes + tail.length };
    },
  };
}

/** Whether answers tell the same of both. */
function isSameBudget(one: UpstreamBudget, other: UpstreamBudget): boolean {
  return (
    one.available === other.available &&
    one.queued === other.queued &&
    one.maximum === other.maximum &&
    one.restorePerSecond === other.restorePerSecond
  );
}
