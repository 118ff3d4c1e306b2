import type { ServerResponse } from 'node:http';
import { expect } from '@jest/globals';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { startGateway, startServer, type Answer, type Setup } from './gateway.ts';
import { inSeconds, signToken, type Pair } from './product.ts';

type Gateway = Awaited<ReturnType<typeof startGateway>>;

export const ISSUER = 'https://id.example.com/';

export const AUDIENCE = 'run-history';

export const LIST = '{ executions(page: { size: 2 }) { nodes { id } } }';

export const VIEWER = '{ viewer { signIn linkedAccountId environment } }';

export const [rsa, ec, stranger] = await Promise.all([
  generateKeyPair('RS256', { extractable: true }),
  generateKeyPair('ES256', { extractable: true }),
  generateKeyPair('ES256', { extractable: true }),
]);

/** What a token of the product says; `undefined` leaves a claim out. */
export function claimsWith(changes: Record<string, unknown> = {}) {
  return {
    iss: ISSUER,
    aud: AUDIENCE,
    exp: inSeconds(300),
    linked_account_id: 'demo@example.com',
    ...changes,
  };
}

/** A token of the product, signed with its ES256 key unless told otherwise. */
export async function tokenWith(
  changes: Record<string, unknown> = {},
  header: { readonly alg?: string; readonly kid?: string; readonly key?: Pair['privateKey'] } = {},
): Promise<string> {
  const { alg = 'ES256', kid = alg, key = alg === 'RS256' ? rsa.privateKey : ec.privateKey } = header;
  return signToken(claimsWith(changes), { alg, kid }, key);
}

/** A server that publishes keys. */
export async function startKeyServer(pairs: Readonly<Record<string, Pair>>) {
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
export async function startWithServerKey({ env, ...setup }: Setup = {}, pairs = { RS256: rsa, ES256: ec }) {
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
export function credentialsSent({ sandbox }: Gateway) {
  return sandbox.requests().map(({ headers }) => ({
    authorization: headers.authorization,
    apiKey: headers['x-api-key'],
    linkedAccountId: headers['linked_account_id'],
  }));
}

export const asKey = (linkedAccountId: string) => ({
  authorization: undefined,
  apiKey: 'tk_demo',
  linkedAccountId,
});

/** The ids that an account's list begins with, asked for in a way that other tests vouch for. */
export async function idsOf(gateway: Gateway, headers: Record<string, string>): Promise<unknown> {
  const answer = await gateway.query(LIST, {}, headers);
  return answer.data;
}

/** Asks with these headers, and expects a refusal that upstream never hears of. */
export async function expectRefused(
  gateway: Gateway,
  headers: Record<string, string>,
  expected: { readonly code: string; readonly message: string; readonly status?: number },
) {
  const answer = await gateway.query(LIST, {}, headers);
  expectRefusal(gateway, answer, expected);
  const viewer = await gateway.query(VIEWER, {}, headers);
  expectRefusal(gateway, viewer, expected);
}

export function expectRefusal(
  { sandbox }: Gateway,
  { status, data, errors }: Pick<Answer, 'status' | 'data' | 'errors'>,
  expected: { readonly code: string; readonly message: string; readonly status?: number },
) {
  expect(errors.map(({ message, extensions }) => ({ message, code: extensions.code }))).toEqual([
    { message: expected.message, code: expected.code },
  ]);
  expect(Object.values((data ?? {}) as object).filter((value) => value !== null)).toEqual([]);
  expect(status).toBe(expected.status ?? (expected.code === 'UNAUTHENTICATED' ? 401 : 200));
  expect(sandbox.requests()).toEqual([]);
}
