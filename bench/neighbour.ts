/** What one tenant at a hundred times its share does to the waits of the others. */
import { parseArgs } from 'node:util';
import { createRandom } from '../sandbox/data/random.ts';
import { FIRST_ACCOUNT } from './dashboards.ts';
import { flow, percentile, printCodes, type Answer } from './load.ts';
import { startGateway, startSandbox } from './processes.ts';
import { finding, note, number, printFindings, printTable, type Finding } from './table.ts';

const TENANTS = 10;
const RATE_PER_SECOND = 20;
const SHARE_PER_SECOND = RATE_PER_SECOND / TENANTS;
/** How much of their share the others use. */
const OTHERS_USE = 0.8;
const NOISE = 100;
const ONE_CALL = `query Rows($page: PageInput) { executions(page: $page) { nodes { id status createdAt } } }`;
/** So many pages that hardly two requests are for the same one. */
const MANY_PAGES = 2000;

interface Outcome {
  readonly others: readonly Answer[];
  readonly noisy: readonly Answer[];
}

/**
 * Compares the others' waits without and with the noise.
 * @param pages how many pages each tenant asks for: with few of them, many of the noisy one's requests become one
 */
export async function measureNeighbour(seconds: number, pages = MANY_PAGES): Promise<Finding[]> {
  const quiet = await measure(OTHERS_USE, seconds, pages);
  const loud = await measure(NOISE, seconds, pages);
  const waitsOf = ({ others }: Outcome) => others.map(({ cost }) => cost?.waitedMs ?? NaN);
  const rows = Object.entries({ 'at its share': quiet, [`at ${String(NOISE)}x its share`]: loud }).map(
    ([name, outcome]) => [
      name,
      ...[0.5, 0.95, 0.99].map((share) => number(percentile(waitsOf(outcome), share))),
      printCodes(outcome.others),
      printCodes(outcome.noisy),
    ],
  );
  console.log(
    `\n${String(TENANTS)} tenants, of whom all but one use ${String(OTHERS_USE * 100)} % of their share of 20/s, at random moments, for ${String(seconds)} s.`,
  );
  const heading = ['the noisy one', 'others wait p50 ms', 'p95', 'p99', 'others’ answers', 'its answers'];
  printTable('Noisy neighbour', heading, rows);
  const ratio = percentile(waitsOf(loud), 0.99) / percentile(waitsOf(quiet), 0.99);
  const refused = loud.others.filter(({ codes }) => codes.length > 0).length;
  return [
    finding('the others’ p99 wait, times what it was without the noise', ratio, { atMost: 2 }),
    finding('answers that the others did not get', refused, { atMost: 0 }),
  ];
}

async function measure(noise: number, seconds: number, pages: number): Promise<Outcome> {
  const sandbox = await startSandbox({ accounts: TENANTS + 2, executions: 10 * pages });
  const gateway = await startGateway(sandbox.url, { CACHE_LIST_MS: '0' });
  const random = createRandom(1);
  const askingOf = (perSecond: number, tenantOf: () => number) =>
    flow({
      perSecond,
      seconds,
      random,
      next: (number) => ({
        url: `${gateway.url}/graphql`,
        question: {
          account: FIRST_ACCOUNT + tenantOf(),
          query: ONE_CALL,
          variables: { page: { number: 1 + (number % pages), size: 10 } },
        },
      }),
    });
  const [others, noisy] = await Promise.all([
    askingOf((TENANTS - 1) * SHARE_PER_SECOND * OTHERS_USE, () => 1 + Math.floor(random() * (TENANTS - 1))),
    askingOf(SHARE_PER_SECOND * noise, () => 0),
  ]);
  const outcome = { others: await others.answers, noisy: await noisy.answers };
  await Promise.all([gateway.stop(), sandbox.stop()]);
  note(`noise ${String(noise)}: others ${printCodes(outcome.others)}; it ${printCodes(outcome.noisy)}`);
  return outcome;
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '40' },
      pages: { type: 'string', default: String(MANY_PAGES) },
    },
  });
  printFindings(await measureNeighbour(Number(values.seconds), Number(values.pages)));
}
