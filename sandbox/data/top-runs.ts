import type { Catalogue } from './catalogue.ts';
import { SOURCES, TOP_GAP_MS } from './generate.ts';
import { objectId } from './object-id.ts';
import { hash, pick } from './random.ts';
import { liveRun } from './run.ts';
import type { LiveRun } from './run.ts';

/** How long the runs at the top of an account go on after the start, newest first. */
const RUNNING = [
  { runsMs: 50_000, finalStatus: 'COMPLETED' },
  { runsMs: 25_000, finalStatus: 'ERRORED' },
  { runsMs: 10_000, finalStatus: 'COMPLETED' },
] as const;

/** Most runs that an account has above its history. */
export const MOST_TOP_RUNS = RUNNING.length;

export interface TopRunsPlan {
  readonly seed: number;
  /** The account's number. */
  readonly number: number;
  readonly tag: string;
  readonly historyRows: number;
  /** How many of them to make. */
  readonly count: number;
  /** When they were created, or little later. */
  readonly originMs: number;
  /** When they began to run. */
  readonly startedAtMs: number;
  readonly catalogue: Catalogue;
}

/** The runs above an account's history, oldest first, still running at the start. */
export function topRuns(plan: TopRunsPlan): LiveRun[] {
  const running = RUNNING.slice(0, plan.count).flatMap(({ runsMs, finalStatus }, place) => {
    const workflow = plan.catalogue.publicWorkflows[1 + place];
    if (workflow === undefined) return [];
    const createdAtMs = plan.originMs - (place + 1) * TOP_GAP_MS;
    const decided = hash(plan.seed, plan.number, 5, place);
    const live = liveRun({
      id: objectId(createdAtMs, plan.tag, plan.historyRows + RUNNING.length - 1 - place),
      createdAtMs,
      startedAtMs: plan.startedAtMs,
      endsAtMs: plan.startedAtMs + runsMs,
      finalStatus,
      failure: null,
      stoppedAtMs: null,
      source: pick(SOURCES, decided),
      type: 'ASYNC',
      workflow,
      retryOf: null,
      hash: decided,
      account: plan.number,
      tag: plan.tag,
    });
    return [live];
  });
  return running.reverse();
}
