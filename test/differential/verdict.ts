import type { GatewayAnswer } from './answer.ts';
import type { World } from './world.ts';
import type { Question } from './questions.ts';
import { complaintAboutError } from './refusals.ts';

/** What came of a question: the right answer, an honest refusal, or a complaint that says what is wrong. */
export type Verdict = 'right' | 'refused' | { readonly complaint: string };

/** Sends an operation to the gateway for an account. */
export type Ask = (text: string, variables: Readonly<Record<string, unknown>>) => Promise<GatewayAnswer>;

/** The verdict on an answer: right, unless there is something to complain about. */
export function verdictOf(complaint: string | null): Verdict {
  return complaint === null ? 'right' : { complaint };
}

/** The verdict on an answer without data: every error must be an honest refusal, and there must be one. */
export function refusedBy(world: World, question: Question, answer: GatewayAnswer): Verdict {
  if (answer.errors.length === 0) return { complaint: 'no answer, and no error' };
  for (const error of answer.errors) {
    const complaint = complaintAboutError(world, question, answer, error);
    if (complaint !== null) return { complaint };
  }
  return 'refused';
}
