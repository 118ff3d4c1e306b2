import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import type { Answers, Question, ToldAnswer } from '../answers/answers.ts';
import type { Ride } from '../answers/flights.ts';
import type { Begun, Contexts, SignedIn } from '../contexts.ts';
import { isTooHeavyNow } from '../domain/overload.ts';
import { endOperationTrace } from '../observability/operation-trace.ts';
import { clientOf } from './client-name.ts';
import type { IncomingRequest } from './incoming.ts';
import type { LoadShedding } from './load-shedding.ts';

/** Somebody who waits for the answer to another one. */
export interface Rider {
  readonly signedIn: SignedIn;
  readonly question: Question;
  readonly ride: Ride;
}

/** The answer for one who has ridden. */
export interface RidersAnswer extends ToldAnswer {
  readonly contentType: string;
}

/** Has operations ride on those that ask the same at the same moment. */
export interface Rides {
  /** A ride, unless others have waited too long for so much; null: there is none. */
  readonly board: (question: Question, client: Socket) => Ride | null;
  /** Begins the operation of one who rides. */
  readonly begin: (incoming: IncomingRequest, rider: Rider) => Begun;
  /** Waits for its answer; null: it has to be executed. */
  readonly answer: (
    begun: Begun,
    rider: Pick<Rider, 'question' | 'ride'>,
    headers: IncomingHttpHeaders,
  ) => Promise<RidersAnswer | null>;
}

/** Builds what does so. */
export function createRides(contexts: Contexts, answers: Answers, { waitedMs }: LoadShedding): Rides {
  return {
    board: (question, client) => {
      const ride = answers.board(question);
      return ride === null || isTooHeavyNow(ride.nodes, () => waitedMs(client)) ? null : ride;
    },
    begin: (incoming, { signedIn, question: { sources }, ride: { between } }) =>
      // Whoever rides has been let in, and is executed after all where the leader has nothing for it.
      contexts.begin({ ...incoming, signedIn, isStreamed: false, sources, between, waitedMs: () => 0 }),
    answer: async ({ operation, outcome }, { question, ride }, headers) => {
      const answer = await ride.answer(operation.signal);
      if (answer === null) return null;
      answer.outcome.reportReuse?.(clientOf(headers));
      const { ledger, trace } = operation;
      if (trace !== null) endOperationTrace(trace, outcome, ledger, 'shared');
      const told = answers.tellRider(question, answer, ledger, trace?.shownId ?? null);
      return { ...told, contentType: answer.contentType };
    },
  };
}
