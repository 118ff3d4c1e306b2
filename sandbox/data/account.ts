import type { Catalogue, Workflow } from './catalogue.ts';
import { documentRun } from './document-run.ts';
import { UpstreamError } from '../api/errors.ts';
import { usualFailure } from './failures.ts';
import type { FailureName } from './failures.ts';
import { generateHistory, HISTORY_STATUSES, isIncident, SOURCES, TYPES } from './generate.ts';
import type { History } from './generate.ts';
import { wantsRun, wantsWorkflow } from './matching.ts';
import { fateOf, wishAfter } from './new-run.ts';
import type { ConnectionEvent, NewRun } from './new-run.ts';
import { counterOf, idTag, objectId } from './object-id.ts';
import type { ExecutionFilter, ExecutionQuery } from '../api/query.ts';
import { hash, pick } from './random.ts';
import { RowIndex } from './row-index.ts';
import { configIdOf, endProgress, eventIdOf, isEnd, liveRun, runAt, statusAt } from './run.ts';
import type { LiveRun, Run } from './run.ts';
import { MOST_TOP_RUNS, topRuns } from './top-runs.ts';

/** Time from a stop being asked for to the status STOPPED. */
const STOP_TAKES_MS = 1000;

/** Most runs that arrive at once, however long nobody asked. */
const MOST_ARRIVALS = 10_000;
const HOUR_MS = 3_600_000;

/** Share of a history, from its oldest row, that has only the fields of D1. */
const OLD_SHARE = 0.4;

export interface AccountPlan {
  readonly seed: number;
  readonly number: number;
  readonly executions: number;
  /** When the sandbox started: all that is there from the start is older. */
  readonly originMs: number;
  /** When its runs began to run: at the start, or at the last reset. */
  readonly startedAtMs: number;
  /** Runs that arrive in an hour. */
  readonly arrivals: number;
  /** As for the history. */
  readonly isLively: boolean;
  readonly catalogue: Catalogue;
}

export interface ExecutionPage {
  readonly totalDocs: number;
  readonly runs: readonly Run[];
}

/**
 * One linked account: a settled history that never changes, and above it the runs that are newer. Both are
 * ordered by creation time, so a list is the one after the other.
 */
export class Account {
  readonly number: number;
  readonly workflows: readonly Workflow[];
  /** What has happened last to a connection, by the application's slug. */
  readonly connections = new Map<string, ConnectionEvent>();
  readonly #plan: AccountPlan;
  readonly #tag: string;
  readonly #history: History;
  readonly #index: RowIndex;
  #live: LiveRun[];
  readonly #liveById: Map<string, LiveRun>;
  readonly #document: LiveRun | null;
  #added = 0;
  #arrivesAtMs: number;

