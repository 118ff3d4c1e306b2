import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import type { HTTPGraphQLResponse } from '@apollo/server';
import { headOf, type Answer } from '../answers/answer.ts';
import type { Answers, Question, RememberedAnswer, ToldAnswer } from '../answers/answers.ts';
import type { Context } from '../context.ts';
import type { SignedIn } from '../contexts.ts';
import { isTooHeavyNow } from '../domain/overload.ts';
import { clientOf } from './client-name.ts';
import type { LoadShedding } from './load-shedding.ts';

/** Stands for a header that was not sent: no header can be this. */
const ABSENT = '\0';

/** What of a request its answer depends on, besides who asks. */
export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly bodyText: string | null;
}

/** All that an answer depends on besides who asks; null: nobody has asked for one. */
export function questionTextOf({ method, url, headers, bodyText }: Asked): string | null {
  // A GET without a query string is somebody following a link to the explorer.
  const asked = method === 'GET' && url.includes('?') ? url : bodyText;
  return asked === null
    ? null
    : `${method} ${headers['content-type'] ?? ABSENT}\n${headers.accept ?? ABSENT}\n${asked}`;
}

/** What others can have of an answer that Apollo Server has given; null: nothing. */
export function rememberedPartOf(
  { status = 200, headers, body }: HTTPGraphQLResponse,
  { outcome }: Pick<Context, 'outcome'>,
): Answer | null {
  const head = outcome.isPure && body.kind === 'complete' && status === 200 ? headOf(body.string) : null;
  const contentType = headers.get('content-type');
  if (head === null || contentType === undefined) return null;
  return { head, headBytes: Buffer.byteLength(head), contentType, outcome };
}

/** Gives answers again. */
export interface Recall {
  /** What somebody asks; null: it is answered by itself. */
  readonly questionOf: (signedIn: SignedIn, text: string) => Question | null;
  /** What is remembered of it, unless others have waited too long for so much; null: nothing. */
  readonly find: (question: Question, client: Socket) => RememberedAnswer | null;
  /**
   * The text of an answer, for a client with these headers.
   * @param traceId shown in it; null: it is not
   */
  readonly tell: (
    question: Question,
    answer: RememberedAnswer,
    headers: IncomingHttpHeaders,
    traceId: string | null,
  ) => ToldAnswer;
}

/** Builds what does so. */
export function createRecall(answers: Answers, { waitedMs }: Pick<LoadShedding, 'waitedMs'>): Recall {
  return {
    questionOf: (signedIn, text) => (signedIn instanceof Error ? null : answers.questionOf(signedIn, text)),
    find: (question, client) => {
      const known = answers.remembered(question);
      return known === null || isTooHeavyNow(known.outcome.nodes, () => waitedMs(client)) ? null : known;
    },
    tell: (question, answer, headers, traceId) => {
      answer.outcome.reportReuse?.(clientOf(headers));
      return answers.tell(question, answer, traceId);
    },
  };
}
