import { createRandom, hash } from './random.ts';

// Taken out of the global object once: a look-up in it for every row is slow in an isolated context.
const { ceil, floor } = Math;

/** Statuses that rows of the history have; the last two are newer than the documentation. */
export const HISTORY_STATUSES = [
  'COMPLETED',
  'ERRORED',
  'TIMED_OUT',
  'STOPPED',
  'QUEUED',
  'WAITING',
] as const;
/** What started a run, as D1 spells it. */
export const SOURCES = ['Event', 'Schedule', 'API Call'] as const;
export const TYPES = ['SYNC', 'ASYNC'] as const;

export type Source = (typeof SOURCES)[number];
export type RunType = (typeof TYPES)[number];

/** Distance between the running rows at the top of a history. */
export const TOP_GAP_MS = 20_000;
/** Rows from the top in which only public workflows appear, each in turn. */
const CYCLED_ROWS = 200;
/** Rows from the top without a status that the documentation does not know. */
const DOCUMENTED_ROWS = 20;

const LONGEST_GAP_MS = 3 * 3_600_000;
/** Gaps are random, so a history of this mean length is never as long as 90 days. */
const MEAN_SPAN_MS = 75 * 86_400_000;

/**
 * The settled rows of one account, oldest first, in columns: no object a row. Status, source and type are
 * indexes into the lists above, the workflow one into the account's own list of workflows.
 */
export interface History {
  readonly length: number;
  readonly createdAtMs: Float64Array;
  readonly durationMs: Uint32Array;
  readonly status: Uint8Array;
  readonly source: Uint8Array;
  readonly type: Uint8Array;
  readonly workflow: Uint8Array;
}

export interface HistoryPlan {
  readonly seed: number;
  readonly account: number;
  /** When the sandbox started, in epoch ms: all rows are older. */
  readonly originMs: number;
  /** Whether runs come by day more than by night, and fail now and then in numbers. */
  readonly isLively?: boolean;
  readonly rows: number;
  /** Rows of the account that are newer than the newest row of the history. */
  readonly rowsAbove: number;
  readonly publicWorkflows: number;
  readonly privateWorkflows: number;
}

const HOUR_MS = 3_600_000;
const INCIDENT_EVERY_MS = 14 * 24 * HOUR_MS;

/** Whether an application was out of order so long before the start: for five hours, two days before, and every two weeks. */
export function isIncident(agoMs: number): boolean {
  const hours = (agoMs % INCIDENT_EVERY_MS) / HOUR_MS;
  return hours >= 48 && hours < 53;
}

/** What gaps between two runs are to their mean: four times as many runs come by day as by night, as many in all. */
function gapAt(createdAtMs: number): number {
  const hour = floor(createdAtMs / HOUR_MS) % 24;
  return hour >= 7 && hour < 19 ? 0.625 : 2.5;
}

function statusAt(position: number, random: number): number {
  if (position >= DOCUMENTED_ROWS && (position % 50 === 37 || random < 0.005))
    return position % 2 === 0 ? 5 : 4;
  if (random < 0.84) return 0;
  if (random < 0.93) return 1;
  return random < 0.96 ? 2 : 3;
}

/** Makes the history of an account. The same plan makes the same rows; another origin only moves them. */
export function generateHistory(plan: HistoryPlan): History {
  const { rows, rowsAbove, isLively = false } = plan;
  const random = createRandom(hash(plan.seed, plan.account, 3));
  const history = {
    length: rows,
    createdAtMs: new Float64Array(rows),
    durationMs: new Uint32Array(rows),
    status: new Uint8Array(rows),
    source: new Uint8Array(rows),
    type: new Uint8Array(rows),
    workflow: new Uint8Array(rows),
  };
  const meanGapMs = Math.min(LONGEST_GAP_MS, MEAN_SPAN_MS / Math.max(rows, 1));
  const workflows = plan.publicWorkflows + plan.privateWorkflows;
  let createdAtMs = plan.originMs - (rowsAbove + 1) * TOP_GAP_MS;
  for (let row = rows - 1; row >= 0; row -= 1) {
    const position = rowsAbove + rows - 1 - row;
    const share = random();
    // One row in fifty is created in the same millisecond as its neighbour, as real ones are.
    const pace = isLively ? gapAt(createdAtMs) : 1;
    createdAtMs -= share < 0.02 ? 0 : ceil(share * 2 * meanGapMs * pace);
    const source = floor(random() * SOURCES.length);
    history.createdAtMs[row] = createdAtMs;
    const fate = random();
    const fails = isLively && fate > 0.35 && isIncident(plan.originMs - createdAtMs);
    history.status[row] = fails ? 1 : statusAt(position, fate);
    history.source[row] = source;
    history.type[row] = source === 2 && random() < 0.5 ? 0 : 1;
    history.workflow[row] =
      position < CYCLED_ROWS ? position % plan.publicWorkflows : floor(random() * workflows);
    history.durationMs[row] = 200 + floor(random() * random() * 60_000);
  }
  return history;
}
