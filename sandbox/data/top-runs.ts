import { DOCUMENT_WORKFLOW_ID } from './catalogue.ts';
import type { Catalogue, Workflow } from './catalogue.ts';
import { DOCUMENT_CREATED_MS, SOURCES, TOP_GAP_MS } from './generate.ts';
import { objectId } from './object-id.ts';
import { hash, pick } from './random.ts';
import { liveRun } from './run.ts';
import type { LiveRun } from './run.ts';

/** The seed document's own execution, of the first account. */
const DOCUMENT_EXECUTION_ID = '65410cf6cdf931a12d7ab009';

/** How long the runs at the top of an account go on after the start, newest first. */
const RUNNING = [
  { runsMs: 50_000, finalStatus: 'COMPLETED' },
  { runsMs: 25_000, finalStatus: 'ERRORED' },
  { runsMs: 10_000, finalStatus: 'COMPLETED' },
] as const;

const DOCUMENT_RUNS_MS = 1834;

/** Most runs that an account has above its history. */
export const MOST_TOP_RUNS = RUNNING.length + 1;

export interface TopRunsPlan {
  readonly seed: number;
  /** The account's number. */
  readonly number: number;
  readonly tag: string;
  readonly historyRows: number;
  /** How many of them to make. */
  readonly count: number;
  readonly startedAtMs: number;
  readonly catalogue: Catalogue;
}

function hasDocument(account: number): boolean {
  return account === 0;
}

/** How many runs an account of so many executions has above its history. */
export function countTopRuns(account: number, executions: number): number {
  return Math.min(executions, RUNNING.length + (hasDocument(account) ? 1 : 0));
}

/** The runs above an account's history, oldest first: some still running, and the document's own. */
export function topRuns(plan: TopRunsPlan): LiveRun[] {
  const document = plan.catalogue.publicWorkflows.find((one) => one.id === DOCUMENT_WORKFLOW_ID);
  const documents =
    hasDocument(plan.number) && plan.count > 0 && document !== undefined
      ? [documentRun(document, plan.startedAtMs)]
      : [];
  const running = RUNNING.slice(0, plan.count - documents.length).flatMap(
    ({ runsMs, finalStatus }, place) => {
      const workflow = plan.catalogue.publicWorkflows[documents.length + place];
      if (workflow === undefined) return [];
      const createdAtMs = DOCUMENT_CREATED_MS - (place + 1) * TOP_GAP_MS;
      const decided = hash(plan.seed, plan.number, 5, place);
      const live = liveRun({
        id: objectId(createdAtMs, plan.tag, plan.historyRows + RUNNING.length - 1 - place),
        createdAtMs,
        startedAtMs: plan.startedAtMs,
        endsAtMs: plan.startedAtMs + runsMs,
        finalStatus,
        stoppedAtMs: null,
        source: pick(SOURCES, decided),
        type: 'ASYNC',
        workflow,
        isRetry: false,
        hash: decided,
        account: plan.number,
        tag: plan.tag,
      });
      return [live];
    },
  );
  return [...running.reverse(), ...documents];
}

function documentRun(workflow: Workflow, nowMs: number): LiveRun {
  return {
    id: DOCUMENT_EXECUTION_ID,
    createdAtMs: DOCUMENT_CREATED_MS,
    // It has ended whatever the sandbox's clock says.
    startedAtMs: nowMs - DOCUMENT_RUNS_MS,
    endsAtMs: nowMs,
    finalStatus: 'ERRORED',
    stoppedAtMs: null,
    source: 'Event',
    type: 'ASYNC',
    workflow,
    isRetry: true,
    configId: '12345',
    eventId: '6523dfdeffed0fb7e2c3b90e',
    isOld: true,
    hash: 1,
  };
}
