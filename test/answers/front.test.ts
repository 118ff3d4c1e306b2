import { tracingChannel } from 'node:diagnostics_channel';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startOnFakeClock } from '../support/budget.ts';
import { DEMO, DEMO_SESSION, OTHER_SESSION, stopAll } from '../support/gateway.ts';
import { trusting } from '../support/manifest.ts';
import { stopCollectors } from '../support/otlp.ts';
import { CALLER, named, PARENT, startTraced, TRACE_ID } from '../support/traced.ts';

/** One connection at a time: what comes over it, comes after what came over it before. */
let agent: Agent;
/** How many requests have reached a handler of Fastify. */
let handled = 0;
const count = () => {
  handled += 1;
};
const handlers = tracingChannel('fastify.request.handler').start;

beforeEach(() => {
  agent = new Agent({ keepAlive: true, maxSockets: 1 });
  handled = 0;
  handlers.subscribe(count);
});
afterEach(async () => {
  handlers.unsubscribe(count);
  agent.destroy();
  await stopAll();
});
afterEach(stopCollectors);

const CACHED = {
  CACHE_LIST_MS: '60000',
  CACHE_RUNNING_MS: '60000',
  CACHE_WORKFLOW_MS: '60000',
  CACHE_APPLICATION_MS: '60000',
};
const LIST = '{"query":"query List { executions(page: { size: 3 }) { totalCount nodes { id status } } }"}';
const PLAIN = { 'content-type': 'application/json', ...DEMO_SESSION };

type Gateway = Awaited<ReturnType<typeof startOnFakeClock>>;

/** How a request comes: its body right behind its head and with its length, or in a way that is for Fastify alone. */
type Way = 'plain' | 'chunked';

/** Posts a body, and reads the answer. */
function post(endpoint: string, headers: Readonly<Record<string, string>>, body: string, way: Way) {
  const length = { 'content-length': String(Buffer.byteLength(body)) };
  const bodily = way === 'plain' ? length : { 'transfer-encoding': 'chunked' };
  return new Promise<{ status: number | undefined; headers: string[]; body: string }>((resolve, reject) => {
    const sent = request(
      endpoint,
      { method: 'POST', agent, headers: { ...headers, ...bodily } },
      (response) => {
        text(response).then((read) => {
          resolve({ status: response.statusCode, headers: response.rawHeaders, body: read });
        }, reject);
      },
    );
    sent.once('error', reject);
    sent.end(body);
  });
}

