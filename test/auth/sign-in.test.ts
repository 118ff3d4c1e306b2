import type { ServerResponse } from 'node:http';
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT, type JWK } from 'jose';
import { createFakeClock } from '../support/fake-clock.ts';
import { rawRequest } from '../support/raw-request.ts';
import {
  DEMO,
  DEMO_SESSION,
  OTHER,
  startGateway,
  startServer,
  stopAll,
  type Answer,
  type Setup,
} from '../support/gateway.ts';

afterEach(stopAll);

type Gateway = Awaited<ReturnType<typeof startGateway>>;
type Pair = Awaited<ReturnType<typeof generateKeyPair>>;

const ISSUER = 'https://id.example.com/';
const AUDIENCE = 'run-history';
const LIST = '{ executions(page: { size: 2 }) { nodes { id } } }';
const VIEWER = '{ viewer { signIn linkedAccountId environment } }';

let rsa: Pair;
let ec: Pair;
let stranger: Pair;

beforeAll(async () => {
  [rsa, ec, stranger] = await Promise.all([
    generateKeyPair('RS256', { extractable: true }),
    generateKeyPair('ES256', { extractable: true }),
    generateKeyPair('ES256', { extractable: true }),
  ]);
});

const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

/** What a token of the product says; `undefined` leaves a claim out. */
function claimsWith(changes: Record<string, unknown> = {}) {
  return {
    iss: ISSUER,
    aud: AUDIENCE,
    exp: inSeconds(300),
    linked_account_id: 'demo@example.com',
    ...changes,
  };
}

