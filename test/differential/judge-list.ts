import type { AnswerError, AnswerList, AnswerRow } from './answer.ts';
import type { World } from './world.ts';
import { isHonestTotal, listed, matching, type Stretch } from './model.ts';
import type { Filter } from './questions.ts';
import { ASKABLE, type RawRow } from './raw-rows.ts';

/** A window of a list, and what is known of it. */
export interface Window extends Stretch {
  readonly filter: Filter;
  readonly sort: 'ASC' | 'DESC';
  /** Its number, where it was asked for by that. */
  readonly page: number | null;
}

/** The error that says that elements were left out which nobody can read. */
export function isLeftOut({ path, extensions }: AnswerError): boolean {
  return extensions.code === 'UPSTREAM_BAD_RESPONSE' && path !== undefined && path.length > 1;
}

/** What is wrong with a window of `executions`; null: nothing. */
export function complaintAboutList(
  world: World,
  window: Window,
  list: AnswerList,
  errors: readonly AnswerError[],
): string | null {
  const { filter, from, size } = window;
  const lists = listsOf(world, filter);
  const wanted = rowsOf(world, window);
  const count = listed(world, filter, window.sort).length;
  const broken = wanted.some(({ shape }) => shape !== 'whole');
  const { totalCount, pageInfo } = list;
  // Among several lists, nobody knows when a row was created that cannot be read.
  const isPlaceUnsure = lists.length > 1;
  return (
    complaintAboutRows(world, window, wanted, list.nodes) ??
    complaintAboutEdges(list) ??
    unless(isPlaceUnsure || errors.some(isLeftOut) === broken, `rows left out: ${String(!broken)}`) ??
    unless(isHonestTotal(world, lists, window, totalCount), `totalCount ${String(totalCount)}`) ??
    unless(pageInfo.hasNextPage === from + size < count, `hasNextPage ${String(pageInfo.hasNextPage)}`) ??
    unless(
      pageInfo.hasPreviousPage === from > 0,
      `hasPreviousPage ${String(pageInfo.hasPreviousPage)} from ${String(from)}`,
    ) ??
    unless(pageInfo.startIndex === from + 1, `startIndex ${String(pageInfo.startIndex)}`) ??
    complaintAboutNumbers(window, list, size)
  );
}

/** The runs in a window. */
function rowsOf(world: World, { filter, sort, from, size }: Window): RawRow[] {
  return listed(world, filter, sort).slice(from, from + size);
}

/** The lists that upstream has: one for each state that is asked for. */
export function listsOf(world: World, filter: Filter): RawRow[][] {
  const { status, ...rest } = filter;
  if (status === undefined) return [matching(world, filter)];
  return status.map((one) => matching(world, { ...rest, status: [one] }));
}

function complaintAboutRows(
  world: World,
  window: Window,
  wanted: readonly RawRow[],
  rows: readonly AnswerRow[],
): string | null {
  const { filter, sort } = window;
  const readable = wanted.filter(({ shape }) => shape === 'whole');
  const isMerged = (filter.status?.length ?? 0) > 1;
  const isRight = isMerged
    ? isMergedRight(world, filter, sort, wanted, rows)
    : areThose(rows, readable) || areThose(rows, inNoOrder(world, window));
  if (!isRight) {
    return `rows ${rows.map(shown).join(' ')} instead of ${readable.map(shown).join(' ')}`;
  }
  for (const row of rows) {
    const raw = world.rows.find(({ id }) => id === row.id);
    const complaint = raw === undefined ? `unknown ${row.id}` : complaintAboutRow(raw, row, filter);
    if (complaint !== null) return complaint;
  }
  return null;
}

function areThose(rows: readonly AnswerRow[], wanted: readonly RawRow[] | null): boolean {
  return rows.length === wanted?.length && rows.every(({ id }, nth) => id === wanted[nth]?.id);
}

/** The same window the other way round, where all runs are of one moment; null: they are not. */
function inNoOrder(world: World, { filter, from, size }: Window): RawRow[] | null {
  const rows = matching(world, filter);
  if (rows.some(({ createdAt }) => createdAt !== rows[0]?.createdAt)) return null;
  return rows.slice(from, from + size).filter(({ shape }) => shape === 'whole');
}

