import type { HTTPGraphQLResponse } from '@apollo/server';
import type { FastifyRequest } from 'fastify';
import { headOf, type Answer } from '../answers/answer.ts';
import type { Context } from '../context.ts';

/** Stands for a header that was not sent: no header can be this. */
const ABSENT = '\0';

/** All that an answer depends on besides who asks; null: nobody has asked for one. */
export function questionTextOf({ method, url, headers, bodyText }: FastifyRequest): string | null {
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
  return head === null || contentType === undefined ? null : { head, contentType, outcome };
}
