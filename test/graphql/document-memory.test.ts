import { afterEach, expect, test } from '@jest/globals';
import { heapUsed } from '../support/collect-garbage.ts';
import { startGateway, stopAll } from '../support/gateway.ts';
import { numbers } from '../support/numbers.ts';

afterEach(stopAll);

/** What documents and plans may take together. */
const MAX_BYTES = 24 * 2 ** 20;

const COMMENTS = '#\n'.repeat(999);
const STATUSES = 'ERRORED '.repeat(900);
const ALIASES = numbers(1, 90)
  .map((nth) => `a${String(nth)}: __typename`)
  .join(' ');

test.each<[what: string, count: number, documentOf: (nth: number) => string]>([
  ['comments', 300, (nth) => `{ __typename } #${String(nth)}\n${COMMENTS}`],
  [
    'fields and values',
    120,
    (nth) =>
      `query Q${String(nth)} { ${ALIASES} executions(filter: { status: [${STATUSES}] }) @skip(if: true) { totalCount } }`,
  ],
])(
  'documents and plans take no more than they may, be they nothing but %s',
  async (_what, count, documentOf) => {
    const { query } = await startGateway();
    // A plan is kept once its document has been asked for twice.
    const ask = async (nth: number) => {
      for (let time = 0; time < 2; time++) expect((await query(documentOf(nth))).errors).toEqual([]);
    };
    await ask(0);
    const before = await heapUsed();

    for (const nth of numbers(1, count)) await ask(nth);

    expect((await heapUsed()) - before).toBeLessThan(MAX_BYTES);
  },
);
