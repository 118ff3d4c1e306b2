import type { World } from './world.ts';
import type { Random } from '../support/random.ts';
import {
  APPLICATIONS,
  ASKABLE,
  DAY_MS,
  dayOfTime,
  FIRST_DAY,
  WORKFLOWS,
  drawRow,
  type RawRow,
} from './raw-rows.ts';

/** `ExecutionFilter`, as clients write it. */
export interface Filter {
  status?: readonly string[];
  source?: string;
  type?: string;
  startDate?: string;
  endDate?: string;
  createdAfter?: string;
  createdBefore?: string;
  workflowId?: string;
  workflowName?: string;
  applicationSlugs?: readonly string[];
  executionId?: string;
}

/** Which rows are asked for. */
export type Paging =
  | { readonly kind: 'page'; readonly number: number; readonly size: number }
  /** Windows from one end on, until the list ends or so many are read. */
  | {
      readonly kind: 'walk';
      readonly from: 'first' | 'last';
      readonly size: number;
      /** For each step: what arrives behind it. */
      readonly arrivals: readonly (readonly RawRow[])[];
    };

/** A question to the gateway. */
export type Question =
  | { readonly kind: 'list'; readonly filter: Filter; readonly sort: 'ASC' | 'DESC'; readonly paging: Paging }
  | { readonly kind: 'counts'; readonly filter: Filter; readonly fields: readonly CountField[] }
  | { readonly kind: 'one'; readonly id: string }
  | { readonly kind: 'rerun'; readonly id: string }
  | { readonly kind: 'dry run'; readonly filter: Filter };

/** What can be asked for of `executionCounts`. */
export type CountField = 'total' | 'byStatus' | 'buckets';

const UNKNOWN_ID = '000000000000000000000abc';

/** Draws a question to an account's history. */
export function drawQuestion(random: Random, world: World, maxPageSize: number): Question {
  const kind = random.pick([
    'list',
    'list',
    'list',
    'list',
    'list',
    'counts',
    'counts',
    'one',
    'rerun',
    'dry run',
  ]);
  const filter = drawFilter(random, world);
  switch (kind) {
    case 'counts': {
      const fields = random.some(['total', 'byStatus', 'buckets'] as const, 0.6);
      if (fields.length === 0) fields.push('total');
      return { kind, fields, filter: fields.includes('buckets') ? inRange(random, filter) : filter };
    }
    case 'one':
      return { kind, id: drawId(random, world) };
    case 'rerun':
      return world.rows.length === 0
        ? { kind: 'one', id: UNKNOWN_ID }
        : { kind, id: drawKnownId(random, world) };
    case 'dry run': {
      delete filter.status;
      return { kind, filter };
    }
    default:
      return {
        kind: 'list',
        filter,
        sort: random.chance(0.3) ? 'ASC' : 'DESC',
        paging: drawPaging(random, world, maxPageSize),
      };
  }
}

function drawPaging(random: Random, world: World, maxPageSize: number): Paging {
  const size = Math.min(maxPageSize, random.pick([1, 2, 5, 6, 10, 17, 25, 40, 100]));
  if (random.chance(0.6)) return { kind: 'page', number: 1 + random.below(random.pick([1, 3, 9])), size };
  return {
    kind: 'walk',
    from: random.pick(['first', 'first', 'last']),
    size,
    arrivals: drawArrivals(random, world),
  };
}

/** What arrives behind each step of a walk; nothing, most often. */
function drawArrivals(random: Random, { rows, traits }: World): RawRow[][] {
  let newest = rows[0]?.createdAt ?? FIRST_DAY;
  // Of runs of the same millisecond, one that has moved on can be told by its id only.
  const share = traits.rows.ties === 0 ? random.pick([0, 0.5]) : 0;
  return Array.from({ length: 1 + random.below(4) }, () => {
    const arrivals: RawRow[] = [];
    while (random.chance(share) && arrivals.length < 3) {
      newest += 1 + random.below(60_000);
      arrivals.unshift({ ...drawRow(random, traits.rows, newest), shape: 'whole' });
    }
    return arrivals;
  });
}

/** With what buckets need: a range of days that has both ends. */
function inRange(random: Random, filter: Filter): Filter {
  delete filter.createdAfter;
  delete filter.createdBefore;
  const first = FIRST_DAY - DAY_MS + random.below(4) * DAY_MS;
  return { ...filter, startDate: dayOfTime(first), endDate: dayOfTime(first + random.below(5) * DAY_MS) };
}

