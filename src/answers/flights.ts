import { setImmediate } from 'node:timers/promises';
import type { EndSignal } from '../clock.ts';
import type { Outcome } from '../observability/outcome.ts';
import type { AskDuring } from '../upstream/allowance.ts';
import { targetOf, type Ask, type UpstreamRequest } from '../upstream/call.ts';
import { UnderWay } from '../upstream/under-way.ts';
import { untilLeft } from '../upstream/until-left.ts';
import type { Answer } from './answer.ts';

/** Goes between an operation and what it asks of upstream. */
type Between = (askDuring: AskDuring, outcome: Outcome) => AskDuring;

/** An operation that others may ride on. */
export interface Lead {
  /** Lets those who ride make the same reads. */
  readonly between: Between;
  /** It is over; null: it has no answer that others can have. Only the first word counts. */
  readonly land: (answer: Answer | null) => void;
}

/** An operation that waits for the answer to another one. */
export interface Ride {
  /** The values that the answer could have, by the estimate. */
  readonly nodes: number;
  /** Makes the leader's reads for this operation, and hands them out where it has to be executed after all. */
  readonly between: Between;
  /**
   * The leader's answer, where this operation would have been given the same; null: it has to be executed.
   * @param signal ends the wait
   */
  readonly answer: (signal: EndSignal) => Promise<Answer | null>;
}

/** Operations under way, each by what was asked and by whom. */
export interface Flights {
  readonly depart: (key: string) => Lead;
  /** Null: nobody asks the same, or upstream has answered the first of its reads. */
  readonly board: (key: string) => Ride | null;
}

/** What the leader has asked of upstream. */
interface Read {
  readonly request: UpstreamRequest<unknown>;
  readonly answer: Promise<unknown>;
}

interface Flight {
  readonly outcome: Outcome;
  /** In their order. */
  readonly reads: Read[];
  /** Those who ride are told of each further read. */
  readonly riders: Set<(read: Read) => void>;
  readonly landed: PromiseWithResolvers<Answer | null>;
}

/**
 * Lets identical operations have one answer, which is executed and written once. Who rides makes each read that the
 * leader makes, at the same time and by the same way, as its own operation: so what is coalesced, counted, allowed and
 * waited for is what it is without this. It takes the leader's answer if each of its reads has ended with the very same
 * value or error; an answer that depends on upstream alone cannot be another one then. As soon as one of them has not, and
 * in any other case, it is executed from the reads that it has made.
 */
export function createFlights(): Flights {
  const flights = new UnderWay<Flight>();
  return {
    depart: (key) => {
      let flight: Flight | undefined;
      let isOver = false;
      let close: () => void = NOT_ADDED;
      const land: Lead['land'] = (answer) => {
        isOver = true;
        if (flight === undefined) return;
        close();
        flight.landed.resolve(answer);
      };
      const note = (read: Read, outcome: Outcome) => {
        if (flight === undefined) {
          flight = { outcome, reads: [], riders: new Set(), landed: Promise.withResolvers() };
          if (flights.get(key) === null) close = flights.add(key, flight);
          // Who comes later has to ask for that anew, and would ride in vain.
          read.answer.then(close, close);
        }
        flight.reads.push(read);
        for (const follow of flight.riders) follow(read);
      };
      return {
        land,
        between: (askDuring, outcome) => (during) => {
          const ask = askDuring(during);
          return (request) => {
            const read = ask(request);
            if (isOver) return read;
            if (outcome.isPure && during.priority === 'interactive' && canBeFollowed(request))
              note({ request, answer: read }, outcome);
            else land(null);
            return read;
          };
        },
      };
    },
    board: (key) => {
      const flight = flights.get(key);
      return flight === null ? null : rideOn(flight);
    },
  };
}

/** Another one asks the same, and is ridden on. */
const NOT_ADDED = () => undefined;

/** Whether somebody else can make a read as it is: it is bound to no moment, and to nothing of the operation. */
function canBeFollowed({ method, since, turns, onlyRemembered }: UpstreamRequest<unknown>): boolean {
  return method === 'GET' && since === undefined && turns === undefined && onlyRemembered !== true;
}

function rideOn(flight: Flight): Ride {
  const { outcome, reads, riders, landed } = flight;
  /** What this operation has read itself, until it is handed out. */
  const made: { readonly request: UpstreamRequest<unknown>; readonly own: Promise<unknown> }[] = [];
  /** Whether each of them has ended as the leader's did. */
  const ends: Promise<boolean>[] = [];
  const inVain = Promise.withResolvers<null>();
  let follow: (read: Read) => void;

  const board = (ask: Ask) => {
    follow = ({ request, answer }) => {
      const own = ask(request);
      made.push({ request, own });
      const isAlike = endAlike(own, answer);
      ends.push(isAlike);
      void isAlike.then((is) => {
        if (!is) inVain.resolve(null);
      });
    };
    reads.forEach(follow);
    riders.add(follow);
  };
  const answerOfLeader = async () => {
    const answer = await landed.promise;
    return answer !== null && (await Promise.all(ends)).every(Boolean) ? answer : null;
  };
  const take = <T>(wanted: UpstreamRequest<T>): Promise<T> | null => {
    if (!canBeFollowed(wanted)) return null;
    const at = made.findIndex(({ request }) => targetOf(request) === targetOf(wanted));
    // The path is the same, which only one reader reads: the value is a T.
    return at === -1 ? null : (made.splice(at, 1)[0]?.own as Promise<T>);
  };

  return {
    nodes: outcome.nodes,
    between: (askDuring, own) => {
      const { operation, type, requestedCost, nodes, document } = outcome;
      Object.assign(own, { operation, type, requestedCost, nodes, document });
      return (during) => {
        const ask = askDuring(during);
        if (during.priority !== 'interactive') return ask;
        board(ask);
        return (request) => take(request) ?? ask(request);
      };
    },
    answer: async (signal) => {
      try {
        return await untilLeft(signal, Promise.race([answerOfLeader(), inVain.promise]));
      } catch {
        // Its own time is up, or its client has left: what that means is said where it is executed.
        return null;
      } finally {
        riders.delete(follow);
      }
    },
  };
}

/** What no read ends with. */
const NO_END = Symbol('no end');

/**
 * Whether a read ends with the very same value as the leader's, or the very same error. One answer of upstream reaches
 * both in one turn of the event loop: the leader's is not waited for any longer.
 */
async function endAlike(own: Promise<unknown>, leaders: Promise<unknown>): Promise<boolean> {
  const end = await endOf(own);
  return end === (await Promise.race([endOf(leaders), setImmediate(NO_END)]));
}

function endOf(read: Promise<unknown>): Promise<unknown> {
  return read.catch((error: unknown) => error);
}
