import { afterEach, describe, expect, test } from '@jest/globals';
import { rawRequest } from '../support/raw-request.ts';
import { DEMO, DEMO_SESSION, OTHER, startGateway, stopAll, type Answer } from '../support/gateway.ts';
import {
  asKey,
  credentialsSent,
  expectRefusal,
  expectRefused,
  idsOf,
  LIST,
  startWithServerKey,
  tokenWith,
  VIEWER,
} from '../support/sign-in.ts';
import { bearer } from '../support/product.ts';

afterEach(stopAll);

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

  test('tells the viewer what is left of the rate that upstream allows', async () => {
    const { query } = await startGateway({
      env: { UPSTREAM_RATE_PER_SECOND: '12.5', UPSTREAM_BURST: '3' },
    });
    const answer = await query(
      '{ viewer { upstreamBudget { scope maximum available restorePerSecond queued } } }',
    );
    expect(answer.data).toEqual({
      viewer: {
        upstreamBudget: {
          scope: 'DEPLOYMENT',
          maximum: 1,
          available: 1,
          restorePerSecond: 12.375,
          queued: 0,
        },
      },
    });
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
