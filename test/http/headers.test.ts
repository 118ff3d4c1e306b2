import { afterEach, describe, expect, test } from '@jest/globals';
import { rawConversation, rawRequest } from '../support/raw-request.ts';
import { DEMO, startGateway, startServer, stopAll } from '../support/gateway.ts';
import { JSON_TYPE, post } from '../support/http.ts';

afterEach(stopAll);

const QUERY = JSON.stringify({ query: '{ executions(page: { size: 1 }) { totalCount } }' });

const SECURITY = {
  'content-security-policy':
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

describe('what keeps browsers from making more of an answer than it is', () => {
  test.each([
    ['of GraphQL', 'GET /graphql?query=%7B__typename%7D HTTP/1.1\r\nHost: a\r\n', 200],
    ['that says where GraphQL is', 'GET / HTTP/1.1\r\nHost: a\r\n', 404],
    ['without a page to explore', 'GET /graphql HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\n', 406],
    ['about health', 'GET /health/live HTTP/1.1\r\nHost: a\r\n', 200],
    ['with metrics', 'GET /metrics HTTP/1.1\r\nHost: a\r\n', 200],
    ['to a method', 'DELETE /graphql HTTP/1.1\r\nHost: a\r\n', 405],
    ['to an address that is none', 'GET /%zz HTTP/1.1\r\nHost: a\r\n', 400],
    ['to a host that is none', 'GET /graphql HTTP/1.1\r\nHost: [\r\n', 400],
    ['to what is no HTTP', 'nonsense\r\n', 400],
  ])('is on the answer %s', async (_case, head, expected) => {
    const { url } = await startGateway({ env: { NODE_ENV: 'production' } });
    const { status, headers } = await rawConversation(url, `${head}Connection: close\r\n\r\n`);
    expect(status).toBe(expected);
    expect(Object.fromEntries(headers)).toMatchObject(SECURITY);
  });
});

test('Refold is sent what the gateway means to send, and nothing else of what it was sent', async () => {
  const { endpoint, sandbox } = await startGateway();
  const answer = await rawRequest(
    endpoint,
    [
      ['X-Api-Key', DEMO['x-api-key']],
      ['linked_account_id', DEMO.linked_account_id],
      ['Connection', 'x-secret, keep-alive'],
      ['X-Secret', 'secret'],
      ['Keep-Alive', 'timeout=1'],
      ['TE', 'trailers'],
      ['Proxy-Authorization', 'Basic secret'],
      ['Proxy-Connection', 'keep-alive'],
      ['Cookie', 'session=secret'],
      ['Forwarded', 'for=192.0.2.1'],
      ['X-Forwarded-For', '192.0.2.1'],
      ['X-Forwarded-Host', 'evil.example'],
      ['Via', '1.1 proxy'],
      ['User-Agent', 'secret'],
      ['Accept-Language', 'de'],
      ['Cache-Control', 'no-cache'],
      ['If-None-Match', '"secret"'],
      ['Range', 'bytes=0-1'],
      ['X-HTTP-Method-Override', 'DELETE'],
    ],
    QUERY,
  );

  expect(answer.status).toBe(200);
  const [request] = sandbox.requests();
  expect(request?.headers).toEqual({
    ...DEMO,
    accept: 'application/json',
    connection: 'keep-alive',
    host: new URL(sandbox.url).host,
    'user-agent': 'refold-gateway',
    'x-request-id': expect.any(String),
  });
});

test('callers are sent nothing of the headers that Refold answers with', async () => {
  const upstreamUrl = await startServer((_request, response) => {
    response.writeHead(401, {
      'content-type': 'text/html',
      'set-cookie': 'session=secret',
      server: 'secret',
      'x-powered-by': 'secret',
      'www-authenticate': 'Basic realm="secret"',
      'proxy-authenticate': 'Basic',
      'access-control-allow-origin': '*',
      'access-control-allow-credentials': 'true',
      'content-security-policy': 'default-src *',
      'cache-control': 'public',
      link: '<https://evil.example>; rel=preload',
      location: 'https://evil.example',
      trailer: 'x-secret',
      'x-request-id': 'secret',
    });
    response.end('secret');
  });
  const { endpoint } = await startGateway({ upstreamUrl });

  const { status, headers, text } = await post(endpoint, QUERY, { ...JSON_TYPE, ...DEMO });

  expect(status).toBe(401);
  expect(text).not.toContain('secret');
  expect(Object.fromEntries(headers)).toEqual({
    ...SECURITY,
    'cache-control': 'no-store',
    connection: 'keep-alive',
    'content-length': String(text.length),
    'content-type': 'application/json; charset=utf-8',
    date: expect.any(String),
    'keep-alive': expect.any(String),
    vary: 'authorization, x-api-key, linked_account_id, linked-account-id, Origin',
    'www-authenticate': 'Bearer',
    'x-request-id': expect.stringMatching(/^[\da-f-]{36}$/),
  });
});

test.each([
  ['a line break of old', 'X-Request-Id: a\r\n b: c'],
  ['two of them', 'X-Request-Id: a\r\nX-Request-Id: b'],
  ['an encoded line break', 'X-Request-Id: a%0d%0aSet-Cookie:b'],
  ['a carriage return', 'X-Request-Id: a\rSet-Cookie: b'],
  ['a line feed', 'X-Request-Id: a\nSet-Cookie: b'],
  ['an origin with a line break of old', `Origin: https://app.example.com\r\n https://evil.example`],
])('no header is told back that would be more than itself: %s', async (_case, lines) => {
  const { url } = await startGateway({ env: { CORS_ORIGINS: 'https://app.example.com' } });
  const head = `GET /health/live HTTP/1.1\r\nHost: a\r\n${lines}\r\nConnection: close\r\n\r\n`;
  const { headers } = await rawConversation(url, head);
  expect(headers.get('set-cookie')).toBeNull();
  expect(headers.get('access-control-allow-origin')).toBeNull();
  expect(headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
});
