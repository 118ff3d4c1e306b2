import type { Random } from '../../support/random.ts';
import type { Reply } from '../exchange.ts';
import { awkwardValue, mutateBytes, mutateText } from '../mutation.ts';
import { post } from '../requests.ts';
import type { Target } from '../target.ts';

const QUERY = 'query ($c: String) { executions(first: 3, after: $c) { nodes { id } } }';

/** Cursors: those that the gateway gave out, with a few changes. None but a right one may show a row. */
export const cursors: Target = {
  name: 'cursors',
  draw: (random, { cursors: known }) => {
    const cursor = drawCursor(random, random.pick(known));
    const isRight = cursor === null || known.includes(cursor as string);
    return {
      request: post(QUERY, { c: cursor }),
      judge: (reply) => (isRight || !showsRows(reply) ? null : 'a cursor that nobody gave out shows rows'),
    };
  },
};

function drawCursor(random: Random, cursor: string): unknown {
  const kind = random.below(6);
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  if (kind === 0) return awkwardValue(random);
  if (kind === 1) return mutateText(random, cursor, ['=', '==', '-', '_', '+', '/', 'A']);
  if (kind === 2) return mutateBytes(random, Buffer.from(cursor, 'base64url')).toString('base64url');
  if (kind === 3) return text;
  return Buffer.from(mutateText(random, text, ['[', ']', ',', 'null', '-1', '1e99', '""', '{}'])).toString(
    'base64url',
  );
}

function showsRows(reply: Reply): boolean {
  return reply.kind === 'answer' && reply.body.includes('"nodes":[{');
}
