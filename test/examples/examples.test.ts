import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { runExample, stopExamples, type RunningExample } from '../support/example.ts';
import { stopAll } from '../support/gateway.ts';
import { packedPackage } from '../support/package.ts';
import { rowOf, rowsIn } from '../support/run-rows.ts';

afterEach(async () => {
  await stopExamples();
  await stopAll();
});

const EXAMPLES = path.resolve(import.meta.dirname, '../../examples');
const HOUR_MS = 3_600_000;
/** Packages are fetched and pages are built: how long that takes says something about the machine and its network. */
const PATIENCE_MS = 600_000;

beforeAll(packedPackage, PATIENCE_MS);

/** Looks at an example as somebody does who signs in, sees a run begin and fail, and signs out. */
async function tryOut({ page, gateway, product }: RunningExample) {
  await page.getByRole('button', { name: 'Sign in as Ada' }).click();
  await rowsIn(page).nth(5).waitFor();
  const [id = ''] = gateway.sandbox.addExecutions({
    account: 'demo@example.com',
    durationMs: HOUR_MS,
    failure: 'channel_not_found',
  });
  const row = rowOf(page, id);
  await row.getByText('Running').waitFor();
  gateway.sandbox.advanceClock(HOUR_MS);
  await row.getByText('Failed').waitFor();
  await row.getByText('channel_not_found').waitFor();

  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Sign in as Grace' }).click();
  await rowsIn(page).nth(5).waitFor();
  const isSeenByGrace = (await row.count()) > 0;
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Sign in as Ada' }).waitFor();
  const token = await page.request.get(`${product}/token`);
  return { isSeenByGrace, left: await rowsIn(page).count(), tokenStatus: token.status() };
}

/** Where all documents stand that its gateway was asked for. */
function documentsIn({ gateway }: RunningExample): unknown[] {
  const told = gateway.logs.map((line) => (JSON.parse(line) as { document?: string }).document);
  return [...new Set(told)].filter((document) => document !== undefined);
}

const AS_IT_SHOULD = { isSeenByGrace: false, left: 0, tokenStatus: 401 };

describe('a copy of an example, with the package as it is packed,', () => {
  test(
    'in plain HTML shows live runs to who is signed in',
    async () => {
      const example = await runExample('plain-html');

      expect(await tryOut(example)).toEqual(AS_IT_SHOULD);
      expect(documentsIn(example)).toEqual(['trusted']);
      expect(example.complaints).toEqual([]);
    },
    PATIENCE_MS,
  );

  test(
    'in Vite with Apollo Client shows live runs and what is made of the hooks, in the router’s address',
    async () => {
      const example = await runExample('vite-apollo');
      const { page } = example;

      expect(await tryOut(example)).toEqual(AS_IT_SHOULD);
      await page.getByRole('button', { name: 'Sign in as Ada' }).click();
      await page.getByRole('link', { name: /^[1-9]\d* failed today$/ }).click();
      expect(page.url()).toContain('rh-range=today');
      await rowsIn(page).first().waitFor();
      await page.goBack();
      await rowsIn(page).nth(5).waitFor();
      expect(documentsIn(example)).toEqual(['trusted']);
      expect(example.complaints).toEqual([]);
    },
    PATIENCE_MS,
  );
});

interface Manifest {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

const readJson = (...file: string[]): unknown =>
  JSON.parse(readFileSync(path.join(EXAMPLES, ...file), 'utf8'));

test.each(['plain-html', 'vite-apollo'])('the lockfile of %s fits: `npm run locks` writes it', (name) => {
  const lock = readJson(name, 'package-lock.json') as {
    readonly packages: Readonly<Record<string, Manifest & { readonly resolved?: string }>>;
  };
  const { version, dependencies, peerDependencies } = readJson(
    '../packages/run-history/package.json',
  ) as Manifest;

  expect(lock.packages['']?.dependencies).toEqual((readJson(name, 'package.json') as Manifest).dependencies);
  expect(lock.packages['node_modules/@refold-gateway/run-history']).toMatchObject({
    version,
    dependencies,
    peerDependencies,
  });
  expect(Object.values(lock.packages).filter(({ resolved }) => resolved !== undefined)).toEqual([]);
});

test('both examples have the same product', () => {
  const [one, other] = ['vite-apollo', 'plain-html'].map((name) =>
    readFileSync(path.join(EXAMPLES, name, 'server.js'), 'utf8'),
  );
  expect(one).toBe(other);
});
