import { BACKGROUND_CALLS } from '../../domain/cost.ts';
import { KNOWN_STATUSES } from '../../domain/model.ts';

/** Arguments with their defaults and the values of variables; none where they do not fit. */
export type Arguments = Readonly<Record<string, unknown>>;

/** Where objects come from: the same objects are met by the same place, however often the document names them. */
export interface Place {
  /** How many there can be. */
  readonly rows: number;
  /** Whether a field is not at hand, so that it has to be looked up. */
  readonly lacks: (field: string) => boolean;
  /** Of counts: how many statuses the filter names; 0: it names none. */
  readonly statuses: number;
  /** The place of what a field of these objects leads to, one for each of them. */
  inside(field: string, lacks: Place['lacks']): Place;
}

/** What has been added up, in upstream calls. */
export interface Bill {
  readonly maxPageSize: number;
  add(calls: number): void;
  /** Adds what several fields share: the most that any of them needs, and not their sum. */
  share(key: unknown, calls: number): void;
  /** What is shared by that key so far. */
  shared(key: unknown): number;
}

/** Adds to the bill what a field costs. Answers the place of what is in it, where that is another one. */
export type Price = (bill: Bill, args: Arguments, place: Place) => Place | undefined;

export function createPlace(rows: number, lacks: Place['lacks'] = NOTHING, statuses = 0): Place {
  const known = new Map<string, Place>();
  return {
    rows,
    lacks,
    statuses,
    inside: (field, others) => {
      const inner = known.get(field) ?? createPlace(rows, others);
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
const BATCH_NODES = 4;

/** Of what several workflows are looked up with: a page of the public ones, and one of the private ones. */
const WORKFLOW_PAGES = 2;

/** What can be said of a rerun, or of what it repeats, without asking upstream for it. */
const LINKS = ['id', 'rerunOf', 'reruns'];

/** What each field costs by itself. One that is not here costs nothing. */
export const PRICES: Readonly<Record<string, Price>> = {
  'Query.executions': (bill, args) => {
    bill.add((statusesOf(args) || 1) * (isFromTheEnd(args) ? 2 : 1));
    return createPlace(rowsOf(args, bill.maxPageSize), only('nodes', 'node', 'completionPercentage'));
  },
  'Query.execution': costs(1),
  'Query.executionCounts': (_bill, args) => createPlace(1, NOTHING, statusesOf(args)),
  'Query.workflows': costs(1),
  'Query.workflow': (bill) => {
    bill.share('workflow(id)', Math.min(WORKFLOW_PAGES, bill.shared('workflow(id)') + 1));
    return undefined;
  },
  'Query.applications': sharing('applications', 1),
  'Query.application': sharing('application(slug)', 1),
  'Mutation.stopExecution': costs(2),
  'Mutation.rerunExecution': costs(2),
  'Mutation.stopExecutions': bulk(1),
  'Mutation.rerunExecutions': bulk(3),
  'Execution.workflow': leadsTo('workflow', all('id', 'name', 'icon')),
  'Execution.application': leadsTo('application', all('id', 'name', 'icon')),
  'Execution.rerunOf': leadsTo('rerunOf', all(...LINKS)),
  'Execution.reruns': leadsTo('reruns', all(...LINKS)),
  'ExecutionNode.batches': (bill, _args, { rows }) => {
    bill.add(BATCH_NODES * rows);
    return undefined;
  },
  'ExecutionCounts.total': (bill, _args, counts) => {
    bill.share(counts, counts.statuses || 1);
    return undefined;
  },
  'ExecutionCounts.byStatus': (bill, _args, counts) => {
    bill.share(counts, counts.statuses || 1 + KNOWN_STATUSES.length);
    return undefined;
  },
  'ExecutionCounts.buckets': sharing('buckets', BACKGROUND_CALLS),
  'Workflow.application': leadsTo('application', all('id')),
};

/** What it costs to look up, by type, what is not at hand. */
export const LOOK_UPS: Readonly<Record<string, (bill: Bill, place: Place) => void>> = {
  Execution: (bill, place) => {
    bill.share(place, place.rows);
  },
  Workflow: (bill, place) => {
    bill.share(place, Math.min(WORKFLOW_PAGES, place.rows));
  },
  Application: (bill) => {
    bill.share('applications', 1);
  },
};

/** Of a field that costs so much wherever it is met, and has whole objects in it. */
function costs(calls: number): Price {
  return (bill) => {
    bill.add(calls);
    return createPlace(1);
  };
}

/** Of a field that costs so much in all, however often it is met. */
function sharing(key: string, calls: number): Price {
  return (bill) => {
    bill.share(key, calls);
    return undefined;
  };
}

/** Of a field that costs nothing, and leads to what is at hand in part only. */
function leadsTo(field: string, lacks: Place['lacks']): Price {
  return (_bill, _args, place) => place.inside(field, lacks);
}

/** Of a bulk change: a list for each status to find the runs by, or so many; those that are named are not listed. */
function bulk(statuses: number): Price {
  return (bill, args) => {
    const filter = fieldOf(args['input'], 'filter');
    bill.add(isGiven(filter) ? statusesOf({ filter }) || statuses : 0);
    return undefined;
  };
}

function statusesOf(args: Arguments): number {
  const status = fieldOf(args['filter'], 'status');
  return Array.isArray(status) ? new Set(status).size : 0;
}

function isFromTheEnd(args: Arguments): boolean {
  return isGiven(args['last']) && !isGiven(args['before']);
}

const DEFAULT_ROWS = 10;

/** How many rows a list can have. A size that is none will be refused. */
function rowsOf(args: Arguments, maxPageSize: number): number {
  const given = [fieldOf(args['page'], 'size'), args['first'], args['last']].find(isGiven) ?? DEFAULT_ROWS;
  const size = Number(given);
  return Number.isNaN(size) ? maxPageSize : Math.min(Math.max(1, size), maxPageSize);
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Arguments)[name] : undefined;
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
