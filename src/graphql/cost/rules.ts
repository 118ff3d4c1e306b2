import { FAILED_STATUSES } from '../../domain/failure.ts';
import { EMBEDDED_FIELDS } from '../../domain/model.ts';
import { callsForMerged, callsForWindow, DEFAULT_PAGE_SIZE, MAX_MERGED_ROWS } from '../../lists/page.ts';
import type { Arguments } from '../plan/plan.ts';

/** The objects that one field leads to: the same set however often the document names the field. */
export interface ObjectSet {
  /** How many there can be. */
  readonly size: number;
  /** Whether a field does not come with the objects, so that it has to be looked up. */
  readonly lacks: (field: string) => boolean;
  /** Of counts: how many statuses the filter names; 0: it names none. */
  readonly statuses: number;
  /** The objects that a field of these leads to, one for each of them. */
  through(field: string, lacks: ObjectSet['lacks']): ObjectSet;
}

/** How large things can be. */
export interface Sizes {
  /** The most rows that a list can be asked for, and upstream in one call. */
  readonly maxPageSize: number;
  /** The most executions that one change may be about. */
  readonly maxBulkSize: number;
}

/** What the rules have added up so far, in upstream calls. */
export interface Estimate extends Sizes {
  add(calls: number): void;
  /** Adds what several fields share: the most that any of them needs, and not their sum. */
  share(key: unknown, calls: number): void;
  /** What is shared by that key so far. */
  shared(key: unknown): number;
  /** Whether that key is asked about for the first time. */
  isFirst(key: unknown): boolean;
}

/**
 * Adds to the estimate what a field of some objects costs. Answers the objects that it leads to; undefined where the
 * same ones are meant.
 */
export type CostRule = (estimate: Estimate, args: Arguments, objects: ObjectSet) => ObjectSet | undefined;

/** Adds to the estimate what it costs to look up some objects. */
export type LookUpRule = (estimate: Estimate, objects: ObjectSet) => void;

/** Builds a set of so many objects; every field comes with them unless `lacks` says otherwise. */
export function createObjectSet(size: number, lacks: ObjectSet['lacks'] = NOTHING, statuses = 0): ObjectSet {
  const known = new Map<string, ObjectSet>();
  return {
    size,
    lacks,
    statuses,
    through: (field, others) => {
      const inner = known.get(field) ?? createObjectSet(size, others);
      known.set(field, inner);
      return inner;
    },
  };
}

const NOTHING = () => false;
const all =
  (...fields: readonly string[]) =>
  (field: string) =>
    !fields.includes(field);
const only =
  (...fields: readonly string[]) =>
  (field: string) =>
    fields.includes(field);

/** So many batch nodes are assumed of an execution: how many there are is known too late. */
export const BATCH_NODES = 4;

/** Of what several workflows are looked up with: a page of the public ones, and one of the private ones. */
export const WORKFLOW_PAGES = 2;

/** What one reading of a list that is watched can need: pages of its newest runs, a list of those that go on, and runs by their ids. */
const CALLS_FOR_READING = 3 + 1 + 2;
/** What it can take to find a run that is opened with others: two lists that may show it, and its detail. */
const CALLS_FOR_RUN = 2 + 1;
/** What it can take to find out what has happened since a cursor: pages of older runs, and runs by their ids. */
const CALLS_SINCE_CURSOR = 3 + 8;

/** What can be said of a rerun, or of what it repeats, without asking upstream for it. */
const LINKS = ['id', 'rerunOf', 'reruns'];

