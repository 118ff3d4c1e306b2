import { expect } from '@jest/globals';
import { UnsecuredJWT } from 'jose';
import { createFakeClock } from '../../support/fake-clock.ts';
import type { Setup } from '../../support/gateway.ts';
import { bearer, inSeconds } from '../../support/product.ts';
import {
  AUDIENCE,
  claimsWith,
  ec,
  ISSUER,
  LIST,
  rsa,
  startKeyServer,
  stranger,
  tokenWith,
} from '../../support/sign-in.ts';
import type { Row } from '../row.ts';
import { codesOf, type World } from '../world.ts';

/** What a refusal may take, and what a request over HTTP takes by itself. */
const REFUSED_MS = 5 + 10;
/** How often to ask before it counts: the first answers of a process are slower. */
const WARM_UP = 20;
const FETCHED_MS = 2000 + 100;

type KeyServer = Awaited<ReturnType<typeof startKeyServer>>;

/** A gateway that takes tokens of a product, and the server with its keys. */
async function startBoth(world: World, { env, ...setup }: Setup = {}) {
  const keys = await startKeyServer({ RS256: rsa, ES256: ec });
  const gateway = await world.gateway({
    ...setup,
    env: {
      REFOLD_API_KEY: 'tk_demo',
      JWT_JWKS_URL: `${keys.url}/jwks.json`,
      JWT_ISSUER: ISSUER,
      JWT_AUDIENCE: AUDIENCE,
      ...env,
    },
  });
  return { ...gateway, keys };
}

const BAD_TOKENS: readonly (readonly [string, (token: string) => string | Promise<string>])[] = [
  ['of four parts', (token) => `${token}.AAAA`],
  ['of two parts', (token) => token.replace(/\.[^.]+$/, '')],
  ['with a broken signature', (token) => `${token}!`],
  ['with a broken header', (token) => token.replace(/^[^.]+/, 'x')],
  ['with padding', (token) => token.replace(/\.([^.]+)\./, '.$1==.')],
  ['that has expired', () => tokenWith({ exp: inSeconds(-61) })],
  ['that is not good yet', () => tokenWith({ nbf: inSeconds(90) })],
  ['for another audience', () => tokenWith({ aud: 'another' })],
  ['with `alg: none`', () => new UnsecuredJWT(claimsWith()).encode()],
  ['of 16 KB', () => tokenWith({ padding: 'x'.repeat(12_288) })],
];

const refusals = BAD_TOKENS.map(([what, spoil]): Row => ({
  number: '28',
  fault: `a token ${what}`,
  right: '401, and neither Refold nor the host of the keys is asked',
  retries: 0,
  boundMs: REFUSED_MS,
  run: async (world) => {
    const { query, sandbox, keys } = await startBoth(world);
    const headers = bearer(await spoil(await tokenWith()));
    for (let times = 0; times < WARM_UP; times++) await query(LIST, {}, headers);
    const answer = await world.timed(() => query(LIST, {}, headers));
    expect(answer.status).toBe(401);
    expect(codesOf(answer)).toEqual({ executions: 'UNAUTHENTICATED' });
    expect([sandbox.requests().length, keys.fetches]).toEqual([0, 0]);
    return { retries: 0 };
  },
}));

const FORGED: Row = {
  number: '28',
  fault: 'a token that somebody else has signed',
  right: '401, and Refold is not asked',
  retries: 0,
  boundMs: REFUSED_MS,
  run: async (world) => {
    const { query, sandbox, keys } = await startBoth(world);
    const headers = bearer(await tokenWith({}, { key: stranger.privateKey }));
    for (let times = 0; times < WARM_UP; times++) await query(LIST, {}, headers);
    expect((await world.timed(() => query(LIST, {}, headers))).status).toBe(401);
    expect([sandbox.requests().length, keys.fetches]).toEqual([0, 1]);
    return { retries: 0 };
  },
};

