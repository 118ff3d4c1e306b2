import type { TypedDocumentString } from '../documents/generated.ts';
import { readAnswer } from './answer.ts';
import { isSignedOut, isTransient, objectOf, problemOf, readProblem, type Problem } from './problem.ts';
import type { Observer } from './run-client.ts';
import { isOver, waitMs } from './wait.ts';

/** What carries subscriptions. It tries once: who comes back, and when, is said here for all of them. */
export interface Transport {
  /** @returns what leaves; to be called after an error, too */
  readonly subscribe: (question: Question, sink: TransportSink) => () => void;
}

/** What is watched. */
export interface Question extends Readonly<Record<string, unknown>> {
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

/** Takes what a transport tells of one subscription. */
export interface TransportSink {
  readonly connected: () => void;
  readonly next: (result: unknown) => void;
  /** GraphQL errors, a close event, an error with a `response`, or anything else that was thrown. */
  readonly error: (error: unknown) => void;
  readonly complete: () => void;
}

const FIRST_PAUSE_MS = 500;
const MAX_PAUSE_MS = 30_000;

/**
 * Watches until the returned function is called, or there is nothing more to be told. A connection that is lost is made
 * again, later each time. One that is refused for its sign-in is made once more, with a token that is asked for anew.
 */
export function keepWatching<Data, Variables>(
  transport: () => Transport | Promise<Transport>,
  [document, variables]: readonly [TypedDocumentString<Data, Variables>, Variables],
  observer: Observer<Data>,
): () => void {
  const left = new AbortController();
  const question = { query: document.toString(), variables: variables as Record<string, unknown> };
  let hasSignedInAgain = false;
  let failures = 0;
  let leave = () => {};

  const told = (result: unknown): Problem | null => {
    const answer = readAnswer<Data>(result);
    const refusal = answer.data === null ? (answer.problems.find(isSignedOut) ?? null) : null;
    if (refusal !== null) return refusal;
    failures = 0;
    hasSignedInAgain = false;
    observer.connected?.(true);
    observer.next(answer);
    return null;
  };

  /** Resolves once it has ended: null where that is as it should be. */
  const watchOnce = async (): Promise<Problem | null> => {
    const carrier = await transport();
    if (isOver(left.signal)) return null;
    return new Promise((resolve) => {
      let refusal: Problem | null = null;
      leave = carrier.subscribe(question, {
        connected: () => observer.connected?.(true),
        next: (result) => {
          if (!isOver(left.signal)) refusal = told(result) ?? refusal;
        },
        error: (error) => {
          resolve(problemIn(error));
        },
        complete: () => {
          resolve(refusal);
        },
      });
    });
  };

  const watch = async () => {
    for (;;) {
      const problem = await watchOnce().catch(problemIn);
      leave();
      if (isOver(left.signal)) return;
      observer.connected?.(false);
      const isRefused = problem !== null && isSignedOut(problem);
      if (problem === null || (isRefused ? hasSignedInAgain : !isTransient(problem))) {
        observer.end(problem);
        return;
      }
      if (isRefused) hasSignedInAgain = true;
      else await pause(pauseOf(problem, failures), left.signal);
      failures += 1;
      if (isOver(left.signal)) return;
    }
  };

  void watch();
  return () => {
    left.abort();
    leave();
  };
}

/** Half of it is by chance, so that those who were cut off together do not come back together. */
function pauseOf({ retryAfterMs }: Problem, failures: number): number {
  const most = Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures);
  return Math.max(retryAfterMs ?? 0, most * (0.5 + Math.random() / 2));
}

/** Waits; no longer than until the browser is online again. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  const woken = new AbortController();
  const wake = () => {
    woken.abort();
  };
  const { addEventListener, removeEventListener } = globalThis as Partial<
    Record<'addEventListener' | 'removeEventListener', (type: string, listener: () => void) => void>
  >;
  signal.addEventListener('abort', wake);
  addEventListener?.call(globalThis, 'online', wake);
  await waitMs(ms, woken.signal);
  removeEventListener?.call(globalThis, 'online', wake);
  signal.removeEventListener('abort', wake);
}

/** Close codes by which a gateway refuses the sign-in: the token is wrong, or has expired meanwhile. */
const SIGNED_OUT = [4401, 4403];
/** Those of a client that breaks the protocol or its limits: it would do so again. */
const BROKEN = [1009, 4400, 4406, 4409, 4429];

/** Why a transport has ended, from what it threw. */
function problemIn(error: unknown): Problem {
  if (Array.isArray(error)) return readProblem(error[0]);
  const { code, response } = objectOf(error);
  const { status } = objectOf(response);
  if (SIGNED_OUT.includes(Number(code)) || status === 401) {
    return problemOf('UNAUTHENTICATED', 'The sign-in is refused, or has expired');
  }
  if (BROKEN.includes(Number(code)) || (Number(status) >= 400 && Number(status) < 500 && status !== 429)) {
    return problemOf('REFUSED', 'The gateway refuses the live connection');
  }
  return problemOf('NETWORK', 'The live connection is lost');
}