/** What each field costs by itself, by `Type.field`. One that is not here costs nothing. */
export const FIELD_RULES: Readonly<Record<string, CostRule>> = {
  'Query.executions': (estimate, args) => {
    estimate.add(callsForList(args, statusesOf(args) || 1, estimate));
    return createObjectSet(rowsOf(args, estimate.maxPageSize), only('nodes', 'node', 'completionPercentage'));
  },
  'Query.execution': costs(1),
  'Query.executionCounts': (_estimate, args) => createObjectSet(1, NOTHING, statusesOf(args)),
  'Query.executionFailures': (estimate, args) => {
    estimate.add(failedStatusesOf(args));
    return createObjectSet(estimate.maxPageSize);
  },
  'Subscription.executionChanged': costs(CALLS_FOR_RUN),
  'Query.workflows': (estimate, args) => {
    estimate.add(callsForList(args, 1, estimate));
    return createObjectSet(1);
  },
  'Query.workflow': (estimate, { id }) => {
    if (!estimate.isFirst(`workflow ${String(id)}`)) return undefined;
    // A call for each at the worst, after pages that did not have them.
    const workflows = estimate.shared('workflow(id)') + 1;
    estimate.share('workflow(id)', workflows);
    estimate.share('workflow(id) by pages', Math.min(WORKFLOW_PAGES, workflows - 1));
    return undefined;
  },
  'Query.applications': sharing('applications', 1),
  'Query.application': sharing('application(slug)', 1),
  'Mutation.stopExecution': costs(2),
  'Mutation.rerunExecution': costs(2),
  'Mutation.stopExecutions': bulk(1),
  'Mutation.rerunExecutions': bulk(3),
  'Subscription.executionsChanged': (estimate, args) => {
    // Of a list with states, the newest page of each is read for the first event.
    estimate.add(CALLS_FOR_READING + statusesOf(args) + (isGiven(args['after']) ? CALLS_SINCE_CURSOR : 0));
    return createObjectSet(estimate.maxPageSize, only('nodes', 'node', 'completionPercentage'));
  },
  'Execution.workflow': leadsTo('workflow', all(...EMBEDDED_FIELDS)),
  'Execution.application': leadsTo('application', all(...EMBEDDED_FIELDS)),
  'Execution.rerunOf': leadsTo('rerunOf', all(...LINKS)),
  'Execution.reruns': leadsTo('reruns', all(...LINKS)),
  'ExecutionNode.batches': (estimate, _args, { size }) => {
    estimate.add(BATCH_NODES * size);
    return undefined;
  },
  'ExecutionCounts.total': (estimate, _args, counts) => {
    estimate.share(counts, counts.statuses || 1);
    return undefined;
  },
  'ExecutionFailureGroup.workflow': leadsTo('workflow', all(...EMBEDDED_FIELDS)),
  'Workflow.application': leadsTo('application', all('id')),
};

/** What it costs, by type, to look up the fields that objects lack. */
export const LOOK_UP_RULES: Readonly<Record<string, LookUpRule>> = {
  Execution: (estimate, objects) => {
    estimate.share(objects, objects.size);
  },
  Workflow: (estimate, objects) => {
    estimate.share(objects, Math.min(WORKFLOW_PAGES, objects.size));
  },
  Application: (estimate) => {
    estimate.share('applications', 1);
  },
};

/** Of a field that costs so much wherever it is met, and has whole objects in it. */
function costs(calls: number): CostRule {
  return (estimate) => {
    estimate.add(calls);
    return createObjectSet(1);
  };
}

/** Of a field that costs so much in all, however often it is met. */
function sharing(key: string, calls: number): CostRule {
  return (estimate) => {
    estimate.share(key, calls);
    return undefined;
  };
}

/** Of a field that costs nothing, and leads to objects that lack some of their fields. */
function leadsTo(field: string, lacks: ObjectSet['lacks']): CostRule {
  return (_estimate, _args, objects) => objects.through(field, lacks);
}

/** Of a bulk change: a list for each status to find the runs by, or so many; those that are named are not listed. */
function bulk(statuses: number): CostRule {
  return (estimate, args) => {
    const filter = fieldOf(args['input'], 'filter');
    const lists = statusesOf({ filter }) || statuses;
    // All that match are read, and one more would be too many.
    const calls = callsForMerged(lists, estimate.maxBulkSize + 1, estimate.maxPageSize);
    if (isGiven(filter)) estimate.add(calls);
    // The catalogue tells whether upstream has applied them.
    if (isGiven(fieldOf(filter, 'applicationSlugs'))) estimate.add(1);
    return undefined;
  };
}

function statusesOf(args: Arguments): number {
  const status = fieldOf(args['filter'], 'status');
  return Array.isArray(status) ? new Set(status).size : 0;
}

/** How many of the states that the filter names are those of failed runs; all of them where it names none. */
function failedStatusesOf(args: Arguments): number {
  const status = fieldOf(args['filter'], 'status');
  const named: readonly unknown[] | null = Array.isArray(status) ? status : null;
  return FAILED_STATUSES.filter((failed) => named?.includes(failed) ?? true).length;
}

/** Of a list, or of several that are merged. */
function callsForList(args: Arguments, lists: number, { maxPageSize }: Sizes): number {
  const rows = rowsOf(args, maxPageSize);
  const isNextToCursor = isGiven(args['after']) || isGiven(args['before']);
  if (isNextToCursor) return lists * callsForWindow(rows + 1, maxPageSize);
  // One tells where the end is.
  if (isGiven(args['last'])) return lists * (1 + callsForWindow(rows + 1, maxPageSize));
  if (lists === 1) return 1;
  const number = Number(fieldOf(args['page'], 'number') ?? 1);
  return callsForMerged(lists, Math.min(number * rows, MAX_MERGED_ROWS), maxPageSize);
}

/** How many rows a list can have. A size that is none will be refused. */
export function rowsOf(args: Arguments, maxPageSize: number): number {
  const given =
    [fieldOf(args['page'], 'size'), args['first'], args['last']].find(isGiven) ?? DEFAULT_PAGE_SIZE;
  const size = Number(given);
  return Number.isNaN(size) ? maxPageSize : Math.min(Math.max(1, size), maxPageSize);
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Arguments)[name] : undefined;
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