function drawFilter(random: Random, world: World): Filter {
  const filter: Filter = {};
  const share = random.pick([0, 0.12, 0.3]);
  const row = () => (world.rows.length > 0 && random.chance(0.7) ? random.pick(world.rows) : null);
  const draw = (put: () => void) => {
    if (random.chance(share)) put();
  };
  draw(() => (filter.status = random.some(ASKABLE, 0.3)));
  if (filter.status?.length === 0) filter.status = [random.pick(ASKABLE)];
  draw(() => (filter.source = row()?.source ?? random.pick(['EVENT', 'SCHEDULE', 'API_CALL'])));
  draw(() => (filter.type = random.pick(['SYNC', 'ASYNC'])));
  draw(
    () =>
      (filter.workflowId = row()?.workflow.id ?? random.pick([UNKNOWN_ID, ...WORKFLOWS.map(({ id }) => id)])),
  );
  draw(() => (filter.workflowName = row()?.workflow.name ?? random.pick(['Post message', 'No such name'])));
  draw(() => {
    const known = random.some(APPLICATIONS, 0.3).map(({ slug }) => slug);
    filter.applicationSlugs = known.length > 0 ? known : ['no-such-app'];
  });
  draw(() => (filter.executionId = drawId(random, world)));
  draw(() => (filter.startDate = dayOfTime(row()?.createdAt ?? FIRST_DAY)));
  draw(() => (filter.endDate = dayOfTime(row()?.createdAt ?? FIRST_DAY + DAY_MS)));
  if (filter.startDate !== undefined && filter.endDate !== undefined && filter.startDate > filter.endDate) {
    delete filter.endDate;
  }
  drawTimes(random, world, filter, share / 2);
  return filter;
}

/** Bounds that are finer than a day, often at the very time of a run. */
function drawTimes(random: Random, world: World, filter: Filter, share: number): void {
  const time = () => {
    const known = world.rows.length > 0 ? random.pick(world.rows).createdAt : FIRST_DAY + DAY_MS / 2;
    return known + random.pick([0, 0, 1, -3_600_000]);
  };
  const times = [time(), time()].sort((one, other) => one - other);
  const [after, before] = times.map((one) => new Date(one).toISOString());
  if (after !== undefined && random.chance(share)) filter.createdAfter = after;
  if (before !== undefined && after !== before && random.chance(share)) filter.createdBefore = before;
}

function drawId(random: Random, world: World): string {
  return world.rows.length > 0 && random.chance(0.7) ? drawKnownId(random, world) : UNKNOWN_ID;
}

function drawKnownId(random: Random, world: World): string {
  const readable = world.rows.filter(({ shape }) => shape === 'whole');
  return readable.length > 0 ? random.pick(readable).id : UNKNOWN_ID;
}

const LIST = `query ($filter: ExecutionFilter, $sort: SortDirection, $page: PageInput,
  $first: Int, $after: String, $last: Int, $before: String) {
  executions(filter: $filter, sort: $sort, page: $page, first: $first, after: $after, last: $last, before: $before) {
    totalCount
    pageInfo {
      hasNextPage hasPreviousPage startCursor endCursor
      currentPage pageSize totalPages nextPage previousPage startIndex
    }
    nodes { id status rawStatus createdAt source type durationMs linkedAccountId workflow { id name } application { id name } }
    edges { cursor node { id } }
  }
}`;

/** The texts of the questions, by what they ask for. */
export const TEXTS = {
  list: LIST,
  one: 'query ($id: ID!) { execution(id: $id) { id rawStatus createdAt source type durationMs workflow { id } completionPercentage } }',
  rerun:
    'mutation ($id: ID!) { rerunExecution(id: $id) { executionId originalExecutionId userErrors { code } } }',
  'dry run': `mutation ($filter: ExecutionFilter) {
    rerunExecutions(input: { filter: $filter, dryRun: true }) { executionIds matched userErrors { code message field } }
  }`,
} as const;

/** The text that asks for these counts. */
export function countsText(fields: readonly CountField[]): string {
  const selections = {
    total: 'total',
    byStatus: 'byStatus { status count }',
    buckets: 'buckets { partial missing nodes { start total byStatus { status count } } }',
  };
  const selected = fields.map((field) => selections[field]).join(' ');
  return `query ($filter: ExecutionFilter) { executionCounts(filter: $filter) { ${selected} } }`;
}
