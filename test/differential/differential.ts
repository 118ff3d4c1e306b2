import { EventEmitter } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { check, checkBesideOthers } from './check.ts';
import { startForeignUpstream } from './foreign-upstream.ts';
import type { World } from './world.ts';
import { startBareGateway } from './gateway.ts';
import { drawQuestion, type Question } from './questions.ts';
import { createRandom } from '../support/random.ts';
import { drawRows } from './raw-rows.ts';
import { drawTraits } from './traits.ts';
import type { Ask } from './verdict.ts';

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
  /** How many questions are asked at once: of several, those that change nothing, of an upstream that takes its time. */
  readonly atOnce: number;
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
  atOnce,
}: DifferentialOptions): Promise<DifferentialResult> {
  const upstream = await startForeignUpstream(atOnce > 1 ? createDelay(seed) : undefined);
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
      const draw = () => drawQuestion(random, world, maxPageSize);
      for (let number = 0; number < questions && !isEnough(); number += atOnce) {
        const drawn = Array.from({ length: Math.min(atOnce, questions - number) }, () =>
          atOnce > 1 ? drawStill(draw) : draw(),
        );
        const judge = async (question: Question, index: number) => {
          const ask: Ask = (text, variables) => gateway.query(world.account, text, variables);
          const verdict = await (atOnce > 1 ? checkBesideOthers : check)(world, question, ask, maxPageSize);
          if (verdict === 'right') right += 1;
          else if (verdict === 'refused') refused += 1;
          else {
            const place = { seed: seed + nth, number: number + index, maxPageSize, atOnce };
            complaints.push(describe(world, question, verdict.complaint, place));
          }
        };
        await Promise.all(drawn.map(judge));
      }
      upstream.remove(world);
    }
  } finally {
    for (const gateway of gateways) await gateway.stop();
    await upstream.stop();
  }
  return { right, refused, complaints };
}

/** How many turns of the event loop an answer is late at most; the gateway shares it. */
const TURNS_LATE = 60;

/** Most answers come at once, and the others later than those to what was asked after them. */
function createDelay(seed: number): () => Promise<void> {
  const random = createRandom(seed);
  return async () => {
    if (!random.chance(0.4)) return;
    for (let turns = random.below(TURNS_LATE); turns > 0; turns--) await setImmediate();
  };
}

/** Draws until a question changes nothing, and nothing arrives while it is asked. */
function drawStill(draw: () => Question): Question {
  const question = draw();
  switch (question.kind) {
    case 'list': {
      const { paging } = question;
      return paging.kind === 'page'
        ? question
        : { ...question, paging: { ...paging, arrivals: paging.arrivals.map(() => []) } };
    }
    case 'counts':
    case 'one':
      return question;
    case 'rerun':
    case 'dry run':
      return drawStill(draw);
  }
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
  readonly atOnce: number;
}

function describe({ traits }: World, question: Question, complaint: string, place: Place): string {
  const { seed, number, maxPageSize, atOnce } = place;
  const again = `DIFFERENTIAL_SEED=${String(seed)} DIFFERENTIAL=${String(Math.ceil((number + 1) / atOnce) * atOnce)}`;
  return [
    complaint,
    `  question ${String(number + 1)}: ${textOf(question)}`,
    `  upstream: ${textOf(traits)}, pages of at most ${String(maxPageSize)}`,
    `  again: ${again}${atOnce > 1 ? ` DIFFERENTIAL_AT_ONCE=${String(atOnce)}` : ''}`,
  ].join('\n');
}

function textOf(value: unknown): string {
  return JSON.stringify(value, (key, part: unknown) => {
    if (part instanceof Map) return Object.fromEntries(part as Map<string, unknown>);
    if (part instanceof Set) return [...(part as Set<string>)];
    return key === 'arrivals' ? (part as unknown[][]).map(({ length }) => length) : part;
  });
}
