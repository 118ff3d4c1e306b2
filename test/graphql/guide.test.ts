import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { parse, visit } from 'graphql';
import type { Sandbox } from '../../sandbox/server.ts';
import { startGateway, stopAll } from '../support/gateway.ts';

afterEach(stopAll);

const GUIDE = readFileSync(join(import.meta.dirname, '../../docs/guide.md'), 'utf8');
const QUESTIONS = GUIDE.split(/^## /m)
  .slice(1)
  .map((section) => ({
    title: section.split('\n')[0] ?? '',
    text: /^```graphql\n(.*?)^```$/ms.exec(section)?.[1] ?? '',
    calls: Number(/^Upstream calls: (\d+)$/m.exec(section)?.[1]),
  }));

/** Fields that are there when something went wrong. */
const OF_FAILURES = new Set(['message']);

/** How many requests the sandbox has counted. */
function countedBy(sandbox: Sandbox): number {
  const routes = Object.values(sandbox.stats().requests).flatMap((outcomes) => Object.values(outcomes));
  return routes.reduce((sum, count) => sum + count, 0);
}

/** The names of the fields that a query asks for. */
function askedFor(text: string): string[] {
  const names = new Set<string>();
  visit(parse(text), { Field: ({ name }) => void names.add(name.value) });
  return [...names];
}

/** The names of the fields that have a value somewhere. */
function answered(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [
    ...(inner === null ? [] : [name]),
    ...answered(inner),
  ]);
}

describe('the guide', () => {
  test('answers ten questions, and sums up what they cost', () => {
    const rows = [...GUIDE.matchAll(/^\| \[(\d+\. .*?)\]\(.*?\) +\| (\d+) +\|$/gm)];
    expect(rows.map(([, title, calls]) => ({ title, calls: Number(calls) }))).toEqual(
      QUESTIONS.map(({ title, calls }) => ({ title, calls })),
    );
    expect(QUESTIONS).toHaveLength(10);
  });

  test.each(QUESTIONS)('$title has an answer, for $calls upstream calls', async ({ text, calls }) => {
    const { query, sandbox } = await startGateway();
    const { data, errors, extensions } = await query<unknown>(text);

    expect(errors).toEqual([]);
    expect(countedBy(sandbox)).toBe(calls);
    expect(extensions.upstream.calls).toBe(calls);
    const found = new Set(answered(data));
    expect(askedFor(text).filter((name) => !found.has(name) && !OF_FAILURES.has(name))).toEqual([]);
  });

  test('goes on behind the end cursor, without any row twice', async () => {
    const { query, sandbox } = await startGateway();
    const text = QUESTIONS.find((one) => one.text.includes('endCursor'))?.text ?? '';
    interface Page {
      readonly executions: {
        readonly pageInfo: { readonly endCursor: string };
        readonly edges: readonly { readonly node: { readonly id: string } }[];
      };
    }
    const first = await query<Page>(text);
    const { endCursor } = first.data.executions.pageInfo;
    const next = await query<Page>(text.replace('first: 5', `first: 5, after: "${endCursor}"`));
    const ids = [first, next].flatMap(({ data }) => data.executions.edges.map(({ node }) => node.id));

    expect(new Set(ids).size).toBe(10);
    expect(countedBy(sandbox)).toBe(2);
  });
});
