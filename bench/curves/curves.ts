import { ANY_RATE, startGateway, type Service } from '../processes.ts';
import {
  askAll,
  costOf,
  medianCost,
  medianOf,
  newAccount,
  type Asked,
  type Load,
  type Point,
} from './cost.ts';
import type { RecordedUpstream } from './recorded-upstream.ts';

/** How much is measured: for a quick look, less. */
export interface CurveOptions {
  readonly upstream: RecordedUpstream;
  /** How many operations each point is the mean of. */
  readonly operations: number;
  /** How often each point is measured; its median counts. */
  readonly rounds: number;
}

/** Measures what an operation costs at several sizes of something. */
export type Curve = (options: CurveOptions) => Promise<Point[]>;

const ROW = `id name status createdAt completedAt durationMs source type environment
  workflow { id name icon } application { id name icon }`;
const STEPS = `query Run($id: ID!) {
  execution(id: $id) { id status nodes { nodeId name type status attempts durationMs output } }
}`;

/** Nothing of this kind is to be what is measured. */
const NO_LIMITS = { ...ANY_RATE, OVERLOAD_AFTER_MS: '0', MAX_OPERATIONS_IN_PROGRESS: '100000' };
export const FORGETFUL = { ...NO_LIMITS, CACHE_LIST_MS: '0' };
export const LISTS_FOR_LONG = { ...NO_LIMITS, CACHE_LIST_MS: '3600000' };
/** A rate that makes many wait, and patience with it. */
const SLOW = {
  UPSTREAM_RATE_PER_SECOND: '200',
  UPSTREAM_BURST: '1',
  UPSTREAM_QUEUE_SIZE: '2000',
  OPERATION_TIMEOUT_MS: '600000',
  UPSTREAM_TIMEOUT_MS: '60000',
};
const CACHE_BYTES = 2 ** 23;
/** How much of the room lists may fill: a quarter of it is for whole answers, and none is to make way. */
const ALMOST = 0.72;
/** Of all who are asked for, each in turn, far from the one before. */
const STRIDE = 7919;

function listOf(rows: number): Asked {
  const query = `query Runs($page: PageInput) { executions(page: $page) { totalCount nodes { ${ROW} } } }`;
  return { query, variables: { page: { number: 1, size: rows } } };
}

/** A list that nobody has asked for. */
export const coldList = (rows: number) => () => ({ account: newAccount(), ...listOf(rows) });

/** A list that is remembered. */
export const warmList = () => ({ account: 3, ...listOf(10) });

/** Measures questions of several sizes, in turn and back again, so that what changes meanwhile changes all alike. */
async function measureSizes(
  gateway: Service,
  sizes: readonly number[],
  nextOf: (size: number) => Load['next'],
  { operations, rounds }: CurveOptions,
): Promise<Point[]> {
  const costs = new Map<number, number[]>(sizes.map((size) => [size, []]));
  for (const size of sizes) await askAll({ gateway, operations, next: nextOf(size) });
  for (let round = 0; round < rounds; round++) {
    for (const size of round % 2 === 0 ? sizes : sizes.toReversed()) {
      costs.get(size)?.push(await costOf({ gateway, operations, next: nextOf(size) }));
    }
  }
  return sizes.map((size) => ({ size, cost: medianOf(costs.get(size) ?? []) }));
}

/** What grows with the rows of a list. */
const rows: Curve = async (options) => {
  const gateway = await startGateway(options.upstream.url, FORGETFUL);
  const points = await measureSizes(gateway, [1, 10, 25, 50, 100], coldList, options);
  await gateway.stop();
  return points;
};

/** What grows with the steps of a run. */
const steps: Curve = async (options) => {
  const { upstream } = options;
  const gateway = await startGateway(upstream.url, { ...NO_LIMITS, CACHE_TERMINAL_MS: '0' });
  const runWith = (size: number) => () => ({
    account: newAccount(),
    query: STEPS,
    variables: { id: upstream.runWith(size) },
  });
  // Steps differ in size: whole repetitions of them weigh as much by the step.
  const sizes = [1, ...[1, 4, 7, 14].map((repetitions) => repetitions * upstream.repeatedSteps)];
  const points = await measureSizes(gateway, sizes, runWith, options);
  await gateway.stop();
  return points;
};

/** What grows with those who have asked: a list of one of them. */
const tenants: Curve = async ({ upstream, operations, rounds }) => {
  const gateway = await startGateway(upstream.url, { ...FORGETFUL, UPSTREAM_RATE_SCOPE: 'linked-account' });
  const base = 1_000_000;
  const listOfAny = (count: number) => (number: number) => ({
    account: base + ((number * STRIDE) % count),
    ...listOf(10),
  });
  await askAll({ gateway, operations: 2 * operations, next: listOfAny(1) });
  const points: Point[] = [];
  for (const size of [1, 100, 1000, 10_000]) {
    const known = points.at(-1)?.size ?? 0;
    const unknown = (number: number) => ({ account: base + known + number, ...listOf(1) });
    await askAll({ gateway, operations: size - known, next: unknown });
    // One at a time: the same question at once would be answered once.
    const load = { gateway, operations, atOnce: 1, next: listOfAny(size) };
    points.push({ size, cost: await medianCost(load, rounds) });
  }
  await gateway.stop();
  return points;
};

/** What grows with what is remembered, in % of the room for it: a list that is remembered. */
const cache: Curve = async ({ upstream, operations, rounds }) => {
  const gateway = await startGateway(upstream.url, {
    ...LISTS_FOR_LONG,
    CACHE_MAX_BYTES: String(CACHE_BYTES),
  });
  const first = 2_000_000;
  const listOfAny = (count: number) => (number: number) => ({
    account: first + ((number * STRIDE) % count),
    ...listOf(10),
  });
  await askAll({ gateway, operations: 2 * operations, next: listOfAny(1) });
  const fits = CACHE_BYTES / (await cachedBytes(gateway));
  const points: Point[] = [];
  for (const size of [1, 25, 50, 100]) {
    const count = Math.max(1, Math.floor((fits * ALMOST * size) / 100));
    await askAll({ gateway, operations: 2 * count, next: listOfAny(count) });
    points.push({ size, cost: await medianCost({ gateway, operations, next: listOfAny(count) }, rounds) });
  }
  await gateway.stop();
  return points;
};

async function cachedBytes({ url }: Service): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^refold_gateway_cache_bytes (\d+)/m.exec(text)?.[1]);
}

/** What grows with those who wait for upstream's rate. */
const queue: Curve = async ({ upstream, operations }) => {
  const points: Point[] = [];
  for (const size of [1, 10, 100, 500]) {
    const gateway = await startGateway(upstream.url, { ...FORGETFUL, ...SLOW });
    const load = { gateway, atOnce: size, next: coldList(10) };
    await askAll({ ...load, operations: 500 + size });
    points.push({ size, cost: await costOf({ ...load, operations: operations + size }) });
    await gateway.stop();
  }
  return points;
};

/** By the name that picks one of them. */
export const CURVES: Readonly<Record<string, Curve>> = { rows, steps, tenants, cache, queue };
