import { expect, test } from '@jest/globals';
import { parse, type DocumentNode } from 'graphql';
import { createDocumentStore } from '../../src/graphql/document-store.ts';
import { sha256Of } from '../support/manifest.ts';
import { numbers } from '../support/numbers.ts';

const SCHEMA = 'schema:';
/** About half a megabyte of memory. */
const documentOf = (name: string) => `query ${name} { ${'field '.repeat(1000)} }`;

/** A store that everybody asks for documents as Apollo Server does. */
function createStore(trusted: readonly string[] = []) {
  const known = new Map(trusted.map((text) => [sha256Of(text), parse(text)]));
  const store = createDocumentStore({ parsed: (sha256) => known.get(sha256) ?? null }, () => 0);
  const keyOf = (text: string) => SCHEMA + sha256Of(text);
  return {
    ask: async (owner: string, text: string): Promise<DocumentNode> => {
      store.note(sha256Of(text), owner);
      const found = await store.get(keyOf(text));
      if (found === undefined) await store.set(keyOf(text), parse(text));
      return found ?? parse(text);
    },
    holds: async (text: string) => (await store.get(keyOf(text))) !== undefined,
  };
}

test('whoever asks with one document after the other pushes out none of somebody else', async () => {
  const { ask, holds } = createStore();
  await ask('quiet', documentOf('Quiet'));
  for (const nth of numbers(1, 100)) await ask('busy', documentOf(`Busy${String(nth)}`));
  expect(await holds(documentOf('Quiet'))).toBe(true);
  expect(await holds(documentOf('Busy1'))).toBe(false);
  expect(await holds(documentOf('Busy100'))).toBe(true);
});

test('trusted documents are there without being put there, and take no room', async () => {
  const { holds } = createStore([documentOf('Trusted')]);
  expect(await holds(documentOf('Trusted'))).toBe(true);
  expect(await holds(documentOf('Other'))).toBe(false);
});
