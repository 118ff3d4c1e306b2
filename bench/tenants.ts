/** Ten thousand linked accounts through one gateway: what it remembers of them, and whether that stays bounded. */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createRandom } from '../sandbox/data/random.ts';
import { FIRST_ACCOUNT, RUN_HISTORY } from './dashboards.ts';
import { flow, printCodes, type Answer } from './load.ts';
import { ANY_RATE, startGateway, startSandbox, type Service } from './processes.ts';
import { finding, note, number, printFindings, printTable, type Finding } from './table.ts';

/** More than the cache has room for: warming up does the same work as what follows. */
const WARM_TENANTS = 1500;
const WARM_SECONDS = 30;
const PER_SECOND = 100;
const SAMPLE_MS = 1000;
const MEGABYTE = 2 ** 20;

/** What `measureTenants` may be told. */
export interface TenantsOptions {
  readonly tenants: number;
  /** How long the memory is watched once all tenants have been seen. */
  readonly minutes: number;
}

interface Sample {
  readonly rss: number;
  readonly heap: number;
  readonly series: number;
  readonly cached: number;
  /** Answers with an error so far, in this part. */
  readonly failed: number;
}

/** Measures a gateway with an upstream that does not limit it. */
export async function measureTenants({ tenants, minutes }: TenantsOptions): Promise<Finding[]> {
  const sandbox = await startSandbox({ accounts: tenants + 2, executions: 50, rate: 0 });
  const gateway = await startGateway(sandbox.url, ANY_RATE);
  const random = createRandom(1);
  const anyOf = (count: number) => FIRST_ACCOUNT + Math.floor(random() * count);

  const warm = last(await load(gateway, WARM_SECONDS, (number) => FIRST_ACCOUNT + (number % WARM_TENANTS)));
  const seen = await load(gateway, tenants / PER_SECOND, (number) => FIRST_ACCOUNT + (number % tenants));
  const all = last(seen);
  const on = await load(gateway, minutes * 60, () => anyOf(tenants));
  const end = last(on);
  await Promise.all([gateway.stop(), sandbox.stop()]);

  const row = (name: string, { rss, heap, cached, series }: Sample) => [
    name,
    ...[rss / MEGABYTE, heap / MEGABYTE, cached, series].map((value) => number(Math.round(value))),
  ];
  printTable(
    `${number(tenants)} tenants, ${String(PER_SECOND)} queries a second`,
    ['when', 'memory MB', 'heap MB', 'answers remembered', 'metric series'],
    [
      row(`after ${number(WARM_TENANTS)} tenants`, warm),
      row('after all of them', all),
      ...[0.25, 0.5, 0.75].map((part) => row(`${number(minutes * part)} min on`, at(on, part))),
      row(`${number(minutes)} min on`, end),
    ],
  );
  const growth = (peakOf(seen) - warm.rss) / MEGABYTE;
  const drift = (peakOf(on.slice(on.length / 2)) - peakOf(on.slice(0, on.length / 2))) / MEGABYTE;
  return [
    finding('memory grown when all tenants have been seen', growth, { atMost: 150 }, ' MB'),
    finding(
      `memory grown in the ${number(minutes)} min after`,
      (peakOf(on) - warm.rss) / MEGABYTE,
      { atMost: 150 },
      ' MB',
    ),
    finding('of that, in the second half of the time', drift, { atMost: 15 }, ' MB'),
    finding('answers that failed', all.failed + end.failed, { atMost: 0 }),
    finding('metric series', Math.max(...on.map(({ series }) => series)), { atMost: 2000 }),
  ];
}

/** Asks at a steady pace, each question of the account chosen, and samples the gateway's memory meanwhile. */
async function load(
  gateway: Service,
  seconds: number,
  accountOf: (number: number) => number,
): Promise<Sample[]> {
  const url = `${gateway.url}/graphql`;
  let asked = 0;
  const next = () => ({ url, question: { account: accountOf(asked++), query: RUN_HISTORY } });
  // Without the good ones, so that the benchmark does not keep ten minutes of answers.
  const answers: Answer[] = [];
  const samples: Sample[] = [];
  const watching = new AbortController();
  const watch = async () => {
    while (!watching.signal.aborted) {
      samples.push(await sample(gateway, answers.length));
      await sleep(SAMPLE_MS, undefined, { signal: watching.signal }).catch(() => undefined);
    }
  };
  const watched = watch();
  for (let left = seconds; left > 0; left -= 10) {
    const { answers: part } = await flow({ perSecond: PER_SECOND, seconds: Math.min(10, left), next });
    answers.push(...(await part).filter(({ codes }) => codes.length > 0));
  }
  watching.abort();
  await watched;
  samples.push(await sample(gateway, answers.length));
  note(
    `${number(last(samples).rss / MEGABYTE)} MB after ${number(seconds)} s; errors: ${printCodes(answers) || 'none'}`,
  );
  return samples;
}

async function sample({ url }: Service, failed: number): Promise<Sample> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const valueOf = (name: string) => Number(lines.find((line) => line.startsWith(`${name} `))?.split(' ')[1]);
  return {
    rss: valueOf('process_resident_memory_bytes'),
    heap: valueOf('nodejs_heap_size_used_bytes'),
    cached: valueOf('refold_gateway_cache_entries'),
    series: lines.length,
    failed,
  };
}

function last(samples: readonly Sample[]): Sample {
  return at(samples, 1);
}

/** The sample at a share of the time. */
function at(samples: readonly Sample[], share: number): Sample {
  const found = samples[Math.min(samples.length - 1, Math.floor(samples.length * share))];
  if (found === undefined) throw new Error('Nothing was sampled');
  return found;
}

function peakOf(samples: readonly Sample[]): number {
  return Math.max(...samples.map(({ rss }) => rss));
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { tenants: { type: 'string', default: '10000' }, minutes: { type: 'string', default: '2' } },
  });
  printFindings(await measureTenants({ tenants: Number(values.tenants), minutes: Number(values.minutes) }));
}
