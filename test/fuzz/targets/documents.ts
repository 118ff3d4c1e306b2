import type { Random } from '../../support/random.ts';
import { DOCUMENTS, WORDS } from '../corpus.ts';
import { mutateText } from '../mutation.ts';
import { post } from '../requests.ts';
import type { Target } from '../target.ts';

/** Documents: right ones with a few changes, heaps of words, and one part of one repeated very often. */
export const documents: Target = {
  name: 'documents',
  draw: (random) => ({ request: post(drawDocument(random)) }),
};

function drawDocument(random: Random): string {
  const kind = random.below(10);
  if (kind === 0) return Array.from({ length: random.below(300) }, () => random.pick(WORDS)).join(' ');
  if (kind === 1) return drawBomb(random);
  if (kind < 5) return withOtherNames(random, random.pick(DOCUMENTS));
  return mutateText(random, random.pick(DOCUMENTS), WORDS);
}

/** Still a document, if one of what may not be there. */
function withOtherNames(random: Random, text: string): string {
  const share = random.pick([0.02, 0.1, 0.4]);
  return text.replaceAll(/\w+/g, (name) => (random.chance(share) ? random.pick(WORDS) : name));
}

function drawBomb(random: Random): string {
  const times = 1 + random.below(2500);
  const many = (part: (nth: number) => string) =>
    Array.from({ length: times }, (_, nth) => part(nth)).join(' ');
  const within = (before: string, inside: string, after: string) =>
    before.repeat(times) + inside + after.repeat(times);
  return random.pick([
    () => `{ ${many((nth) => `a${String(nth)}: __typename`)} }`,
    () => `{ ${many(() => '__typename')} }`,
    () => `{ ${many((nth) => `a${String(nth)}: executions { nodes { id } }`)} }`,
    () => `{ __typename ${many(() => '@include(if: true)')} }`,
    () => `{ executions { nodes ${within('{ rerunOf', ' { id }', ' }')} } }`,
    () => `{ executions(filter: { status: ${within('[', 'ERRORED', ']')} }) { totalCount } }`,
    () => `{ executions(filter: ${within('{ a: ', '1', ' }')}) { totalCount } }`,
    () => `{ executions(filter: { status: [${many(() => 'ERRORED')}] }) { totalCount } }`,
    () =>
      `{ ...F0 } ${many((nth) => `fragment F${String(nth)} on Query { ...F${String(nth + 1)} ...F${String(nth + 1)} }`)}`,
    () => `{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }`,
    () => many((nth) => `query Q${String(nth)} { __typename }`),
    () => `query (${many((nth) => `$v${String(nth)}: [Int]`)}) { __typename }`,
    () => `query ($v: ${within('[', 'Int', ']')}) { __typename }`,
    () => `{ a: ${'a'.repeat(times * 30)} }`,
    () => `# ${'a'.repeat(times * 30)}\n{ __typename }`,
    () => `{ execution(id: """${'\\"""'.repeat(times)}""") { id } }`,
    () => within('{ a', '', ' }'),
    () => '{'.repeat(times),
    () => `{ execution(id: ${'9'.repeat(times * 10)}) { id } }`,
  ])();
}