/** Keys that are there at first go on verifying; while there were none, nobody is let in. */
function keysRow(name: string, trouble: KeyServer['trouble']): Row {
  return {
    number: '29',
    fault: `the host of the keys ${name}`,
    right: 'known keys go on; without any, nobody is let in',
    retries: 0,
    boundMs: FETCHED_MS,
    run: async (world) => {
      const [old, fresh] = [await startBoth(world), await startBoth(world)];
      const headers = bearer(await tokenWith({ exp: inSeconds(3600) }));
      expect((await old.query(LIST, {}, headers)).errors).toEqual([]);
      old.keys.trouble = trouble;
      fresh.keys.trouble = trouble;
      const closed = await world.timed(() => world.answered(fresh.query(LIST, {}, headers), 2000));
      expect(codesOf(closed)).toEqual({ executions: 'UPSTREAM_UNAVAILABLE' });
      expect(fresh.sandbox.requests()).toEqual([]);
      world.clock.advance(11 * 60_000);
      expect((await old.query(LIST, {}, headers)).errors).toEqual([]);
      return { retries: fresh.keys.fetches - 1 };
    },
  };
}

/** An answer that comes after the two seconds, and the next one at once. */
const SLOW: Row = {
  number: '29',
  fault: 'the host of the keys takes longer than two seconds',
  right: 'nobody is let in, and whoever asks once it is quick again is',
  retries: 0,
  boundMs: FETCHED_MS,
  run: async (world) => {
    const { query, sandbox, keys } = await startBoth(world);
    const late = Promise.withResolvers<null>();
    keys.gate = late.promise;
    const headers = bearer(await tokenWith({ exp: inSeconds(3600) }));
    const fetched = Promise.withResolvers<null>();
    keys.onFetch = () => {
      fetched.resolve(null);
    };
    const closed = await world.timed(async () => {
      const asking = query(LIST, {}, headers);
      // Time stands still until the keys have been asked for, where it is.
      await fetched.promise;
      return world.answered(asking, 2000);
    });
    expect(codesOf(closed)).toEqual({ executions: 'UPSTREAM_UNAVAILABLE' });
    expect([sandbox.requests(), keys.fetches]).toEqual([[], 1]);
    late.resolve(null);
    expect(codesOf(await query(LIST, {}, headers))).toEqual({});
    return { retries: keys.fetches - 2 };
  },
};

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

const KNOWN_FOR_A_DAY: Row = {
  number: '29',
  fault: 'the host of the keys is down for more than a day',
  right: 'known keys go on for a day; then nobody is let in, until it is back',
  retries: 0,
  boundMs: null,
  run: async (world) => {
    const clock = createFakeClock();
    const { query, sandbox, keys } = await startBoth(world, { clock });
    const headers = bearer(await tokenWith({ exp: inSeconds(3 * 86_400) }));
    const ask = async () => codesOf(await query(LIST, {}, headers));
    expect(await ask()).toEqual({});
    keys.trouble = 'fails';
    clock.advance(DAY_MS - MINUTE_MS);
    expect(await ask()).toEqual({});
    clock.advance(2 * MINUTE_MS);
    const before = sandbox.requests().length;
    expect(await ask()).toEqual({ executions: 'UPSTREAM_UNAVAILABLE' });
    expect(sandbox.requests()).toHaveLength(before);
    keys.trouble = null;
    clock.advance(MINUTE_MS);
    expect(await ask()).toEqual({});
    return { retries: 0 };
  },
};

