import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose';
import { inSeconds, type Pair } from './product.ts';
import { startServer } from './gateway.ts';

/** How a product signs its tokens and publishes its keys, as far as the gateway can see. */
export interface Product {
  /** Of its recipe. */
  readonly page: string;
  /** The header of its tokens, besides `alg`, which is RS256. */
  readonly header: Readonly<Record<string, string>>;
  /** Of the answer that has its keys. */
  readonly contentType: string;
  /** What a published key has besides the key itself, its id, use and algorithm. */
  readonly keyMembers: Readonly<Record<string, unknown>>;
  /** How keys are published that are for something else. */
  readonly others: readonly Readonly<Record<string, string>>[];
  /** Claims of the recipe's token that the product writes only when it is told to. */
  readonly added: readonly string[];
}

const CERTIFICATE = { x5c: ['MIIC'], x5t: 'NjVBRjY5MDlCMUIwNzU4RTA2QzZFMDQ4QzQ2MDAyQjVDNjk1RTM2Qg' };

export const PRODUCTS: Readonly<Record<'auth0' | 'clerk' | 'keycloak', Product>> = {
  auth0: {
    page: 'docs/recipes/sign-in-auth0.md',
    header: { typ: 'JWT', kid: 'NjVBRjY5MDlCMUIwNzU4RTA2QzZFMDQ4QzQ2MDAyQjVDNjk1RTM2Qg' },
    contentType: 'application/json; charset=utf-8',
    keyMembers: CERTIFICATE,
    // The key that comes next.
    others: [{ alg: 'RS256', use: 'sig', kid: 'gAXwSFAlI1CoRTDFDyVDc' }],
    added: ['https://shop.example.com/linked_account_id'],
  },
  clerk: {
    page: 'docs/recipes/sign-in-clerk.md',
    header: { typ: 'JWT', cat: 'cl_B7d4PD111AAA', kid: 'ins_2hdBBKOa3lGuGbyKZzZXvHAGqE4' },
    contentType: 'application/json',
    keyMembers: {},
    others: [],
    added: ['aud', 'linked_account_id'],
  },
  keycloak: {
    page: 'docs/recipes/sign-in-keycloak.md',
    header: { typ: 'JWT', kid: 'nnniBrxL0qhG79pkF3ccQj-l0jDmxKrYYy2YLlEe1s' },
    contentType: 'application/json;charset=UTF-8',
    keyMembers: { ...CERTIFICATE, 'x5t#S256': 'cM9BfI_MuXkrE8HfoH2t5Ckx2Q6qCAiUOXhZ0A3XvCU' },
    others: [{ alg: 'RSA-OAEP', use: 'enc', kid: 'bJ9nX0n5RkV2Jqz8r1zY4h0b6tUuQ0bqfVtq3n2Yl5c' }],
    added: ['linked_account_id'],
  },
};

const textOf = (page: string) => readFileSync(join(import.meta.dirname, '../..', page), 'utf8');

/** The settings of a recipe. */
export function settingsOf(page: string): Record<string, string> {
  const [, block = ''] = /^```ini\n(.*?)^```$/ms.exec(textOf(page)) ?? [];
  return Object.fromEntries(
    [...block.matchAll(/^(\w+)=(.+)$/gm)].map(([, ...pair]) => pair as [string, string]),
  );
}

/** The text of the blocks of a recipe in a language, indented ones too. */
export function blocksOf(page: string, language: string): string[] {
  const blocks = textOf(page).matchAll(new RegExp(`^ *\`\`\`${language}\\n(.*?)^ *\`\`\`$`, 'gms'));
  return [...blocks].map(([, text = '']) => text);
}

/** What a recipe shows of the token that the product signs. */
export function documentedToken(page: string): JWTPayload {
  const tokens = blocksOf(page, 'json').map((text) => JSON.parse(text) as JWTPayload);
  const token = tokens.find(({ iss }) => iss !== undefined);
  if (token === undefined) throw new Error(`${page} shows no token`);
  return token;
}

const pairs = Promise.all([1, 2].map(() => generateKeyPair('RS256', { extractable: true })));

/** A product's own server, and what signs as it does. */
export async function startProvider({ page, header, contentType, keyMembers, others }: Product) {
  const [signing, another] = (await pairs) as [Pair, Pair];
  const env = settingsOf(page);
  const { pathname } = new URL(env['JWT_JWKS_URL'] ?? '');
  const keys = [
    { ...(await exportJWK(signing.publicKey)), ...keyMembers, alg: 'RS256', use: 'sig', kid: header['kid'] },
    ...(await Promise.all(
      others.map(async (other) => ({ ...(await exportJWK(another.publicKey)), ...keyMembers, ...other })),
    )),
  ];
  const url = await startServer((request, response) => {
    response.writeHead(request.url === pathname ? 200 : 404, { 'content-type': contentType });
    response.end(JSON.stringify({ keys }));
  });
  /** A token as the recipe shows it, of this minute, but for these claims; `undefined` leaves one out. */
  const tokenWith = (changes: JWTPayload = {}): Promise<string> => {
    const claims = documentedToken(page);
    const times = {
      iat: inSeconds(0),
      exp: inSeconds(60),
      ...(claims.nbf !== undefined && { nbf: inSeconds(-10) }),
    };
    return new SignJWT({ ...claims, ...times, ...changes })
      .setProtectedHeader({ alg: 'RS256', ...header })
      .sign(signing.privateKey);
  };
  return { env: { ...env, REFOLD_API_KEY: 'tk_demo', JWT_JWKS_URL: `${url}${pathname}` }, tokenWith };
}
