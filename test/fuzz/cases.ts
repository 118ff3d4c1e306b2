import { encoded } from '../support/encoded.ts';
import { ISSUER } from '../support/product.ts';
import { post, rawPost } from './requests.ts';
import type { Input } from './target.ts';

const STATUSES = 'query ($s: [ExecutionStatus!]) { executions(filter: { status: $s }) { totalCount } }';
const LIST = '{ executions(page: { size: 1 }) { nodes { id } } }';
const OWN_CLAIMS = encoded({ iss: ISSUER, linked_account_id: 'demo@example.com' });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const nested = (times: number, before: string, inside: string, after: string) =>
  before.repeat(times) + inside + after.repeat(times);

/** What was wrong once. Each is sent again in every run. */
export const CASES: Readonly<Record<string, Input>> = {
  'a list of 9,000 values that are none': {
    request: post(STATUSES, { s: Array.from({ length: 9000 }, () => 'WRONG') }),
  },
  'a literal 2,400 lists deep': {
    request: post(`{ executions(filter: { status: ${nested(2400, '[', 'ERRORED', ']')} }) { totalCount } }`),
  },
  'a literal 1,000 objects deep': {
    request: post(`{ executions(filter: ${nested(1000, '{ a: ', '1', ' }')}) { totalCount } }`),
  },
  '60 fields that are not there': { request: post(`{ applications { ${'nam '.repeat(60)} } }`) },
  'a subscription to what is not there': { request: post('subscription { somethingChanged { id } }') },
  'a subscription to nothing but its type': { request: post('subscription { __typename }') },
  'a request without a version': { request: Buffer.from('POST /graphql\r\n\r\n'), isRaw: true },
  'a host that is none': {
    request: Buffer.from('GET /graphql HTTP/1.1\r\nhost: [::1\r\nconnection: close\r\n\r\n'),
    isRaw: true,
  },
  'a token of the product with five parts': {
    request: post(LIST, {}, bearer(`${encoded({ alg: 'ES256' })}.${OWN_CLAIMS}.a.b.c`)),
  },
  'a token of the product with a broken head': {
    request: post(LIST, {}, bearer(`eyJhbGcc.${OWN_CLAIMS}.AAAA`)),
  },
  'a token of the product whose head and claims run into each other': {
    request: post(LIST, {}, bearer(`eyJhbGciOiJFUzI1NiJ${OWN_CLAIMS.slice(3)}.AAAA`)),
    judge: (reply) =>
      reply.kind === 'answer' && reply.body.includes('Upstream refused') ? 'it was forwarded' : null,
  },
  'JSON that is a number': { request: rawPost('7') },
};
