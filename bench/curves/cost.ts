import { FIRST_ACCOUNT } from '../dashboards.ts';
import { ask, countCodes, type Question } from '../load.ts';
import { cpuSecondsOf, type Service } from '../processes.ts';

/** How many operations are in progress at once. */
const AT_ONCE = 16;

/** A question, but for who asks it. */
export type Asked = Omit<Question, 'account'>;

/** What is asked of a gateway, and by whom. */
export interface Load {
  readonly gateway: Service;
  readonly operations: number;
  readonly atOnce?: number;
  /** The question of that number, from 0. */
  readonly next: (number: number) => Question;
}

/** Asks, so many at once. @throws Error where one is answered with an error: it would not be the same work */
export async function askAll({ gateway, operations, atOnce = AT_ONCE, next }: Load): Promise<void> {
  const url = `${gateway.url}/graphql`;
  let asked = 0;
  const one = async () => {
    while (asked < operations) {
      const answer = await ask(url, next(asked++));
      if (answer.codes.length > 0)
        throw new Error(`It failed: ${[...countCodes([answer]).keys()].join(', ')}`);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, operations) }, one));
}

/** The CPU that one operation takes of the gateway, in microseconds. */
export async function costOf(load: Load): Promise<number> {
  const before = cpuSecondsOf(load.gateway) ?? NaN;
  await askAll(load);
  return (((cpuSecondsOf(load.gateway) ?? NaN) - before) / load.operations) * 1e6;
}

let accounts = FIRST_ACCOUNT;

/** An account that has not asked before. */
export function newAccount(): number {
  return accounts++;
}

/** The cost of some work at some size. */
export interface Point {
  readonly size: number;
  /** In microseconds of CPU. */
  readonly cost: number;
}

/**
 * How the cost grows at the end of a curve: the power of the size that it follows there. 0: not at all, 1: in proportion,
 * 2: with the square.
 */
export function growthOf(points: readonly Point[]): number {
  const [before, last] = points.slice(-2);
  if (before === undefined || last === undefined) return NaN;
  return Math.log(last.cost / before.cost) / Math.log(last.size / before.size);
}

export function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}

/** The median of several rounds. */
export async function medianCost(load: Load, rounds: number): Promise<number> {
  const costs: number[] = [];
  for (let round = 0; round < rounds; round++) costs.push(await costOf(load));
  return medianOf(costs);
}
