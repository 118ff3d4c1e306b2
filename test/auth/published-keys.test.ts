import type { RequestListener } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from '@jest/globals';
import { UnsecuredJWT } from 'jose';
import { inTime } from '../support/eventually.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { startServer, stopAll } from '../support/gateway.ts';
import {
  claimsWith,
  ec,
  expectRefused,
  LIST,
  rsa,
  startKeyServer,
  startWithServerKey,
  stranger,
  tokenWith,
  VIEWER,
} from '../support/sign-in.ts';
import { bearer, inSeconds } from '../support/product.ts';

afterEach(stopAll);

/** Lets the time pass that keys may take to be fetched. */
async function passTimeToFetch(clock: FakeClock): Promise<void> {
  await clock.until((due) => due.includes(2000));
  clock.advance(2000);
}

describe('the published keys', () => {
  test('are fetched once for any number of tokens', async () => {
    const { query, keyServer } = await startWithServerKey();
    const headers = bearer(await tokenWith());
    await Promise.all(Array.from({ length: 20 }, () => query(VIEWER, {}, headers)));
    await query(VIEWER, {}, headers);
    expect(keyServer.fetches).toBe(1);
  });

  test('may be rotated: a token with a new one is good at once, and one with the old one no longer', async () => {
    const { query, keyServer } = await startWithServerKey({}, { ES256: ec, RS256: rsa });
    const old = bearer(await tokenWith());
    expect((await query(VIEWER, {}, old)).errors).toEqual([]);

    keyServer.published = { next: stranger };
    const token = await tokenWith({}, { kid: 'next', key: stranger.privateKey });
    expect((await query(VIEWER, {}, bearer(token))).errors).toEqual([]);

    expect(keyServer.fetches).toBe(2);
    expect((await query(VIEWER, {}, old)).status).toBe(401);
  });

  test('may be rotated: of 20 tokens at once with a new one all are good, for one fetch', async () => {
    const { query, keyServer } = await startWithServerKey();
    expect((await query(VIEWER, {}, bearer(await tokenWith()))).errors).toEqual([]);

    keyServer.published = { next: stranger };
    const headers = bearer(await tokenWith({}, { kid: 'next', key: stranger.privateKey }));
    const gate = Promise.withResolvers<null>();
    keyServer.gate = gate.promise;
    const asking = Array.from({ length: 20 }, () => query(VIEWER, {}, headers));
    // Time for all of them to come in while the keys are on their way.
    for (let nth = 0; nth < 20; nth++) await query('{ __typename }', {}, {});
    gate.resolve(null);
    const answers = await Promise.all(asking);

    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    expect(keyServer.fetches).toBe(2);
  });

  const MINUTES = 60_000;
  /** A token that outlasts what a test does to the clock. */
  const lasting = () => tokenWith({ exp: inSeconds(2 * 24 * 3600) });
  test.each(['hangs', 'fails'] as const)('go on verifying for a day while their host %s', async (trouble) => {
    const clock = createFakeClock();
    const { query, keyServer } = await startWithServerKey({ clock });
    const headers = bearer(await lasting());
    expect((await query(VIEWER, {}, headers)).errors).toEqual([]);

    keyServer.trouble = trouble;
    for (const minutes of [11, 60, 24 * 60 - 71]) {
      clock.advance(minutes * MINUTES);
      expect((await query(VIEWER, {}, headers)).errors).toEqual([]);
    }
    expect(keyServer.fetches).toBeGreaterThan(1);

    clock.advance(MINUTES);
    const refused = query(VIEWER, {}, headers);
    if (trouble === 'hangs') await passTimeToFetch(clock);
    expect((await refused).errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
    keyServer.trouble = null;
    expect((await query(VIEWER, {}, headers)).errors).toEqual([]);
  });

  test('are fetched anew once they are ten minutes old', async () => {
    const clock = createFakeClock();
    const { query, keyServer } = await startWithServerKey({ clock });
    const headers = bearer(await lasting());
    await query(VIEWER, {}, headers);
    clock.advance(10 * MINUTES);
    await query(VIEWER, {}, headers);
    expect(keyServer.fetches).toBe(1);

    keyServer.published = { next: stranger };
    clock.advance(1);
    const gate = Promise.withResolvers<null>();
    keyServer.gate = gate.promise;
    const fetched = new Promise(
      (resolve) =>
        (keyServer.onFetch = () => {
          resolve(null);
        }),
    );
    expect((await query(VIEWER, {}, headers)).errors).toEqual([]);
    await fetched;
    gate.resolve(null);
    const exp = inSeconds(24 * 3600);
    const next = bearer(await tokenWith({ exp }, { kid: 'next', key: stranger.privateKey }));
    expect((await query(VIEWER, {}, next)).errors).toEqual([]);
    expect(keyServer.fetches).toBe(2);
    expect((await query(VIEWER, {}, headers)).status).toBe(401);
  });

  test('may be published at an address with a query string', async () => {
    const server = await startKeyServer({ ES256: ec });
    const { query } = await startWithServerKey({ env: { JWT_JWKS_URL: `${server.url}/keys?tenant=a%20b` } });
    expect((await query(VIEWER, {}, bearer(await tokenWith()))).errors).toEqual([]);
    expect(server.asked).toBe('/keys?tenant=a%20b');
  });

  test('are not fetched for every made-up key id', async () => {
    const clock = createFakeClock();
    const gateway = await startWithServerKey({ clock });
    const { query, keyServer } = gateway;
    const askWithMadeUpIds = async (count: number) => {
      for (let nth = 0; nth < count; nth++) {
        const headers = bearer(await tokenWith({}, { kid: `made-up-${String(nth)}` }));
        expect((await query(VIEWER, {}, headers)).status).toBe(401);
      }
    };

    await askWithMadeUpIds(20);
    expect(keyServer.fetches).toBe(1 + 5);

    clock.advance(9_999);
    await askWithMadeUpIds(2);
    expect(keyServer.fetches).toBe(6);

    clock.advance(1);
    await askWithMadeUpIds(2);
    expect(keyServer.fetches).toBe(7);

    expect((await query(VIEWER, {}, bearer(await tokenWith()))).errors).toEqual([]);
    expect(gateway.sandbox.requests()).toEqual([]);
  });

  test.each([
    ['cannot be reached', { JWT_JWKS_URL: 'http://127.0.0.1:1/jwks.json' }],
    ['are not JSON', {}],
  ])('that %s leave the token unjudged', async (_case, env: Record<string, string>) => {
    const html = await startServer((_request, response) => response.end('<html>'));
    const gateway = await startWithServerKey({ env: { JWT_JWKS_URL: html, ...env } });
    await expectRefused(gateway, bearer(await tokenWith()), {
      code: 'UPSTREAM_UNAVAILABLE',
      message: 'The keys to verify tokens with cannot be fetched',
    });
  });

  test.each<[string, string, RequestListener]>([
    ['fail', 'status 503', (_request, response) => response.writeHead(503).end()],
    ['have moved', 'status 302', (_request, response) => response.writeHead(302, { location: '/' }).end()],
    ['are not JSON', 'bad answer', (_request, response) => response.end('<html>')],
    ['are no set', 'bad answer', (_request, response) => response.end('{}')],
    ['break off', 'broken off', (request) => request.socket.destroy()],
  ])('that %s are told of once, and once when they are back', async (_what, cause, trouble) => {
    const clock = createFakeClock();
    const answer = { with: trouble };
    const url = await startServer((request, response) => {
      answer.with(request, response);
    });
    const { query, logs, keyServer } = await startWithServerKey({ clock, env: { JWT_JWKS_URL: url } });
    const headers = bearer(await tokenWith());
    const told = () =>
      logs
        .map((line) => JSON.parse(line) as Record<string, unknown>)
        .filter(({ msg }) => String(msg).startsWith('The published keys'))
        .map(({ level, msg, cause: why }) => [level, msg, why]);

    await query(VIEWER, {}, headers);
    await query(VIEWER, {}, headers);
    expect(told()).toEqual([[40, 'The published keys are away', cause]]);

    const keys = await (await fetch(keyServer.url)).text();
    answer.with = (_request, response) => response.end(keys);
    for (let times = 0; times < 2; times++) {
      clock.advance(1000);
      expect((await query(VIEWER, {}, headers)).errors).toEqual([]);
    }
    expect(told().slice(1)).toEqual([[30, 'The published keys are back', undefined]]);
    expect(logs.join('')).not.toContain(new URL(url).host);
  });

  test('that could not be had are asked for again', async () => {
    const { query, keyServer } = await startWithServerKey();
    const published = keyServer.published;
    const headers = bearer(await tokenWith());
    keyServer.published = {};
    expect((await query(VIEWER, {}, headers)).status).toBe(401);
    keyServer.published = published;
    expect((await query(VIEWER, {}, headers)).errors).toEqual([]);
  });

  const HUGE = 'x'.repeat(1_000_000);
  test.each<[string, RequestListener]>([
    [
      'are endless',
      (_request, response) => {
        const more = () => {
          while (response.write(HUGE));
          response.once('drain', more);
        };
        more();
      },
    ],
    [
      'say that they are huge',
      (_request, response) => response.writeHead(200, { 'content-length': 1e9 }).write('{'),
    ],
    [
      'are a bomb',
      (_request, response) => {
        const body = gzipSync(JSON.stringify({ keys: [], padding: HUGE }));
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(body);
      },
    ],
    [
      'are too many',
      (_request, response) =>
        response.end(JSON.stringify({ keys: Array.from({ length: 101 }, () => ({ kty: 'EC' })) })),
    ],
    [
      'are a web page',
      (_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('{"keys":[]}'),
    ],
    [
      'are elsewhere',
      (_request, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
    ],
    ['are of another shape', (_request, response) => response.end('{"keys":{}}')],
    [
      'are cut short',
      (_request, response) =>
        response.writeHead(200, { 'content-length': 99 }).write('{"keys":[]}', () => response.destroy()),
    ],
  ])('that %s are not read, and their host is let go of', async (_case, listener) => {
    const closed = Promise.withResolvers<null>();
    const url = await startServer((request, response) => {
      response.once('close', () => {
        closed.resolve(null);
      });
      listener(request, response);
    });
    const gateway = await startWithServerKey({ env: { JWT_JWKS_URL: url } });
    await expectRefused(gateway, bearer(await tokenWith()), {
      code: 'UPSTREAM_UNAVAILABLE',
      message: 'The keys to verify tokens with cannot be fetched',
    });
    await inTime('the host to be let go of', closed.promise);
  });

  test.each(['before its head', 'after its head'])(
    'that hang %s are waited for two seconds',
    async (when) => {
      const url = await startServer((_request, response) => {
        if (when === 'after its head')
          response.writeHead(200, { 'content-type': 'application/json' }).write('{');
      });
      const clock = createFakeClock();
      const gateway = await startWithServerKey({ clock, env: { JWT_JWKS_URL: url } });
      const headers = bearer(await tokenWith());
      const asking = gateway.query(VIEWER, {}, headers);
      await passTimeToFetch(clock);
      expect((await asking).errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
      expect(gateway.sandbox.requests()).toEqual([]);
    },
  );

  test('that are not there are asked for a few times, and then once in a second', async () => {
    const clock = createFakeClock();
    const { query, keyServer } = await startWithServerKey({ clock });
    keyServer.trouble = 'fails';
    const headers = bearer(await tokenWith());
    const askOften = async () => {
      for (let nth = 0; nth < 10; nth++) {
        expect((await query(VIEWER, {}, headers)).errors).toMatchObject([
          { extensions: { code: 'UPSTREAM_UNAVAILABLE' } },
        ]);
      }
    };
    await askOften();
    expect(keyServer.fetches).toBe(5);
    clock.advance(1000);
    await askOften();
    expect(keyServer.fetches).toBe(6);

    keyServer.trouble = null;
    clock.advance(1000);
    expect((await query(VIEWER, {}, headers)).errors).toEqual([]);
  });

  test.each<[string, (token: string) => string | Promise<string>]>([
    ['has expired', () => tokenWith({ exp: inSeconds(-61) }, { kid: 'made-up' })],
    ['is not good yet', () => tokenWith({ nbf: inSeconds(90) }, { kid: 'made-up' })],
    ['is for another audience', () => tokenWith({ aud: 'another' }, { kid: 'made-up' })],
    ['is not signed', () => new UnsecuredJWT(claimsWith()).encode()],
    ['has a broken signature', (token) => `${token}!`],
    ['has a broken header', (token) => token.replace(/^[^.]+/, 'e30')],
  ])('are not fetched for a token that %s', async (_case, spoil) => {
    const { query, keyServer, sandbox } = await startWithServerKey();
    const { status, errors } = await query(LIST, {}, bearer(await spoil(await tokenWith())));
    expect(status).toBe(401);
    expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    expect(keyServer.fetches).toBe(0);
    expect(sandbox.requests()).toEqual([]);
  });
});