/** The gateway's time of day is all that the end of a token can be checked against. */
const jumps = (way: string, byMs: number): Row => ({
  number: '27',
  fault: `the time of day is set ${way} by ten minutes: tokens`,
  right: 'a minute of leeway by it, as ever; who was refused is let in again once it is right',
  retries: 0,
  boundMs: null,
  run: async (world) => {
    const { clock } = world;
    const { query, keys } = await startBoth(world);
    const statusOf = async (token: string) => (await query(LIST, {}, bearer(token))).status;
    const from = (seconds: number) => Math.floor(clock.date() / 1000) + seconds;
    const [long, short] = [await tokenWith({ exp: from(3600) }), await tokenWith({ exp: from(300) })];
    const over = await tokenWith({ exp: from(-70) });
    const all = async () => [await statusOf(long), await statusOf(short), await statusOf(over)];
    expect(await all()).toEqual([200, 200, 401]);

    clock.setBy(byMs);
    expect(await all()).toEqual(byMs > 0 ? [200, 401, 401] : [200, 200, 200]);
    const edges = [{ exp: from(-50) }, { exp: from(-70) }, { nbf: from(50) }, { nbf: from(70) }];
    const statuses = [];
    for (const edge of edges) statuses.push(await statusOf(await tokenWith({ exp: from(300), ...edge })));
    expect(statuses).toEqual([200, 401, 200, 401]);
    expect((await query(LIST)).errors).toEqual([]);

    clock.setBy(-byMs);
    expect(await all()).toEqual([200, 200, 401]);
    // The keys are no older for it.
    expect(keys.fetches).toBe(1);
    return { retries: 0 };
  },
});

const HUGE: Row = {
  number: '29',
  fault: 'the set of keys is a gigabyte',
  right: 'it is let go of, and nobody is let in',
  retries: 0,
  boundMs: FETCHED_MS,
  run: async (world) => {
    const piece = Buffer.alloc(1_048_576, ' ');
    let sent = 0;
    const url = await world.server((_request, response) => {
      const more = () => {
        while (sent < 1000) {
          sent += 1;
          if (!response.write(piece)) return void response.once('drain', more);
        }
        response.end('{"keys":[]}');
      };
      more();
    });
    const { query, sandbox } = await startBoth(world, { env: { JWT_JWKS_URL: url } });
    const headers = bearer(await tokenWith());
    const answer = await world.timed(() => query(LIST, {}, headers));
    expect(codesOf(answer)).toEqual({ executions: 'UPSTREAM_UNAVAILABLE' });
    // What the sockets hold, and no more.
    expect(sent).toBeLessThan(100);
    expect(sandbox.requests()).toEqual([]);
    return { retries: 0 };
  },
};

const ROTATED: Row = {
  number: '29',
  fault: 'the keys are changed',
  right: 'a token with the new one is good at once, for one fetch',
  retries: 0,
  boundMs: FETCHED_MS,
  run: async (world) => {
    const { query, keys } = await startBoth(world);
    expect((await query(LIST, {}, bearer(await tokenWith()))).errors).toEqual([]);
    keys.published = { next: stranger };
    const headers = bearer(await tokenWith({}, { kid: 'next', key: stranger.privateKey }));
    expect((await world.timed(() => query(LIST, {}, headers))).errors).toEqual([]);
    return { retries: keys.fetches - 2 };
  },
};

const SPRAYED: Row = {
  number: '29',
  fault: 'a hundred tokens, each with a made-up key id',
  right: '401, and a few fetches in all',
  retries: 0,
  boundMs: null,
  run: async (world) => {
    const { query, sandbox, keys } = await startBoth(world);
    for (let nth = 0; nth < 100; nth++) {
      const headers = bearer(await tokenWith({}, { kid: `made-up-${String(nth)}` }));
      expect((await query(LIST, {}, headers)).status).toBe(401);
    }
    expect(sandbox.requests()).toEqual([]);
    expect(keys.fetches).toBeLessThanOrEqual(1 + 5);
    return { retries: 0 };
  },
};

/** Tokens of the customer's product, and the keys to verify them with. */
export const TOKENS: readonly Row[] = [
  ...refusals,
  FORGED,
  keysRow('fails', 'fails'),
  keysRow('hangs', 'hangs'),
  SLOW,
  KNOWN_FOR_A_DAY,
  HUGE,
  ROTATED,
  SPRAYED,
  jumps('back', -10 * MINUTE_MS),
  jumps('forward', 10 * MINUTE_MS),
];
