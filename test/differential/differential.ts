import { EventEmitter } from 'node:events';
import { check } from './check.ts';
import { startForeignUpstream } from './foreign-upstream.ts';
import type { World } from './world.ts';
import { startBareGateway } from './gateway.ts';
import { drawQuestion, type Question } from './questions.ts';
import { createRandom } from '../support/random.ts';
import { drawRows } from './raw-rows.ts';
import { drawTraits } from './traits.ts';

/** How many questions each upstream is asked, one after the other, by the same caller. */
const QUESTIONS = 15;
/** Each gateway has its own; upstreams take turns at them. */
const PAGE_SIZES = [100, 25, 10] as const;

/** What to run. */
export interface DifferentialOptions {
  readonly cases: number;
  /** Of the first upstream; each further one has the next. */
  readonly seed: number;
  /** After so many complaints the rest is left out. */
  readonly maxComplaints: number;
}

/** What came of it. */
export interface DifferentialResult {
  readonly right: number;
  readonly refused: number;
  /** What is wrong, each with how to see it again. */
  readonly complaints: readonly string[];
}

/** Asks the gateway in front of many upstreams, and holds its answers to the rows. */
export async function runDifferential({
  cases,
  seed,
  maxComplaints,
}: DifferentialOptions): Promise<DifferentialResult> {
  const upstream = await startForeignUpstream();
  const complaints: string[] = [];
  let [right, refused] = [0, 0];
  const gateways = await Promise.all(PAGE_SIZES.map((size) => startBareGateway(upstream.url, size)));
  try {
    const isEnough = () => complaints.length >= maxComplaints;
    for (let nth = 0; nth * QUESTIONS < cases && !isEnough(); nth++) {
      const maxPageSize = PAGE_SIZES[(seed + nth) % PAGE_SIZES.length] ?? 100;
      const gateway = gateways[(seed + nth) % PAGE_SIZES.length];
      if (gateway === undefined) break;
      const random = createRandom(seed + nth);
      const world = drawWorld(random, seed + nth);
      upstream.add(world);
      const questions = Math.min(QUESTIONS, cases - nth * QUESTIONS);
      for (let number = 0; number < questions && !isEnough(); number++) {
        const question = drawQuestion(random, world, maxPageSize);
        const verdict = await check(
          world,
          question,
          (text, variables) => gateway.query(world.account, text, variables),
          maxPageSize,
        );
        if (verdict === 'right') right += 1;
        else if (verdict === 'refused') refused += 1;
        else
          complaints.push(
            describe(world, question, verdict.complaint, { seed: seed + nth, number, maxPageSize }),
          );
      }
      upstream.remove(world);
    }
  } finally {
    for (const gateway of gateways) await gateway.stop();
    await upstream.stop();
  }
  return { right, refused, complaints };
}

function drawWorld(random: ReturnType<typeof createRandom>, seed: number): World {
  const traits = drawTraits(random);
  return {
    account: `account-${String(seed)}@example.com`,
    traits,
    rows: drawRows(random, traits.rows),
    asked: { requests: 0, events: new EventEmitter(), largestLimit: 0, reruns: [] },
  };
}

interface Place {
  readonly seed: number;
  readonly number: number;
  readonly maxPageSize: number;
}

function describe({ traits }: World, question: Question, complaint: string, place: Place): string {
  const { seed, number, maxPageSize } = place;
  return [
    complaint,
    `  question ${String(number + 1)}: ${textOf(question)}`,
    `  upstream: ${textOf(traits)}, pages of at most ${String(maxPageSize)}`,
    `  again: DIFFERENTIAL_SEED=${String(seed)} DIFFERENTIAL=${String(number + 1)}`,
  ].join('\n');
}

function textOf(value: unknown): string {
  return JSON.stringify(value, (key, part: unknown) => {
    if (part instanceof Map) return Object.fromEntries(part as Map<string, unknown>);
    if (part instanceof Set) return [...(part as Set<string>)];
    return key === 'arrivals' ? (part as unknown[][]).map(({ length }) => length) : part;
  });
}
