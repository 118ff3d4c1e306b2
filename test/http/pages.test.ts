import { createHash } from 'node:crypto';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Pages } from '../../src/http/pages.ts';
import { startGateway, stopAll } from '../support/gateway.ts';
import { read } from '../support/http.ts';
import { rawConversation } from '../support/raw-request.ts';

afterEach(stopAll);

const NOTHING_HERE = 'There is nothing here: GraphQL is at /graphql';

describe('in development, / says what is where', () => {
  test('in a page that runs nothing, and has the one style that it may have', async () => {
    const env = { NODE_ENV: 'development', WEBHOOK_SECRETS: 'secret', MCP: 'true' };
    const { url } = await startGateway({ env });

    const { status, headers, text } = await read(await fetch(url));

    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('cache-control')).toBe('no-store');
    const [, style = ''] = /<style>(.*?)<\/style>/s.exec(text) ?? [];
    const hash = createHash('sha256').update(style).digest('base64');
    expect(headers.get('content-security-policy')).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    expect(text).not.toMatch(/<script|style=|src=|https?:/);
    expect(text).toContain('<code>/webhooks/refold</code><dd>Webhooks of Refold. Takes <code>POST</code>');
    expect(text).toContain('<code>/mcp</code><dd>Tools for assistants. Takes <code>POST</code>');
  });

  test('and leads only to what is there', async () => {
    const { url } = await startGateway();
    const { text } = await read(await fetch(url));
    const links = [...text.matchAll(/href="([^"]+)"/g)].map(([, href = '']) => href);

    expect(links).toEqual(['/graphql', '/health/live', '/health/ready', '/metrics']);
    const statuses = links.map(
      async (link) => (await fetch(url + link, { headers: { accept: 'text/html' } })).status,
    );
    expect(await Promise.all(statuses)).toEqual([200, 200, 200, 200]);
    expect(text).toContain(
      'Off: neither <code>WEBHOOK_SECRETS</code> nor <code>REFOLD_API_KEY</code> is set',
    );
    expect(text).toContain('Off: <code>MCP</code> is not set');
  });

  test('also where the metrics are elsewhere', async () => {
    const { url } = await startGateway({ env: { METRICS_PORT: '0' } });
    const { text } = await read(await fetch(url));
    expect(text).not.toContain('/metrics');
    expect(text).toContain('<code>METRICS_PORT</code>');
  });
});

test('in production there is nothing at /', async () => {
  const { url } = await startGateway({ env: { NODE_ENV: 'production' } });
  const { status, text } = await read(await fetch(url));
  expect(status).toBe(404);
  expect(text).toContain(NOTHING_HERE);
});

const OWN_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** A program's pages: one, what it loads, what it asks and what fails. */
const pages: Pages = (scope) => {
  scope.get('/', (_request, reply) => reply.type('text/html').send('the page'));
  scope.get('/assets/page.js', (_request, reply) =>
    reply
      .header('cache-control', 'public, max-age=31536000, immutable')
      .type('text/javascript')
      .send('run()'),
  );
  scope.post('/own/word', ({ body }) => ({ word: body }));
  scope.get('/own/trouble', () => {
    throw new Error('secret');
  });
};

describe('a program that embeds the gateway', () => {
  test.each(['development', 'production'])('has pages of its own there, in %s', async (mode) => {
    const { url } = await startGateway({ pages, env: { NODE_ENV: mode } });

    const page = await read(await fetch(url));
    expect({ status: page.status, text: page.text }).toEqual({ status: 200, text: 'the page' });
    expect(Object.fromEntries(page.headers)).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': OWN_POLICY,
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
    const script = await read(await fetch(`${url}/assets/page.js`));
    expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(script.headers.get('content-security-policy')).toBe(OWN_POLICY);
  });

  test('leaves all that is the gateway’s as it is', async () => {
    const { url, query } = await startGateway({ pages });
    const live = await fetch(`${url}/health/live`);
    expect(live.headers.get('content-security-policy')).not.toContain('self');
    expect((await query('{ viewer { linkedAccountId } }')).headers.get('cache-control')).toBe('no-store');
    expect((await fetch(`${url}/graphql?query=%7B__typename%7D`, { headers: LINK })).status).toBe(403);
    expect((await read(await fetch(`${url}/elsewhere`))).text).toContain(NOTHING_HERE);
  });

  const LINK = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
  const STUDIO = { origin: 'https://studio.apollographql.com' };
  test.each([
    ['an address that is typed', 'GET', '/?status=ERRORED', { 'sec-fetch-site': 'none' }, 200],
    ['its own page', 'POST', '/own/word', { 'sec-fetch-site': 'same-origin' }, 200],
    ['a program', 'POST', '/own/word', {}, 200],
    ['a link on another site', 'GET', '/?status=ERRORED', LINK, 200],
    ['a frame on another site', 'GET', '/', { ...LINK, 'sec-fetch-dest': 'iframe' }, 403],
    ['a script of another site', 'GET', '/assets/page.js', { 'sec-fetch-site': 'cross-site' }, 403],
    ['another port of this host', 'GET', '/assets/page.js', { 'sec-fetch-site': 'same-site' }, 403],
    ['a form of another site', 'POST', '/own/word', LINK, 403],
    ['an old browser on another site', 'POST', '/own/word', { origin: 'https://evil.example' }, 403],
    ['a site that may ask GraphQL', 'POST', '/own/word', STUDIO, 403],
  ] as const)('is asked by %s: %s %s', async (_case, method, path, sent, expected) => {
    const { url } = await startGateway({ pages });
    const body = method === 'POST' ? '"word"' : '';
    const lines = Object.entries({
      host: new URL(url).host,
      connection: 'close',
      'content-type': 'application/json',
      'content-length': String(body.length),
      ...sent,
    }).map(([name, value]) => `${name}: ${value}\r\n`);
    // As it is: fetch has a `Sec-Fetch-Mode` of its own.
    const answer = await rawConversation(url, `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`);
    expect(answer.status).toBe(expected);
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });

  test('tells nobody but the log what has failed in them', async () => {
    const { url, logs } = await startGateway({ pages });
    const { status, text } = await read(await fetch(`${url}/own/trouble`));
    expect(status).toBe(500);
    expect(text).not.toContain('secret');
    expect(logs.join('')).toContain('secret');
  });
});
