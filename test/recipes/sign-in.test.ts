import { generateKeyPairSync } from 'node:crypto';
import { afterEach, describe, expect, test } from '@jest/globals';
import { blocksIn, runProgram, type Program } from '../support/documented-client.ts';
import { startGateway, stopAll } from '../support/gateway.ts';
import {
  blocksOf,
  documentedToken,
  PRODUCTS,
  settingsOf,
  startProvider,
} from '../support/identity-provider.ts';
import { bearer } from '../support/product.ts';
import { asKey, credentialsSent, LIST, VIEWER } from '../support/sign-in.ts';

const programs: Program[] = [];

afterEach(async () => {
  for (const program of programs.splice(0)) await program.stop();
  await stopAll();
});

const SIGNED_IN = {
  viewer: { signIn: 'SERVER_KEY', linkedAccountId: 'demo@example.com', environment: 'TEST' },
};

describe.each(Object.entries(PRODUCTS))('a token of %s', (_name, product) => {
  const { page, added } = product;
  const settings = settingsOf(page);
  const claim = settings['JWT_LINKED_ACCOUNT_CLAIM'] ?? '';

  test('signs in, and acts for the account of its claim', async () => {
    const { env, tokenWith } = await startProvider(product);
    const gateway = await startGateway({ env });
    const headers = bearer(await tokenWith());

    expect(await gateway.query(VIEWER, {}, headers)).toMatchObject({ data: SIGNED_IN, errors: [] });
    expect((await gateway.query(LIST, {}, headers)).errors).toEqual([]);
    expect(credentialsSent(gateway)).toEqual([asKey('demo@example.com')]);
  });

  test.each(added)(
    'is refused as long as %s is not in it, which takes what the recipe says',
    async (name) => {
      const { env, tokenWith } = await startProvider(product);
      const gateway = await startGateway({ env });

      const answer = await gateway.query(LIST, {}, bearer(await tokenWith({ [name]: undefined })));

      expect(answer.errors).toMatchObject([
        {
          message:
            name === 'aud'
              ? "The token's claim aud is not acceptable"
              : `The token's claim ${claim} does not name a linked account`,
          extensions: { code: 'UNAUTHENTICATED' },
        },
      ]);
      expect(gateway.sandbox.requests()).toEqual([]);
    },
  );

  test('is none of ours where the issuer’s slash is not as the recipe has it', async () => {
    const { env, tokenWith } = await startProvider(product);
    const issuer = settings['JWT_ISSUER'] ?? '';
    const other = issuer.endsWith('/') ? issuer.slice(0, -1) : `${issuer}/`;
    const { query, sandbox } = await startGateway({ env: { ...env, JWT_ISSUER: other } });

    const answer = await query(LIST, {}, bearer(await tokenWith()));

    expect(answer).toMatchObject({ status: 401, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    expect(sandbox.requests()).toEqual([]);
  });

  test('is of the issuer and for the audience that the settings have', () => {
    const { iss, aud, ...claims } = documentedToken(page);
    expect(iss).toBe(settings['JWT_ISSUER']);
    expect([aud].flat()).toContain(settings['JWT_AUDIENCE']);
    expect(claims).toHaveProperty([claim], 'demo@example.com');
  });
});

test('Auth0’s action puts the account of the user into the claim that the gateway reads', async () => {
  const { page } = PRODUCTS.auth0;
  const [code = ''] = blocksOf(page, 'js');
  const exported: { onExecutePostLogin?: (event: unknown, api: unknown) => Promise<void> } = {};
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call -- as Auth0 runs it
  new Function('exports', code)(exported);
  const claims: unknown[] = [];
  const api = { accessToken: { setCustomClaim: (...claim: unknown[]) => claims.push(claim) } };

  await exported.onExecutePostLogin?.({ user: { app_metadata: { refold_linked_account_id: 'demo' } } }, api);
  await exported.onExecutePostLogin?.({ user: { user_metadata: { refold_linked_account_id: 'demo' } } }, api);

  expect(claims).toEqual([[settingsOf(page)['JWT_LINKED_ACCOUNT_CLAIM'], 'demo']]);
});

test('Clerk’s claims and Keycloak’s mappers are those that the gateway reads', () => {
  const [claims = ''] = blocksOf(PRODUCTS.clerk.page, 'json');
  const clerk = settingsOf(PRODUCTS.clerk.page);
  expect(JSON.parse(claims)).toEqual({
    aud: clerk['JWT_AUDIENCE'],
    [clerk['JWT_LINKED_ACCOUNT_CLAIM'] ?? '']: '{{user.public_metadata.linked_account_id}}',
  });

  const [mappers = ''] = blocksOf(PRODUCTS.keycloak.page, 'json');
  const keycloak = settingsOf(PRODUCTS.keycloak.page);
  expect(JSON.parse(mappers)).toMatchObject([
    { config: { 'claim.name': keycloak['JWT_LINKED_ACCOUNT_CLAIM'], 'access.token.claim': 'true' } },
    { config: { 'included.custom.audience': keycloak['JWT_AUDIENCE'], 'access.token.claim': 'true' } },
  ]);
});

describe('a backend that signs for itself', () => {
  const PAGE = 'docs/recipes/sign-in-own-jwt.md';
  const [CODE = ''] = blocksIn('js', PAGE);
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

  /** The backend of the recipe; answers where it listens. */
  async function startBackend(): Promise<string> {
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const program = runProgram(CODE, { JWT_PRIVATE_KEY: pem, PORT: '0' });
    programs.push(program);
    await program.untilPrintedLike(/^listening \d+$/m);
    return `http://127.0.0.1:${/\d+/.exec(program.printed())?.[0] ?? ''}`;
  }

  const askForToken = (backend: string, cookie: string) =>
    fetch(`${backend}/token`, { method: 'POST', headers: { cookie } });

  test.each([
    ['published', (url: string) => ({ JWT_JWKS_URL: `${url}/.well-known/jwks.json` })],
    [
      'given to the gateway',
      () => ({
        JWT_JWKS_URL: '',
        JWT_PUBLIC_KEY: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      }),
    ],
  ])(
    'has its users signed in, where its key is %s',
    async (_how, keysOf: (url: string) => Record<string, string>) => {
      const backend = await startBackend();
      const env = { ...settingsOf(PAGE), REFOLD_API_KEY: 'tk_demo', ...keysOf(backend) };
      const { query } = await startGateway({ env });

      const { token } = (await (await askForToken(backend, 'session=mira')).json()) as { token: string };

      expect(await query(VIEWER, {}, bearer(token))).toMatchObject({ data: SIGNED_IN, errors: [] });
    },
  );

  test('gives nobody else a token, and publishes nothing of its private key', async () => {
    const backend = await startBackend();
    expect((await askForToken(backend, 'session=else')).status).toBe(401);
    const published = (await (await fetch(`${backend}/.well-known/jwks.json`)).json()) as { keys: object[] };
    expect(published.keys.map((key) => Object.keys(key).sort())).toEqual([
      ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'],
    ]);
  });
});
