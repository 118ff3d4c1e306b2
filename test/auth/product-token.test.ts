import { afterEach, describe, expect, test } from '@jest/globals';
import { exportSPKI, SignJWT, UnsecuredJWT } from 'jose';
import { encoded } from '../support/encoded.ts';
import { DEMO, DEMO_SESSION, OTHER, startGateway, stopAll } from '../support/gateway.ts';
import {
  asKey,
  AUDIENCE,
  claimsWith,
  credentialsSent,
  ec,
  expectRefused,
  idsOf,
  ISSUER,
  LIST,
  rsa,
  startWithServerKey,
  stranger,
  tokenWith,
  VIEWER,
} from '../support/sign-in.ts';
import { bearer, inSeconds } from '../support/product.ts';

afterEach(stopAll);

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
    // In bytes it would be another account.
    ['with half a character in its account', () => ({ linked_account_id: 'demo\ud800' }), NO_ACCOUNT],
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
        return [header, encoded(forged), signature].join('.');
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

  const part = (value: unknown) =>
    Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
  const OURS = JSON.stringify(ISSUER);
  test.each<[string, (token: string) => string]>([
    ['with a broken signature', (token) => `${token}!!`],
    ['with an empty signature and another part', (token) => `${token.replace(/[^.]+$/, '')}.x`],
    ['without a header', (token) => token.replace(/^[^.]+/, '')],
    ['with a header that is no JSON', (token) => token.replace(/^[^.]+/, part('{'))],
    ['of two parts', (token) => token.replace(/\.[^.]+$/, '')],
    ['of four parts', (token) => `${token}.AAAA`],
    ['of five parts', (token) => `e30.${token}.AAAA`],
    ['of one part', (token) => token.split('.')[1] ?? ''],
    ['with a dot at its end', (token) => `${token}.`],
    ['with a dot at its start', (token) => `.${token}`],
    ['with padding', (token) => token.replace(/\.([^.]+)\./, '.$1==.')],
    ['with its dots in percents', (token) => token.replaceAll('.', '%2E')],
    ['with something in its middle', (token) => token.replace(/\.([^.]{9})/, '.$1!')],
    ['with something before its payload', (token) => token.replace('.', '.A')],
    [
      'that names its issuer only in its header',
      () => `${part({ alg: 'ES256', iss: ISSUER })}.AAAA.AAAA.AAAA.AAAA`,
    ],
    ['that is cut short', (token) => token.slice(0, (token.split('.')[0]?.length ?? 0) + 60)],
    [
      'with two issuers, ours first',
      () => `e30.${part(`{"iss":${OURS},"iss":"https://else.example/"}`)}.AAAA`,
    ],
    [
      'with two issuers, ours last',
      () => `e30.${part(`{"iss":"https://else.example/","iss":${OURS}}`)}.AAAA`,
    ],
    ['with escapes', () => `e30.${part(`{"\\u0069ss":"\\u0068${ISSUER.slice(1)}"}`)}.AAAA`],
    ['with capitals', () => `e30.${part({ ISS: ISSUER.toUpperCase() })}.AAAA`],
    ['with blanks', () => `e30.${part(` { "iss" : " ${ISSUER} " } `)}.AAAA`],
    ['with several issuers in one', () => `e30.${part({ iss: ['https://else.example/', ISSUER] })}.AAAA`],
    ['with a mark at the start of its payload', () => `e30.${part(`\ufeff{"iss":${OURS}}`)}.AAAA`],
    ['in UTF-16', () => `e30.${Buffer.from(`{"iss":${OURS}}`, 'utf16le').toString('base64url')}.AAAA`],
    ['in a list', () => `e30.${part([{ iss: ISSUER }])}.AAAA`],
    ['in JSON', (token) => `{"payload":"${token.split('.')[1] ?? ''}","signatures":[]}`],
  ])('%s is refused, and nobody is asked', async (_case, spoil) => {
    const gateway = await startWithServerKey();
    const { status, errors } = await gateway.query(LIST, {}, bearer(spoil(await tokenWith())));
    expect(status).toBe(401);
    expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    expect(gateway.sandbox.requests()).toEqual([]);
    expect(gateway.keyServer.fetches).toBe(0);
  });

  test.each([
    ['in a value', { iss: 'https://else.example/', origin: ISSUER }],
    ['deep inside', { iss: 'https://else.example/', act: { iss: ISSUER } }],
    ['as its audience', { aud: ISSUER }],
  ])('of another issuer that names ours %s is a session token', async (_case, claims) => {
    const gateway = await startWithServerKey();
    const token = `e30.${part(claims)}.AAAA`;
    await gateway.query(LIST, {}, bearer(token));
    expect(credentialsSent(gateway)).toMatchObject([{ authorization: `Bearer ${token}` }]);
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