/** A token of the product, signed with its ES256 key unless told otherwise. */
async function tokenWith(
  changes: Record<string, unknown> = {},
  header: { readonly alg?: string; readonly kid?: string; readonly key?: Pair['privateKey'] } = {},
): Promise<string> {
  const { alg = 'ES256', kid = alg, key = alg === 'RS256' ? rsa.privateKey : ec.privateKey } = header;
  return new SignJWT(claimsWith(changes)).setProtectedHeader({ alg, kid }).sign(key);
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** A server that publishes keys. */
async function startKeyServer(pairs: Readonly<Record<string, Pair>>) {
  const server = {
    published: pairs,
    fetches: 0,
    url: '',
    asked: '',
    trouble: null as 'hangs' | 'fails' | null,
    /** What an answer waits for. */
    gate: Promise.resolve(null),
    /** Called with each fetch. */
    onFetch: (): unknown => null,
  };
  const answer = async (response: ServerResponse) => {
    await server.gate;
    const keys = Object.entries(server.published).map(async ([kid, { publicKey }]): Promise<JWK> => ({
      ...(await exportJWK(publicKey)),
      kid,
    }));
    response.end(JSON.stringify({ keys: await Promise.all(keys) }));
  };
  server.url = await startServer((request, response) => {
    server.fetches += 1;
    server.asked = String(request.url);
    server.onFetch();
    if (server.trouble === 'fails') response.writeHead(503).end();
    if (server.trouble === null) void answer(response);
  });
  return server;
}

/** A gateway that holds the API key, and the server with the keys of its callers' tokens. */
async function startWithServerKey({ env, ...setup }: Setup = {}, pairs = { RS256: rsa, ES256: ec }) {
  const keyServer = await startKeyServer(pairs);
  const gateway = await startGateway({
    ...setup,
    env: {
      REFOLD_API_KEY: 'tk_demo',
      JWT_JWKS_URL: `${keyServer.url}/jwks.json`,
      JWT_ISSUER: ISSUER,
      JWT_AUDIENCE: AUDIENCE,
      ...env,
    },
  });
  return { ...gateway, keyServer };
}

/** What upstream was sent to sign in with. */
function credentialsSent({ sandbox }: Gateway) {
  return sandbox.requests().map(({ headers }) => ({
    authorization: headers.authorization,
    apiKey: headers['x-api-key'],
    linkedAccountId: headers['linked_account_id'],
  }));
}

const asKey = (linkedAccountId: string) => ({
  authorization: undefined,
  apiKey: 'tk_demo',
  linkedAccountId,
});

/** The ids that an account's list begins with, asked for in a way that other tests vouch for. */
async function idsOf(gateway: Gateway, headers: Record<string, string>): Promise<unknown> {
  const answer = await gateway.query(LIST, {}, headers);
  return answer.data;
}

/** Asks with these headers, and expects a refusal that upstream never hears of. */
async function expectRefused(
  gateway: Gateway,
  headers: Record<string, string>,
  expected: { readonly code: string; readonly message: string; readonly status?: number },
) {
  const answer = await gateway.query(LIST, {}, headers);
  expectRefusal(gateway, answer, expected);
  const viewer = await gateway.query(VIEWER, {}, headers);
  expectRefusal(gateway, viewer, expected);
}

function expectRefusal(
  { sandbox }: Gateway,
  { status, data, errors }: Pick<Answer, 'status' | 'data' | 'errors'>,
  expected: { readonly code: string; readonly message: string; readonly status?: number },
) {
  expect(errors.map(({ message, extensions }) => ({ message, code: extensions.code }))).toEqual([
    { message: expected.message, code: expected.code },
  ]);
  expect(data).toBeNull();
  expect(status).toBe(expected.status ?? (expected.code === 'UNAUTHENTICATED' ? 401 : 200));
  expect(sandbox.requests()).toEqual([]);
}

describe('no sign-in', () => {
  test('is refused with the ways there are', async () => {
    await expectRefused(
      await startGateway(),
      {},
      {
        code: 'UNAUTHENTICATED',
        message: 'Sign in with authorization: Bearer <session token>, or x-api-key and linked_account_id',
      },
    );
  });

  test('is refused with all three where they are on', async () => {
    await expectRefused(
      await startWithServerKey(),
      { linked_account_id: 'demo@example.com' },
      {
        code: 'UNAUTHENTICATED',
        message:
          'Sign in with authorization: Bearer <token of your product>, or authorization: Bearer <session token>, or x-api-key and linked_account_id',
      },
    );
  });

  test('is enough for what belongs to nobody', async () => {
    const { query } = await startGateway();
    const answer = await query('{ __typename }', {}, {});
    expect(answer.status).toBe(200);
    expect(answer.data).toEqual({ __typename: 'Query' });
  });
});

describe('a session token', () => {
  test('is forwarded as it is', async () => {
    const gateway = await startGateway();

    const answer = await gateway.query(LIST, {}, DEMO_SESSION);

    expect(answer.status).toBe(200);
    expect(credentialsSent(gateway)).toEqual([
      { authorization: 'Bearer session-demo', apiKey: undefined, linkedAccountId: undefined },
    ]);
    expect(answer.data).toEqual(await idsOf(gateway, DEMO));
    expect(answer.data).not.toEqual(await idsOf(gateway, OTHER));
  });

  test('tells the viewer no more than that', async () => {
    const { query, sandbox } = await startGateway();
    const answer = await query(VIEWER, {}, DEMO_SESSION);
    expect(answer.data).toEqual({
      viewer: { signIn: 'SESSION_TOKEN', linkedAccountId: null, environment: null },
    });
    expect(sandbox.requests()).toEqual([]);
  });

  test('is not overruled by a linked account beside it', async () => {
    const gateway = await startGateway();
    await gateway.query(LIST, {}, { ...DEMO_SESSION, linked_account_id: 'other@example.com' });
    expect(credentialsSent(gateway)).toEqual([
      { authorization: 'Bearer session-demo', apiKey: undefined, linkedAccountId: undefined },
    ]);
  });

  test.each(['bearer session-demo', 'BEARER   session-demo'])('may come as %p', async (authorization) => {
    const gateway = await startGateway();
    expect((await gateway.query(LIST, {}, { authorization })).errors).toEqual([]);
    expect(credentialsSent(gateway)).toMatchObject([{ authorization: 'Bearer session-demo' }]);
  });

  test('that upstream does not know is UNAUTHENTICATED', async () => {
    const { query } = await startGateway();
    const answer = await query(LIST, {}, { authorization: 'Bearer stale' });
    expect(answer.status).toBe(401);
    expect(answer.errors).toMatchObject([
      { message: 'Upstream refused the credentials', extensions: { code: 'UNAUTHENTICATED' } },
    ]);
  });

  test('is refused where this way is off', async () => {
    await expectRefused(await startGateway({ env: { AUTH_SESSION_TOKEN: 'false' } }), DEMO_SESSION, {
      code: 'UNAUTHENTICATED',
      message: 'This way of signing in is off: use x-api-key and linked_account_id',
    });
  });

  const FORM = 'authorization must be: Bearer, a space and a token';
  test.each([
    ['', FORM],
    ['Bearer', FORM],
    ['session-demo', FORM],
    ['Basic ZGVtbzpkZW1v', FORM],
    ['BearerBearer session-demo', FORM],
    ['Bearer session demo', 'The bearer token has characters that it cannot have'],
    ['Bearer sessi\u00f6n', 'The bearer token has characters that it cannot have'],
    [`Bearer ${'x'.repeat(8193)}`, 'The bearer token is too long'],
  ])('is refused as %p', async (authorization, message) => {
    await expectRefused(await startGateway(), { authorization }, { code: 'UNAUTHENTICATED', message });
  });
});

describe('an API key', () => {
  test.each(['linked_account_id', 'linked-account-id'])('is forwarded with %s', async (spelling) => {
    const gateway = await startGateway();

    const answer = await gateway.query(LIST, {}, { 'x-api-key': 'tk_demo', [spelling]: 'demo@example.com' });

    expect(answer.status).toBe(200);
    expect(credentialsSent(gateway)).toEqual([asKey('demo@example.com')]);
    expect(answer.data).toEqual(await idsOf(gateway, DEMO_SESSION));
  });

  test.each([
    ['tk_demo', 'TEST'],
    ['pk_live', 'PRODUCTION'],
    ['sk_other', null],
  ])('%s tells the viewer its linked account and environment', async (apiKey, environment) => {
    const { query, sandbox } = await startGateway();
    const answer = await query(VIEWER, {}, { ...DEMO, 'x-api-key': apiKey });
    expect(answer.data).toEqual({
      viewer: { signIn: 'API_KEY', linkedAccountId: 'demo@example.com', environment },
    });
    expect(sandbox.requests()).toEqual([]);
  });

  test('tells the viewer the rate that upstream allows', async () => {
    const { query } = await startGateway({
      env: { UPSTREAM_RATE_PER_SECOND: '12.5', UPSTREAM_BURST: '3' },
    });
    const answer = await query('{ viewer { upstreamRate { perSecond burst } } }');
    expect(answer.data).toEqual({ viewer: { upstreamRate: { perSecond: 12.5, burst: 3 } } });
  });

  test('forwards a linked account beyond ASCII byte by byte', async () => {
    const gateway = await startGateway();
    const bytes = Buffer.from('zo\u00eb@\u4f8b.example', 'utf8').toString('latin1');
    const headers = [
      ['x-api-key', 'tk_demo'],
      ['linked_account_id', bytes],
    ] as const;

    await rawRequest(gateway.endpoint, headers, JSON.stringify({ query: LIST }));
    const viewer = await rawRequest(gateway.endpoint, headers, JSON.stringify({ query: VIEWER }));

    expect(credentialsSent(gateway)).toEqual([asKey(bytes)]);
    expect(JSON.parse(viewer.body)).toMatchObject({
      data: { viewer: { linkedAccountId: 'zo\u00eb@\u4f8b.example' } },
    });
  });

  test('may name its linked account in both spellings, if they agree', async () => {
    const gateway = await startGateway();
    const answer = await gateway.query(LIST, {}, { ...DEMO, 'linked-account-id': 'demo@example.com' });
    expect(answer.errors).toEqual([]);
    expect(credentialsSent(gateway)).toEqual([asKey('demo@example.com')]);
  });

  test('is refused where this way is off', async () => {
    await expectRefused(await startGateway({ env: { AUTH_API_KEY: 'false' } }), DEMO, {
      code: 'UNAUTHENTICATED',
      message: 'This way of signing in is off: use authorization: Bearer <session token>',
    });
  });

  const MISSING = 'x-api-key needs linked_account_id beside it';
  const NO_ID = 'linked_account_id is not an id';
  const account = 'demo@example.com';
  test.each([
    ['no account', { 'x-api-key': 'tk_demo' }, 'BAD_USER_INPUT', MISSING],
    ['an empty account', { ...DEMO, linked_account_id: '' }, 'BAD_USER_INPUT', NO_ID],
    ['a long account', { ...DEMO, linked_account_id: 'x'.repeat(257) }, 'BAD_USER_INPUT', NO_ID],
    ['a tab in the account', { ...DEMO, linked_account_id: 'a\tb' }, 'BAD_USER_INPUT', NO_ID],
    [
      'two accounts',
      { ...DEMO, 'linked-account-id': 'other@example.com' },
      'BAD_USER_INPUT',
      'linked_account_id and linked-account-id name different accounts',
    ],
    [
      'an empty key',
      { 'x-api-key': '', linked_account_id: account },
      'UNAUTHENTICATED',
      'x-api-key has characters that it cannot have',
    ],
    [
      'a key with a space',
      { 'x-api-key': 'tk demo', linked_account_id: account },
      'UNAUTHENTICATED',
      'x-api-key has characters that it cannot have',
    ],
    [
      'a long key',
      { 'x-api-key': 'k'.repeat(8193), linked_account_id: account },
      'UNAUTHENTICATED',
      'x-api-key is too long',
    ],
  ])('is refused with %s', async (_case, headers: Record<string, string>, code, message) => {
    await expectRefused(await startGateway(), headers, { code, message });
  });
});

describe('two sign-ins at once', () => {
  const BOTH = 'Sign in with either authorization or x-api-key, not with both';

  test('are refused, not guessed at', async () => {
    const gateway = await startWithServerKey();
    const refused = { code: 'BAD_USER_INPUT', message: BOTH };
    await expectRefused(gateway, { ...DEMO_SESSION, ...DEMO }, refused);
    await expectRefused(gateway, { ...bearer(await tokenWith()), 'x-api-key': 'tk_demo' }, refused);
    expect(gateway.keyServer.fetches).toBe(0);
  });

  test.each([
    ['authorization', [...Object.entries(DEMO_SESSION), ['authorization', 'Bearer session-other']]],
    ['x-api-key', [...Object.entries(DEMO), ['X-API-Key', 'tk_demo']]],
    ['linked_account_id', [...Object.entries(DEMO), ['linked_account_id', 'other@example.com']]],
    [
      'linked-account-id',
      [
        ['x-api-key', 'tk_demo'],
        ['linked-account-id', 'demo@example.com'],
        ['linked-account-id', 'demo@example.com'],
      ],
    ],
  ])('by repeating %s are refused', async (name, headers) => {
    const gateway = await startGateway();
    const sent = await rawRequest(
      gateway.endpoint,
      headers as [string, string][],
      JSON.stringify({ query: LIST }),
    );
    const answer = JSON.parse(sent.body) as Pick<Answer, 'data' | 'errors'>;
    expectRefusal(
      gateway,
      { ...answer, status: sent.status },
      { code: 'BAD_USER_INPUT', message: `${name} was sent more than once` },
    );
  });
});

describe("a token of the customer's product", () => {
  test.each(['RS256', 'ES256'])('signed with %s acts for the account of its claim', async (alg) => {
    const gateway = await startWithServerKey();

    const answer = await gateway.query(LIST, {}, bearer(await tokenWith({}, { alg })));

    expect(answer.errors).toEqual([]);
    expect(credentialsSent(gateway)).toEqual([asKey('demo@example.com')]);
    expect(answer.data).toEqual(await idsOf(gateway, DEMO));
    expect(answer.data).not.toEqual(await idsOf(gateway, OTHER));
  });

  test('tells the viewer whom it acts for', async () => {
    const { query, sandbox } = await startWithServerKey();
    const answer = await query(VIEWER, {}, bearer(await tokenWith()));
    expect(answer.data).toEqual({
      viewer: { signIn: 'SERVER_KEY', linkedAccountId: 'demo@example.com', environment: 'TEST' },
    });
    expect(sandbox.requests()).toEqual([]);
  });

  test('is not overruled by a header, the address or an argument', async () => {
    const gateway = await startWithServerKey();
    const headers = {
      ...bearer(await tokenWith()),
      linked_account_id: 'other@example.com',
      'linked-account-id': 'other@example.com',
      'content-type': 'application/json',
    };

    await gateway.query(LIST, { linkedAccountId: 'other@example.com' }, headers);
    await fetch(`${gateway.endpoint}?linked_account_id=other@example.com`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ query: LIST, linked_account_id: 'other@example.com' }),
    });
    const argument = await gateway.query(
      '{ executions(filter: { linkedAccountId: "other@example.com" }) { totalCount } }',
      {},
      headers,
    );

    expect(credentialsSent(gateway)).toEqual([asKey('demo@example.com'), asKey('demo@example.com')]);
    expect(argument.errors).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
  });

  test('may be for several audiences, ours among them', async () => {
    const { query } = await startWithServerKey();
    const answer = await query(LIST, {}, bearer(await tokenWith({ aud: ['else', AUDIENCE] })));
    expect(answer.errors).toEqual([]);
  });

  test('may name its account in another claim', async () => {
    const claim = 'https://example.com/account';
    const gateway = await startWithServerKey({ env: { JWT_LINKED_ACCOUNT_CLAIM: claim } });
    const token = await tokenWith({ [claim]: 'other@example.com' });
    expect((await gateway.query(LIST, {}, bearer(token))).errors).toEqual([]);
    expect(credentialsSent(gateway)).toEqual([asKey('other@example.com')]);
  });

  test('may name an account beyond ASCII', async () => {
    const gateway = await startWithServerKey();
    const token = await tokenWith({ linked_account_id: 'zo\u00eb@\u4f8b.example' });
    await gateway.query(LIST, {}, bearer(token));
    expect(credentialsSent(gateway)).toEqual([
      asKey(Buffer.from('zo\u00eb@\u4f8b.example', 'utf8').toString('latin1')),
    ]);
  });

  test('may have expired within the leeway, or start to be good within it', async () => {
    const { query } = await startWithServerKey();
    for (const claims of [{ exp: inSeconds(-50) }, { nbf: inSeconds(50) }]) {
      const answer = await query(LIST, {}, bearer(await tokenWith(claims)));
      expect(answer.errors).toEqual([]);
    }
  });

  const unfit = (claim: string) => `The token's claim ${claim} is not acceptable`;
  const NO_ACCOUNT = "The token's claim linked_account_id does not name a linked account";
  test.each([
    ['that has expired beyond the leeway', () => ({ exp: inSeconds(-61) }), 'The token has expired'],
    ['that never expires', () => ({ exp: undefined }), unfit('exp')],
    ['whose expiry is no time', () => ({ exp: 'never' }), unfit('exp')],
    ['that is not good yet', () => ({ nbf: inSeconds(90) }), unfit('nbf')],
    ['for another audience', () => ({ aud: 'another' }), unfit('aud')],
    ['for no audience', () => ({ aud: undefined }), unfit('aud')],
    ['without an account', () => ({ linked_account_id: undefined }), NO_ACCOUNT],
    ['with an empty account', () => ({ linked_account_id: '' }), NO_ACCOUNT],
    ['with a number for an account', () => ({ linked_account_id: 7 }), NO_ACCOUNT],
    ['with several accounts', () => ({ linked_account_id: ['demo@example.com'] }), NO_ACCOUNT],
    ['with a line break in its account', () => ({ linked_account_id: 'demo\nx-a: b' }), NO_ACCOUNT],
    ['with a blank after its account', () => ({ linked_account_id: 'demo@example.com ' }), NO_ACCOUNT],
    ['with too long an account', () => ({ linked_account_id: 'x'.repeat(257) }), NO_ACCOUNT],
  ])('%s is refused', async (_case, changes: () => Record<string, unknown>, message) => {
    const token = await tokenWith(changes());
    await expectRefused(await startWithServerKey(), bearer(token), { code: 'UNAUTHENTICATED', message });
  });

  const ALGORITHM = 'The token must be signed with RS256 or ES256';
  const UNVERIFIED = 'The token cannot be verified';
  test.each([
    ['not signed', () => new UnsecuredJWT(claimsWith()).encode(), ALGORITHM],
    [
      'signed with the public key as a secret',
      async () =>
        new SignJWT(claimsWith())
          .setProtectedHeader({ alg: 'HS256', kid: 'RS256' })
          .sign(Buffer.from(await exportSPKI(rsa.publicKey))),
      ALGORITHM,
    ],
    [
      'signed by somebody else under our key id',
      () => tokenWith({}, { key: stranger.privateKey }),
      UNVERIFIED,
    ],
    [
      'signed with an unknown key',
      () => tokenWith({}, { kid: 'gone', key: stranger.privateKey }),
      UNVERIFIED,
    ],
    [
      'changed after it was signed',
      async () => {
        const [header, , signature] = (await tokenWith()).split('.');
        const forged = claimsWith({ linked_account_id: 'other@example.com' });
        return [header, Buffer.from(JSON.stringify(forged)).toString('base64url'), signature].join('.');
      },
      UNVERIFIED,
    ],
    ['without its signature', async () => (await tokenWith()).replace(/[^.]+$/, ''), UNVERIFIED],
  ])('that is %s is refused', async (_case, token, message) => {
    await expectRefused(await startWithServerKey(), bearer(await token()), {
      code: 'UNAUTHENTICATED',
      message,
    });
  });

  test('of 16 KB is refused unread', async () => {
    const gateway = await startWithServerKey();
    const token = await tokenWith({ padding: 'x'.repeat(12 * 1024) });
    expect(token.length).toBeGreaterThan(16 * 1024);

    await expectRefused(gateway, bearer(token), {
      code: 'UNAUTHENTICATED',
      message: 'The bearer token is too long',
    });
    expect(gateway.keyServer.fetches).toBe(0);
  });

  test('of another issuer is a session token', async () => {
    const gateway = await startWithServerKey();
    const token = await tokenWith({ iss: 'https://id.example.com' });

    await gateway.query(LIST, {}, bearer(token));

    expect(credentialsSent(gateway)).toEqual([
      { authorization: `Bearer ${token}`, apiKey: undefined, linkedAccountId: undefined },
    ]);
    expect(gateway.keyServer.fetches).toBe(0);
  });

  test('of another issuer is refused where session tokens are off', async () => {
    const env = { AUTH_SESSION_TOKEN: 'false', AUTH_API_KEY: 'false' };
    const gateway = await startWithServerKey({ env });
    const off = {
      code: 'UNAUTHENTICATED',
      message: 'This way of signing in is off: use authorization: Bearer <token of your product>',
    };

    await expectRefused(gateway, bearer(await tokenWith({ iss: 'https://else.example.com/' })), off);
    await expectRefused(gateway, DEMO_SESSION, off);
    await expectRefused(gateway, DEMO, off);

    const answer = await gateway.query(LIST, {}, bearer(await tokenWith()));
    expect(answer.errors).toEqual([]);
  });

  test('is a session token like any other where this way is off', async () => {
    const gateway = await startGateway();
    const token = await tokenWith();
    await gateway.query(LIST, {}, bearer(token));
    expect(credentialsSent(gateway)).toMatchObject([{ authorization: `Bearer ${token}` }]);
  });

  test.each(['RS256', 'ES256'])('is verified with the one public key that is set: %s', async (alg) => {
    const { publicKey } = alg === 'RS256' ? rsa : ec;
    const gateway = await startGateway({
      env: {
        REFOLD_API_KEY: 'tk_demo',
        JWT_PUBLIC_KEY: (await exportSPKI(publicKey)).replaceAll('\n', '\\n'),
        JWT_ISSUER: ISSUER,
        JWT_AUDIENCE: AUDIENCE,
      },
    });

    const forged = await tokenWith({}, { key: stranger.privateKey });
    await expectRefused(gateway, bearer(forged), { code: 'UNAUTHENTICATED', message: UNVERIFIED });

    const answer = await gateway.query(LIST, {}, bearer(await tokenWith({}, { alg })));
    expect(answer.errors).toEqual([]);
    expect(credentialsSent(gateway)).toEqual([asKey('demo@example.com')]);
  });
});

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
  test.each(['hangs', 'fails'] as const)('go on verifying for a day while their host %s', async (trouble) => {
    const clock = createFakeClock();
    const { query, keyServer } = await startWithServerKey({ clock });
    const headers = bearer(await tokenWith());
    expect((await query(VIEWER, {}, headers)).errors).toEqual([]);

    keyServer.trouble = trouble;
    for (const minutes of [11, 60, 24 * 60 - 71]) {
      clock.advance(minutes * MINUTES);
      expect((await query(VIEWER, {}, headers)).errors).toEqual([]);
    }
    expect(keyServer.fetches).toBeGreaterThan(1);

    clock.advance(MINUTES);
    expect((await query(VIEWER, {}, headers)).errors).toMatchObject([
      { extensions: { code: 'UPSTREAM_UNAVAILABLE' } },
    ]);
    keyServer.trouble = null;
    expect((await query(VIEWER, {}, headers)).errors).toEqual([]);
  });

  test('are fetched anew once they are ten minutes old', async () => {
    const clock = createFakeClock();
    const { query, keyServer } = await startWithServerKey({ clock });
    const headers = bearer(await tokenWith());
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
    const next = bearer(await tokenWith({}, { kid: 'next', key: stranger.privateKey }));
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

  test('that could not be had are asked for again', async () => {
    const { query, keyServer } = await startWithServerKey();
    const published = keyServer.published;
    const headers = bearer(await tokenWith());
    keyServer.published = {};
    expect((await query(VIEWER, {}, headers)).status).toBe(401);
    keyServer.published = published;
    expect((await query(VIEWER, {}, headers)).errors).toEqual([]);
  });
});