  constructor(plan: AccountPlan) {
    this.number = plan.number;
    this.#plan = plan;
    this.#tag = idTag(plan.seed, plan.number);
    const { publicWorkflows } = plan.catalogue;
    const privateWorkflows = plan.catalogue.privateWorkflows(plan.number);
    this.workflows = [...publicWorkflows, ...privateWorkflows];
    this.#document =
      plan.executions === 0 ? null : documentRun(plan.number, plan.catalogue, plan.startedAtMs);
    const documents = this.#document === null ? 0 : 1;
    const running = Math.min(plan.executions - documents, MOST_TOP_RUNS);
    const rowsAbove = running + documents;
    this.#history = generateHistory({
      seed: plan.seed,
      account: plan.number,
      originMs: plan.originMs,
      isLively: plan.isLively,
      rows: plan.executions - rowsAbove,
      rowsAbove,
      publicWorkflows: publicWorkflows.length,
      privateWorkflows: privateWorkflows.length,
    });
    this.#index = new RowIndex(this.#history);
    this.#live = topRuns({ ...plan, tag: this.#tag, historyRows: this.#history.length, count: running });
    const known = this.#document === null ? this.#live : [...this.#live, this.#document];
    this.#liveById = new Map(known.map((live) => [live.id, live]));
    this.#arrivesAtMs = plan.startedAtMs + this.#untilNextArrival();
  }

  /** When the next run arrives. */
  get nextArrivalMs(): number {
    return this.#arrivesAtMs;
  }

  /** The runs that have not ended at that moment. */
  running(nowMs: number): LiveRun[] {
    return this.#live.filter((live) => !isEnd(statusAt(live, nowMs)));
  }

  list(query: ExecutionQuery, nowMs: number): ExecutionPage {
    const { filter, ascending } = query;
    const only = filter.executionId;
    if (only !== null) {
      const run = this.find(only, nowMs);
      const runs = run !== null && wantsRun(run, filter) ? [run] : [];
      return { totalDocs: runs.length, runs: query.page === 1 ? runs : [] };
    }
    const settled = this.#index.find(filter, this.#wantedWorkflows(filter));
    const live = this.#live.map((one) => runAt(one, nowMs)).filter((run) => wantsRun(run, filter));
    const document = this.#documentOf(filter, live, nowMs);
    const totalDocs = settled.count + live.length + (document === null ? 0 : 1);
    const nthRun = (nth: number): Run | undefined =>
      nth < settled.count ? this.#settledRun(settled.row(nth)) : live[nth - settled.count];
    const start = (query.page - 1) * query.limit;
    const runs: Run[] = [];
    for (let place = start; place < Math.min(start + query.limit, totalDocs); place += 1) {
      const nth = ascending ? place : totalDocs - 1 - place;
      const isAbove = document !== null && nth > document.nth;
      const run = nth === document?.nth ? document.run : nthRun(isAbove ? nth - 1 : nth);
      if (run !== undefined) runs.push(run);
    }
    return { totalDocs, runs };
  }

  /** The document's run and its place from the oldest row, if the filter wants it. */
  #documentOf(
    filter: ExecutionFilter,
    live: readonly Run[],
    nowMs: number,
  ): { readonly run: Run; readonly nth: number } | null {
    const run = this.#document === null ? null : runAt(this.#document, nowMs);
    if (run === null || !wantsRun(run, filter)) return null;
    const older = { ...filter, toMs: run.createdAtMs - 1 };
    const settled = this.#index.find(older, this.#wantedWorkflows(filter)).count;
    return { run, nth: settled + live.filter((one) => one.createdAtMs < run.createdAtMs).length };
  }

  /** The execution with that id, or null if this account has none. */
  find(id: string, nowMs: number): Run | null {
    const live = this.#liveById.get(id);
    if (live !== undefined) return runAt(live, nowMs);
    const row = counterOf(id, this.#tag);
    if (row === null || row >= this.#history.length) return null;
    const run = this.#settledRun(row);
    return run.id === id ? run : null;
  }

  /** Asks for a run to be stopped. */
  stop(id: string, nowMs: number): void {
    const run = this.#existing(id, nowMs);
    const live = this.#liveById.get(id);
    if (run.status === 'STOPPING') return;
    if (live === undefined || run.status !== 'RUNNING') {
      throw new UpstreamError(400, `Execution is ${run.status} and cannot be stopped`);
    }
    live.stoppedAtMs = nowMs + STOP_TAKES_MS;
  }

  /** Starts a run again that failed or was stopped. */
  rerun(id: string, nowMs: number): LiveRun {
    const run = this.#existing(id, nowMs);
    if (!isEnd(run.status) || run.status === 'COMPLETED') {
      throw new UpstreamError(400, 'Only a failed or stopped execution can be rerun');
    }
    const { workflow, source, type, failure } = run;
    const wish = wishAfter(failure, this.connections.get(workflow.application.slug));
    return this.add({ workflow, source, type, retryOf: workflow.id, ...wish }, nowMs);
  }

  /** Adds a run above all others. */
  add(wish: NewRun, nowMs: number): LiveRun {
    this.#added += 1;
    const decided = hash(this.#plan.seed, this.number, 4, this.#added);
    const newest = Math.max(this.#live.at(-1)?.createdAtMs ?? 0, this.#document?.createdAtMs ?? 0);
    const { publicWorkflows } = this.#plan.catalogue;
    // Goes on with the cycle of workflows that the rows below it follow.
    const turn = (publicWorkflows.length - (this.#added % publicWorkflows.length)) % publicWorkflows.length;
    const workflow = wish.workflow ?? publicWorkflows[turn];
    if (workflow === undefined) throw new RangeError('no workflow for a new run');
    const status = wish.status ?? 'RUNNING';
    const isRunning = status === 'RUNNING' || status === 'STOPPING';
    const durationMs = wish.durationMs ?? (isRunning ? 3000 + (decided % 12_000) : 0);
    const createdAtMs = Math.max(nowMs, newest);
    const counter = this.#history.length + MOST_TOP_RUNS + this.#added;
    const connection = this.connections.get(workflow.application.slug);
    const { isLively } = this.#plan;
    const wanted = isRunning ? wish : { ...wish, endStatus: status };
    const fate = fateOf(wanted, { workflow, connection, isLively, hash: decided });
    const live = liveRun({
      id: objectId(createdAtMs, this.#tag, counter),
      createdAtMs,
      startedAtMs: isRunning ? nowMs : nowMs - durationMs,
      endsAtMs: isRunning ? nowMs + durationMs : nowMs,
      finalStatus: isRunning ? fate.status : status,
      failure: fate.failure,
      stoppedAtMs: status === 'STOPPING' ? nowMs + STOP_TAKES_MS : null,
      source: wish.source ?? pick(SOURCES, decided >>> 3),
      type: wish.type ?? 'ASYNC',
      workflow,
      retryOf: wish.retryOf ?? null,
      hash: decided,
      account: this.number,
      tag: this.#tag,
    });
    this.#live.push(live);
    this.#liveById.set(live.id, live);
    return live;
  }

  /** Adds the runs that have arrived by now, and answers them. */
  arrive(nowMs: number): LiveRun[] {
    const arrived: LiveRun[] = [];
    while (this.#arrivesAtMs <= nowMs && arrived.length < MOST_ARRIVALS) {
      arrived.push(this.add({}, this.#arrivesAtMs));
      this.#arrivesAtMs += this.#untilNextArrival();
    }
    return arrived;
  }

  /** From half to one and a half of the mean time between two arrivals. */
  #untilNextArrival(): number {
    const decided = hash(this.#plan.seed, this.number, 7, this.#added);
    return Math.ceil((HOUR_MS / this.#plan.arrivals) * (0.5 + decided / 2 ** 32));
  }

  #existing(id: string, nowMs: number): Run {
    const run = this.find(id, nowMs);
    if (run === null) throw new UpstreamError(404, 'Execution not found');
    return run;
  }

  #settledRun(row: number): Run {
    const history = this.#history;
    const createdAtMs = history.createdAtMs[row] ?? 0;
    const durationMs = history.durationMs[row] ?? 0;
    const status = HISTORY_STATUSES[history.status[row] ?? 0] ?? 'COMPLETED';
    const source = SOURCES[history.source[row] ?? 0] ?? 'Event';
    const workflow = this.workflows[history.workflow[row] ?? 0];
    if (workflow === undefined) throw new RangeError(`no row ${String(row)}`);
    const decided = hash(this.#plan.seed, this.number, 6, row);
    const ended = isEnd(status);
    return {
      id: objectId(createdAtMs, this.#tag, row),
      createdAtMs,
      status,
      source,
      type: TYPES[history.type[row] ?? 1] ?? 'ASYNC',
      workflow,
      retryOf: decided % 31 === 0 ? workflow.id : null,
      configId: configIdOf(this.number, decided),
      eventId: eventIdOf(this.#tag, { source, hash: decided, createdAtMs }),
      durationMs: ended ? durationMs : 0,
      endedAtMs: ended ? createdAtMs + durationMs : null,
      progress: ended ? endProgress(status, decided) : 0,
      failure: status === 'ERRORED' ? this.#settledFailure(workflow, createdAtMs, decided) : null,
      isOld: row < history.length * OLD_SHARE,
      hash: decided,
    };
  }

  /** One run in twelve does not tell why. */
  #settledFailure(workflow: Workflow, createdAtMs: number, decided: number): FailureName | null {
    const { isLively, originMs } = this.#plan;
    if (!isLively) return null;
    if (decided % 12 === 0) return 'untold';
    if (isIncident(originMs - createdAtMs)) return 'unavailable';
    return usualFailure(workflow.application.slug, decided);
  }

  #wantedWorkflows(filter: ExecutionFilter): boolean[] | null {
    if (filter.slugs === null && filter.workflowId === null && filter.workflowName === null) return null;
    return this.workflows.map((workflow) => wantsWorkflow(workflow, filter));
  }
}