function shown({ id }: { readonly id: string }): string {
  return id.slice(0, 12);
}

/** Several lists as one: by time, each in its own order. Which comes first of the same time is nobody's business. */
function isMergedRight(
  world: World,
  filter: Filter,
  sort: 'ASC' | 'DESC',
  wanted: readonly RawRow[],
  rows: readonly AnswerRow[],
): boolean {
  const all = listed(world, filter, sort);
  const places = rows.map(({ id }) => all.findIndex((row) => row.id === id));
  if (places.includes(-1) || new Set(places).size !== places.length) return false;
  // What does not tell its time, or cannot be read, has no sure place among others.
  if (all.some(({ shape, omitted }) => shape !== 'whole' || omitted.has('createdAt'))) return true;
  const times = places.map((place) => all[place]?.createdAt);
  if (times.length !== wanted.length || times.some((time, nth) => time !== wanted[nth]?.createdAt))
    return false;
  return ASKABLE.every((status) => {
    const own = places.filter((place) => all[place]?.status === status);
    return own.every((place, nth) => nth === 0 || place > (own[nth - 1] ?? 0));
  });
}

/** What is wrong with a row; null: nothing. */
export function complaintAboutRow(raw: RawRow, row: AnswerRow, filter: Filter): string | null {
  const { omitted, workflow } = raw;
  const isKnown = ASKABLE.some((status) => status === raw.status);
  const source = omitted.has('trigger_application_event') ? (filter.source ?? null) : raw.source;
  const types: readonly unknown[] = omitted.has('type_of_execution') ? [null, filter.type] : [raw.type];
  const durationMs = omitted.has('instance_execution_time') ? null : raw.durationMs;
  const workflowId = omitted.has('associated_workflow') ? undefined : workflow.id;
  const time = omitted.has('createdAt') ? null : new Date(raw.createdAt).getTime();
  const told = row.createdAt === null ? null : Date.parse(row.createdAt);
  return (
    unless(row.rawStatus === raw.status, `rawStatus ${String(row.rawStatus)}`) ??
    unless(
      row.status === undefined ||
        (isKnown ? row.status === raw.status : ['UNKNOWN', raw.status].includes(row.status)),
      `status ${String(row.status)} for ${raw.status}`,
    ) ??
    unless(row.source === source, `source ${String(row.source)} for ${String(source)}`) ??
    unless(types.includes(row.type), `type ${String(row.type)}`) ??
    unless(row.durationMs === durationMs, `durationMs ${String(row.durationMs)}`) ??
    unless(row.workflow?.id === workflowId, `workflow ${String(row.workflow?.id)}`) ??
    unless(told === time, `createdAt ${String(row.createdAt)}`)
  );
}

function complaintAboutEdges({ nodes, edges, pageInfo }: AnswerList): string | null {
  const isSame = nodes.length === edges.length && edges.every(({ node }, nth) => node.id === nodes[nth]?.id);
  const hasCursors = edges.every(({ cursor }) => cursor !== '');
  const isMarked = edges.length === 0 || (pageInfo.startCursor !== null && pageInfo.endCursor !== null);
  return unless(isSame && hasCursors && isMarked, 'edges or cursors do not fit the nodes');
}

function complaintAboutNumbers(
  { page }: Window,
  { pageInfo, totalCount }: AnswerList,
  size: number,
): string | null {
  if (page === null) return null;
  const { currentPage, pageSize, totalPages, nextPage, previousPage, hasNextPage } = pageInfo;
  const isRight =
    currentPage === page &&
    pageSize === size &&
    nextPage === (hasNextPage ? page + 1 : null) &&
    previousPage === (page > 1 ? page - 1 : null) &&
    totalPages === (totalCount === null ? null : Math.max(1, Math.ceil(totalCount / size)));
  return unless(isRight, `pageInfo ${JSON.stringify(pageInfo)} of page ${String(page)}`);
}

/** A complaint, unless all is well. */
export function unless(isWell: boolean, complaint: string): string | null {
  return isWell ? null : complaint;
}
