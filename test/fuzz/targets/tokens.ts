import type { Random } from '../../support/random.ts';
import { encoded } from '../../support/encoded.ts';
import { ISSUER } from '../../support/product.ts';
import { CANARIES } from '../canaries.ts';
import type { Reply } from '../exchange.ts';
import { awkwardValue, mutateJson, mutateText } from '../mutation.ts';
import { post } from '../requests.ts';
import type { Target, World } from '../target.ts';

const QUERY = '{ executions(page: { size: 1 }) { nodes { id } } }';
/** As the product's tokens have it. */
const OWN_ISSUER = `"iss":"${ISSUER}"`;
const TOKEN_WORDS = ['.', '..', '=', '-', '_', 'eyJ', ' ', ',', 'Bearer ', 'none'];

/** Bearer tokens: a good one of the product with changes, made-up ones, and two credentials at once. */
export const tokens: Target = {
  name: 'tokens',
  draw: (random, world) => {
    const token = drawToken(random, world.token);
    const headers = headersOf(random, token);
    return {
      request: post(QUERY, {}, headers),
      judge: (reply) => {
        if (token !== world.token && Object.keys(headers).length === 1 && showsRows(reply))
          return 'a token that nobody signed shows rows';
        return forwarded(world, token) ? 'a token of the product was forwarded' : null;
      },
    };
  },
};

function drawToken(random: Random, good: string): string {
  const kind = random.below(7);
  const [head = '', payload = '', signature = ''] = good.split('.');
  if (kind === 0) return oneLine(mutateText(random, good, TOKEN_WORDS));
  if (kind === 1) return [head, payload, oneLine(mutateText(random, signature, TOKEN_WORDS))].join('.');
  if (kind === 2) return [oneLine(mutateText(random, head, TOKEN_WORDS)), payload, signature].join('.');
  if (kind === 3) return [encoded(random.pick(HEADS)), payload, random.pick(['', signature])].join('.');
  if (kind === 4) return [head, encoded(mutateJson(random, decode(payload), 0.15)), signature].join('.');
  if (kind === 5) return oneLine(JSON.stringify(awkwardValue(random))) || 'x';
  return [head, payload, signature, 'x', 'y'].slice(0, 1 + random.below(5)).join('.');
}

const HEADS = [
  { alg: 'none' },
  { alg: 'None', typ: 'JWT' },
  { alg: 'HS256' },
  { alg: 'ES256', kid: '../../../dev/null' },
  { alg: 'ES256', jwk: {} },
  { alg: 'ES256', crit: ['exp'] },
  { alg: 'ES256', b64: false, crit: ['b64'] },
  { alg: 'RS256', jku: 'http://127.0.0.1:9/' },
];

function headersOf(random: Random, token: string): Record<string, string> {
  const authorization = {
    authorization: `${random.chance(0.9) ? 'Bearer ' : random.pick(['', 'bearer ', 'Basic ', 'Bearer  '])}${token}`,
  };
  if (random.chance(0.95)) return authorization;
  return { ...authorization, 'x-api-key': CANARIES.otherApiKey, linked_account_id: 'demo@example.com' };
}

/** As a header can have it. */
function oneLine(text: string): string {
  return text.replaceAll(/[^\t\x20-\xff]/g, '').trim();
}

function decode(part: string): unknown {
  return JSON.parse(Buffer.from(part, 'base64url').toString());
}

function showsRows(reply: Reply): boolean {
  return reply.kind === 'answer' && reply.body.includes('"nodes":[{');
}

/** Whether upstream has been sent a token that names the product as its issuer, whatever was wrong with it. */
function forwarded({ standIn }: World, token: string): boolean {
  return standIn.credentials.has(`Bearer ${token}`) && token.split('.').some(namesIssuer);
}

function namesIssuer(part: string): boolean {
  return Buffer.from(part, 'base64url').toString('latin1').includes(OWN_ISSUER);
}
