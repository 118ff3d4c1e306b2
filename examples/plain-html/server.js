// A tiny product: a session cookie, and a token of its own for whoever is signed in. Use: node server.js FOLDER
import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

const { PORT = '3000', GATEWAY_URL = 'http://127.0.0.1:4000/graphql' } = process.env;
const FOLDER = path.resolve(process.argv[2] ?? 'public');

/** Your users, instead of a database. Each works at a customer of yours: a linked account of Refold. */
const USERS = new Map([
  ['ada', { name: 'Ada', customer: 'Demo Ltd', linkedAccountId: 'demo@example.com' }],
  ['grace', { name: 'Grace', customer: 'Other Inc', linkedAccountId: 'other@example.com' }],
]);
const sessions = new Map();

/** A real product keeps its key; this one makes it anew whenever it starts. The gateway fetches the public half. */
const { publicKey, privateKey } = await generateKeyPair('ES256');
const KEY_ID = randomUUID();
const PUBLISHED = { keys: [{ ...(await exportJWK(publicKey)), kid: KEY_ID, alg: 'ES256', use: 'sig' }] };

/** Whose customer it is comes from the session alone, never from what a browser says. */
function tokenFor(user) {
  return new SignJWT({ linked_account_id: user.linkedAccountId })
    .setProtectedHeader({ alg: 'ES256', kid: KEY_ID })
    .setIssuer('https://shop.example.com')
    .setAudience('refold-gateway')
    .setExpirationTime('5 minutes')
    .sign(privateKey);
}

const gateway = new URL(GATEWAY_URL).origin;
const HEADERS = {
  // Scripts, styles and workers of this origin alone; questions and live updates to the gateway.
  'content-security-policy': [
    "default-src 'self'",
    `connect-src 'self' ${gateway} ${gateway.replace('http', 'ws')}`,
    "img-src 'self' data: https:",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css' };

const sessionOf = (request) => /(?:^|; )session=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1];

/** What is asked for, apart from files: its answer, and the session to set. */
const ROUTES = {
  'GET /.well-known/jwks.json': () => ({ body: PUBLISHED }),
  'GET /me': (user) => ({ body: user ?? null }),
  'GET /token': async (user) =>
    user === undefined ? { status: 401 } : { body: { token: await tokenFor(user) } },
  // In place of your sign-in, which asks for more than a name.
  'POST /sign-in': (_user, request, address) => {
    const user = USERS.get(address.searchParams.get('user'));
    if (user === undefined || !isOwnPage(request)) return { status: 403 };
    const session = randomUUID();
    sessions.set(session, user);
    return { body: user, session };
  },
  'POST /sign-out': (_user, request) => {
    if (!isOwnPage(request)) return { status: 403 };
    sessions.delete(sessionOf(request));
    return { body: {}, session: '' };
  },
};

/** Whether a page of this origin asks: no other site is to sign people in or out. */
function isOwnPage({ headers }) {
  return headers['sec-fetch-site'] === 'same-origin';
}

const server = createServer(async (request, response) => {
  const address = new URL(request.url, 'http://product');
  const route = ROUTES[`${request.method} ${address.pathname}`];
  if (route === undefined) {
    const name = address.pathname === '/' ? 'index.html' : address.pathname;
    createReadStream(path.join(FOLDER, path.posix.normalize(name)))
      .on('open', () => {
        response.writeHead(200, { ...HEADERS, 'content-type': TYPES[path.extname(name)] ?? 'text/plain' });
      })
      .on('error', () => response.writeHead(404).end())
      .pipe(response);
    return;
  }
  const {
    status = 200,
    body = {},
    session,
  } = await route(sessions.get(sessionOf(request)), request, address);
  if (session !== undefined) {
    response.setHeader(
      'set-cookie',
      `session=${session}; HttpOnly; SameSite=Lax; Path=/${session === '' ? '; Max-Age=0' : ''}`,
    );
  }
  response.writeHead(status, { ...HEADERS, 'content-type': 'application/json' }).end(JSON.stringify(body));
});
server.listen(Number(PORT), '127.0.0.1', () => {
  console.log(`Open http://127.0.0.1:${server.address().port}`);
});