/** The series of `/metrics` that count requests, but for how long they took. */
async function counts({ url }: Pick<Gateway, 'url'>): Promise<Map<string, number>> {
  const lines = (await (await fetch(`${url}/metrics`)).text()).split('\n');
  const wanted = lines.filter(
    (line) =>
      /^(?:refold_gateway_|http_server_)/.test(line) &&
      !/_bucket|_sum|_bytes|time_seconds|metrics"/.test(line),
  );
  return new Map(
    wanted.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

/** All that is to be seen of one request, but for what belongs to it alone. */
async function seenOf(gateway: Gateway, headers: Readonly<Record<string, string>>, body: string, way: Way) {
  const before = await counts(gateway);
  gateway.logs.length = 0;
  handled = 0;
  const answer = await post(gateway.endpoint, headers, body, way);
  const isInFront = handled === 0 && answer.status === 200;
  await setImmediate();
  const lines = gateway.logs.map((line) => JSON.parse(line) as Record<string, unknown>);
  const after = await counts(gateway);
  const pairs = answer.headers.flatMap((name, at) => (at % 2 === 0 ? [[name, answer.headers[at + 1]]] : []));
  return {
    isInFront,
    seen: {
      ...answer,
      headers: pairs.map(([name, value]) =>
        name === 'Date' || name === 'x-request-id' ? [name] : [name, value],
      ),
      lines: lines.map((line) => ({
        ...line,
        time: '',
        requestId: typeof line['requestId'],
        durationMs: typeof line['durationMs'],
      })),
      counted: [...after]
        .map(([name, value]) => [name, value - (before.get(name) ?? 0)] as const)
        .filter(([, value]) => value !== 0),
    },
  };
}

describe('a request in front of Fastify and one behind it are answered, logged and counted alike', () => {
  test.each<[string, boolean, Readonly<Record<string, string>>, string, Readonly<Record<string, string>>]>([
    ['with a session token', true, PLAIN, LIST, {}],
    ['with an API key', true, { 'content-type': 'application/json', ...DEMO }, LIST, {}],
    [
      'with a name of its client',
      true,
      { ...PLAIN, 'apollographql-client-name': 'web', 'apollographql-client-version': '3' },
      LIST,
      {},
    ],
    ['with an id of its own', true, { ...PLAIN, 'x-request-id': 'mine' }, LIST, {}],
    ['as another media type', true, { ...PLAIN, accept: 'application/graphql-response+json' }, LIST, {}],
    [
      'of a page that may ask',
      true,
      { ...PLAIN, origin: 'https://product.example' },
      LIST,
      { CORS_ORIGINS: 'https://product.example' },
    ],
    [
      'of a page that may not',
      true,
      { ...PLAIN, origin: 'https://other.example' },
      LIST,
      { CORS_ORIGINS: 'https://product.example' },
    ],
    [
      'that came over TLS',
      true,
      { ...PLAIN, 'x-forwarded-proto': 'https' },
      LIST,
      { TRUST_PROXY: '127.0.0.1' },
    ],
    ['that says so without a proxy', true, { ...PLAIN, 'x-forwarded-proto': 'https' }, LIST, {}],
    [
      'that says so by a strange proxy',
      true,
      { ...PLAIN, 'x-forwarded-proto': 'https' },
      LIST,
      { TRUST_PROXY: '192.0.2.1' },
    ],
    ['for somebody else', true, { ...PLAIN, ...OTHER_SESSION }, LIST, {}],
    ['over its last connection', true, { ...PLAIN, connection: 'close' }, LIST, {}],
    ['without credentials', false, { 'content-type': 'application/json' }, LIST, {}],
    ['with two credentials', false, { ...PLAIN, ...DEMO }, LIST, {}],
    ['that is no JSON', false, PLAIN, '{"query', {}],
    ['of what is not shared', false, PLAIN, '{"query":"{ __typename }"}', {}],
    ['with a host that is none', false, { ...PLAIN, host: 'a b' }, LIST, {}],
    ['for events', false, { ...PLAIN, accept: 'text/event-stream' }, LIST, {}],
    ['of another type', false, { ...PLAIN, 'content-type': 'text/plain' }, LIST, {}],
    ['that is too large', false, PLAIN, LIST.padEnd(1025), { MAX_BODY_BYTES: '1024' }],
  ])('%s', async (_case, isRemembered, headers, body, env) => {
    const gateway = await startOnFakeClock({ env: { ...CACHED, ...env } });
    // Made from upstream's answers, then from what is remembered of them, and given again from then on.
    for (let time = 0; time < 3; time++) await post(gateway.endpoint, headers, body, 'chunked');
    const behind = await seenOf(gateway, headers, body, 'chunked');
    const inFront = await seenOf(gateway, headers, body, 'plain');
    expect(inFront.seen).toEqual(behind.seen);
    expect([behind.isInFront, inFront.isInFront]).toEqual([false, isRemembered]);
  });
});

test('a document that is known stands in its line of the log, in front too', async () => {
  const document = 'query List { executions(page: { size: 3 }) { totalCount nodes { id status } } }';
  const env = await trusting([document], CACHED);
  const gateway = await startOnFakeClock({ env });
  const body = JSON.stringify({ query: document });
  for (let time = 0; time < 3; time++) await post(gateway.endpoint, PLAIN, body, 'chunked');
  const behind = await seenOf(gateway, PLAIN, body, 'chunked');
  const inFront = await seenOf(gateway, PLAIN, body, 'plain');
  expect(inFront).toEqual({ ...behind, isInFront: true });
  expect(inFront.seen.lines).toMatchObject([{ document: 'trusted' }]);
});

test('a request in front has a trace as others have', async () => {
  const gateway = await startTraced({ env: CACHED });
  for (let time = 0; time < 3; time++) await post(gateway.endpoint, PLAIN, LIST, 'chunked');
  await post(gateway.endpoint, { ...PLAIN, ...PARENT }, LIST, 'chunked');
  handled = 0;
  await post(gateway.endpoint, { ...PLAIN, ...PARENT }, LIST, 'plain');
  expect(handled).toBe(0);
  const spans = named(await gateway.allSpans(), 'POST /graphql').filter(
    ({ traceId }) => traceId === TRACE_ID,
  );
  const [behind, inFront] = spans.map(({ attributes, parentId, kind }) => ({
    attributes,
    parentId,
    kind,
  }));
  expect(inFront).toEqual(behind);
  expect(inFront).toMatchObject({ parentId: CALLER, attributes: { 'refold.answer': 'remembered' } });
});

/** Sends texts one after the other over one connection, each as soon as the one before it has come. */
async function converse(url: string, pieces: readonly string[]): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect({ port: Number(port), host: hostname, noDelay: true });
  for (const piece of pieces) {
    await new Promise((resolve) => socket.write(piece, resolve));
    await setImmediate();
  }
  return text(socket);
}

describe('what does not come as one is answered all the same, and the next after it', () => {
  const headOf = (extra = '') =>
    `POST /graphql HTTP/1.1\r\nhost: gateway\r\ncontent-type: application/json\r\nauthorization: ${DEMO_SESSION.authorization}\r\ncontent-length: ${String(LIST.length)}\r\n${extra}\r\n`;
  const [whole, last] = [headOf() + LIST, headOf('connection: close\r\n') + LIST];

  test.each([
    ['a head, and then its body', [headOf(), LIST, last], 2],
    ['a body in two parts', [headOf() + LIST.slice(0, 20), LIST.slice(20), last], 2],
    ['two requests at once', [whole + last], 2],
    ['many at once', [whole.repeat(5) + last], 6],
    ['one whose body never ends', [whole + last.slice(0, -1), '}'], 2],
  ])('%s', async (_case, pieces, answers) => {
    const gateway = await startOnFakeClock({ env: CACHED });
    for (let time = 0; time < 3; time++) await post(gateway.endpoint, PLAIN, LIST, 'chunked');
    const told = await converse(gateway.url, pieces);
    expect(told.match(/^HTTP\/1\.1 200 OK/gm)).toHaveLength(answers);
    expect(told.match(/"totalCount":/g)).toHaveLength(answers);
    expect(await gateway.metric('operations_in_progress')).toBe(0);
  });
});

test('who asks over a kept connection is told by what each request presents', async () => {
  const gateway = await startOnFakeClock({ env: CACHED });
  const ask = async (headers: Readonly<Record<string, string>>) => {
    const { status, body } = await post(gateway.endpoint, { ...PLAIN, ...headers }, LIST, 'plain');
    return [status, (JSON.parse(body) as { data: unknown }).data];
  };
  const [demo, other, unknown] = [DEMO_SESSION, OTHER_SESSION, { authorization: 'Bearer nobody' }];
  const [first, second, nobody] = [await ask(demo), await ask(other), await ask(unknown)];
  expect(first).not.toEqual(second);
  expect(nobody).toEqual([401, { executions: null }]);
  for (let time = 0; time < 4; time++) {
    expect([await ask(demo), await ask(other), await ask(unknown)]).toEqual([first, second, nobody]);
  }
});
