import { afterEach, expect, test } from '@jest/globals';
import { rawConversation } from '../support/raw-request.ts';
import { startGateway, stopAll } from '../support/gateway.ts';

afterEach(stopAll);

const QUESTION = '/graphql?query=%7B__typename%7D';

/** Sends a request as it is, on a connection that ends with its answer. */
async function converse(requestLine: string, hosts: readonly string[] = []) {
  const { url, logs } = await startGateway();
  const before = logs.length;
  const headers = [...hosts.map((host) => `Host: ${host}`), 'Connection: close'];
  const answer = await rawConversation(url, `${[requestLine, ...headers].join('\r\n')}\r\n\r\n`);
  return { ...answer, lines: logs.slice(before) };
}

type Answered = Awaited<ReturnType<typeof converse>>;

function expectRefusal({ status, headers, body, lines }: Answered, message: string) {
  expect(status).toBe(400);
  expect(JSON.parse(body)).toEqual({ errors: [{ message, extensions: { code: 'BAD_REQUEST' } }] });
  const requestId = headers.get('x-request-id');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    expect.objectContaining({ level: 30, msg: 'request', requestId, status: 400 }),
  ]);
}

const BAD_HOST = 'The request must have one sound Host header';

test.each([
  ['none', []],
  ['an empty one', ['']],
  ['two', ['gateway.example', 'gateway.example']],
  ['one of 8,000 characters', ['a'.repeat(8000)]],
  ['a space', ['a b']],
  ['an open bracket', ['[']],
  ['an open address', ['[::1']],
  ['a user', ['user:password@gateway.example']],
  ['a path', ['gateway.example/graphql']],
  ['a query', ['gateway.example?query=x']],
  ['a fragment', ['gateway.example#x']],
  ['a port that is none', ['gateway.example:http']],
  ['percent junk', ['%zz']],
  ['markup', ['<script>']],
  ['a quote', ['"']],
  ['bytes that are no text', ['\u00ff']],
])('a Host header with %s is refused, and is no defect', async (_case, hosts) => {
  expectRefusal(await converse(`GET ${QUESTION} HTTP/1.1`, hosts), BAD_HOST);
});

test('a Host header that is none is refused in HTTP/1.0 too, and on every route', async () => {
  expectRefusal(await converse(`GET ${QUESTION} HTTP/1.0`, ['[']), BAD_HOST);
  expectRefusal(await converse('GET /health/live HTTP/1.1', ['[']), BAD_HOST);
  expectRefusal(await converse('POST /nowhere HTTP/1.1', ['[']), BAD_HOST);
});

test.each([
  ['a name', '1.1', ['gateway.example']],
  ['a name of one service among others', '1.1', ['refold_gateway.default.svc.cluster.local:4000']],
  ['an address', '1.1', ['127.0.0.1:80']],
  ['an address of version 6', '1.1', ['[2001:db8::1]:4000']],
  ['none, before HTTP/1.1', '1.0', []],
])('a request is answered whose host is %s', async (_case, version, hosts) => {
  const { status, body } = await converse(`GET ${QUESTION} HTTP/${version}`, hosts);
  expect([status, JSON.parse(body)]).toEqual([
    200,
    expect.objectContaining({ data: { __typename: 'Query' } }),
  ]);
});

test.each([
  ['with its host, as proxies are asked', `http://other.example${QUESTION}`, 200],
  ['with a host that is none', `http://[${QUESTION}`, 400],
  ['of another scheme', `ftp://other.example${QUESTION}`, 404],
  ['with two slashes', `/${QUESTION}`, 404],
  ['with what would be a host', `//[${QUESTION}`, 404],
  ['with percent junk in the path', '/%zz', 400],
  ['with percent junk in the query', '/graphql?query=%zz', 400],
  ['with only a question mark', '/graphql?', 400],
  ['with a fragment', `/graphql#x?query=%7B__typename%7D`, 200],
])('an address %s is no defect', async (_case, target, expected) => {
  const { status, lines } = await converse(`GET ${target} HTTP/1.1`, ['gateway.example']);
  expect(status).toBe(expected);
  expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual(['request']);
});

test('an expectation that nobody knows is not held against a request', async () => {
  const { url } = await startGateway();
  const { status, headers } = await rawConversation(
    url,
    `GET ${QUESTION} HTTP/1.1\r\nHost: a\r\nExpect: tea\r\nConnection: close\r\n\r\n`,
  );
  expect(status).toBe(200);
  expect(headers.get('x-request-id')).not.toBeNull();
});
