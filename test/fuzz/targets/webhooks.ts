import { createHmac } from 'node:crypto';
import type { Random } from '../../support/random.ts';
import { CANARIES } from '../canaries.ts';
import { RUN_ID } from '../corpus.ts';
import type { Reply } from '../exchange.ts';
import { awkwardValue, mutateBytes, mutateJson, mutateText } from '../mutation.ts';
import { rawPost } from '../requests.ts';
import type { Target } from '../target.ts';

const EVENTS = [
  'Workflow Errored',
  'workflow-timed-out',
  'Workflow Completed',
  'Connection Expired',
  'Started',
];
const JSON_WORDS = [
  '{',
  '}',
  '[',
  ']',
  ':',
  ',',
  '"',
  'null',
  '1e400',
  '"__proto__":{"event":"x"},',
  '\uFEFF',
];
/** What webhooks are answered with: one that is too large is refused before anybody knows who has signed it. */
const OF_SIGNED = [200, 413];
const OF_UNSIGNED = [401, 413];

/** Webhooks: signed rightly over whatever is in them, and not. */
export const webhooks: Target = {
  name: 'webhooks',
  draw: (random) => {
    const body = drawBody(random);
    const isSigned = random.chance(0.8);
    const key = isSigned ? CANARIES.serverKey : CANARIES.apiKey;
    const signature = createHmac('sha256', key).update(body).digest('hex');
    const headers = { 'x-cobalt-signature': isSigned ? signature : drawSignature(random, signature) };
    return {
      request: rawPost(body, headers, '/webhooks/refold'),
      judge: (reply) => complaintOf(reply, isSigned),
    };
  },
};

function complaintOf(reply: Reply, isSigned: boolean): string | null {
  if (reply.kind !== 'answer') return null;
  const { status } = reply;
  if ((isSigned ? OF_SIGNED : OF_UNSIGNED).includes(status)) return null;
  return `${isSigned ? 'a signed' : 'an unsigned'} webhook is answered with ${String(status)}`;
}

function drawSignature(random: Random, wrong: string): string {
  return random.pick([
    wrong,
    wrong.slice(1),
    `${wrong}0`,
    '',
    'x'.repeat(64),
    `sha256=${wrong}`,
    'é'.repeat(32),
  ]);
}

function drawBody(random: Random): Buffer {
  const right = {
    linked_account_id: 'demo@example.com',
    instance_id: RUN_ID,
    event: random.pick(EVENTS),
    status: 'ERRORED',
    slug: 'slack',
    failed_node: { node_id: '2', node_name: 'Send', attempts_made: 3, password: CANARIES.upstreamBody },
    error: random.pick<unknown>([
      { response: { status: 400, data: { message: 'gone' } }, token: CANARIES.upstreamBody },
      '{"error":{"message":"gone"}}',
      awkwardValue(random),
    ]),
    unknown: CANARIES.upstreamBody,
  };
  const kind = random.below(6);
  const text = JSON.stringify(right);
  if (kind === 0) return mutateBytes(random, Buffer.from(text));
  if (kind === 1) return Buffer.from(mutateText(random, text, JSON_WORDS));
  if (kind === 2) return Buffer.from(JSON.stringify(awkwardValue(random)));
  if (kind === 3) return Buffer.from(text.replace('"gone"', `"${'a'.repeat(random.below(300_000))}"`));
  return Buffer.from(JSON.stringify(mutateJson(random, right, random.pick([0.02, 0.1, 0.3]))));
}
