import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { COST_LIMIT } from '../../src/domain/cost.ts';

const ROOT = join(import.meta.dirname, '../..');
const textOf = (path: string) => readFileSync(join(ROOT, path), 'utf8');

/** The rows of the table of policies in docs/budget.md. */
const POLICIES = [...textOf('docs/budget.md').matchAll(/^\| ([a-z ]+?) +\| `(\S+\.ts)` +\|/gm)].map(
  ([, name = '', file = '']) => ({ name, file }),
);

/** The function that a policy is built by: `withSingleFlight` for "single flight". */
function builderOf(name: string): string {
  if (name === 'attempt') return 'createAttempt';
  if (name === 'breaker') return 'createBreaker';
  return `with${name.replace(/(?:^| )(\w)/g, (_match, letter: string) => letter.toUpperCase())}`;
}

/** The builders that `withPolicies` composes, the outermost first, each as often as it is met. */
function composed(): string[] {
  const body = /^function withPolicies\(.*?\{\n(.*?)^\}/ms.exec(textOf('src/upstream/client.ts'))?.[1] ?? '';
  const steps = new Map(
    [...body.matchAll(/^ {2}const (\w+) = (.*?);$/gms)].map(([, name = '', value = '']) => [name, value]),
  );
  // A policy names the one inside it as its last argument, so the text, with its steps written out, is in order.
  const expand = (text: string): string =>
    text.replace(/\b\w+\b(?!\.|:)/g, (word) =>
      steps.has(word) && /\bwith|\bbreaker\./.test(steps.get(word) ?? '')
        ? expand(steps.get(word) ?? '')
        : word,
    );
  const result = expand(/^ {2}return (.*)$/ms.exec(body)?.[1] ?? '');
  const met = result.match(/\bwith[A-Z]\w*(?=\()|\bbreaker\.\w+(?=\()|\battempt\b/g) ?? [];
  return met.map((word) =>
    word === 'attempt' ? 'createAttempt' : word.startsWith('breaker.') ? 'createBreaker' : word,
  );
}

describe('docs/budget.md', () => {
  test('has the policies in the order in which a call passes them', () => {
    expect(POLICIES.map(({ name }) => builderOf(name))).toEqual(composed());
    expect(POLICIES.length).toBeGreaterThan(5);
  });

  test.each(POLICIES)('says where to find $name', ({ name, file }) => {
    expect(textOf(`src/upstream/${file}`)).toContain(`function ${builderOf(name)}(`);
  });
});

/** Where a text says how many calls an operation may need or make. */
const LIMIT =
  /\b(?:at most|more than|makes|may need|among the|within|limit": ?) ?(\d+)(?= (?:upstream )?(?:calls|look-ups)| is refused|\s+\})/g;

test('the most upstream calls of an operation are those of the code, wherever they are told', () => {
  const documents = globSync(['*.md', 'docs/**/*.md', 'schema/*.graphql'], { cwd: ROOT });
  const told = documents.flatMap((path) =>
    [...textOf(path).replace(/\s+/g, ' ').matchAll(LIMIT)].map(([text, calls]) => ({
      place: `${path}: ${text}`,
      calls: Number(calls),
    })),
  );
  expect(told.filter(({ calls }) => calls !== COST_LIMIT)).toEqual([]);
  const inCost = told.filter(({ place }) => place.startsWith('docs/cost.md')).map(({ calls }) => calls);
  expect(inCost.filter((calls) => calls === COST_LIMIT).length).toBeGreaterThanOrEqual(3);
});
