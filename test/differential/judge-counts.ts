import { callsOf, type AnswerCounts, type AnswerState, type GatewayAnswer } from './answer.ts';
import type { World } from './world.ts';
import { listsOf, unless } from './judge-list.ts';
import { daysBetween, isHonestTotal, matching, statesOf } from './model.ts';
import type { Filter } from './questions.ts';
import { ASKABLE, dayOfTime, type RawRow } from './raw-rows.ts';
import { toldTotal } from './traits.ts';

/** The calls that an operation must have made before it may leave something uncounted. */
const MANY_CALLS = 10;

/** What is wrong with `executionCounts`; null: nothing. */
export function complaintAboutCounts(
  world: World,
  filter: Filter,
  counts: AnswerCounts,
  answer: GatewayAnswer,
): string | null {
  const { maxLimit, toldLimit, omitted } = world.traits;
  // A page that is smaller than asked for, and does not say so, seems to contradict itself.
  const isOdd = maxLimit !== null && (toldLimit === 'asked' || omitted.has('limit'));
  const judge = { world, filter, mayMiss: isOdd || callsOf(answer) >= MANY_CALLS };
  const { total, byStatus } = counts;
  return (
    (total === undefined ? null : complaintAboutTotal(judge, matching(world, filter), total, 'total')) ??
    (byStatus === undefined ? null : complaintAboutStates(judge, matching(world, filter), byStatus)) ??
    complaintAboutBuckets(judge, counts)
  );
}

interface Judge {
  readonly world: World;
  readonly filter: Filter;
  /** Whether something may be missing: so many calls were made, or upstream's answers look odd. */
  readonly mayMiss: boolean;
}

/** The truth; what upstream says where nothing contradicts it; nothing, where upstream's word is not the truth. */
function complaintAboutTotal(
  { world, filter, mayMiss }: Judge,
  rows: readonly RawRow[],
  total: number | null,
  what: string,
): string | null {
  const lists = listsOf({ ...world, rows: [...rows] }, filter);
  const isHonest = isHonestTotal(world, lists, { from: 0, size: 1 }, total) || (total === null && mayMiss);
  return unless(isHonest, `${what} ${String(total)} for ${String(rows.length)}`);
}

function complaintAboutStates(
  { world, filter, mayMiss }: Judge,
  rows: readonly RawRow[],
  told: readonly AnswerState[],
): string | null {
  const states = statesOf(rows);
  const broken = statesOf(rows.filter(({ shape }) => shape !== 'whole'));
  const brokenCount = [...broken.values()].reduce((sum, count) => sum + count, 0);
  const wanted = filter.status ?? ASKABLE;
  const names = told.map(({ status }) => status);
  const isComplete = wanted.every((status) => names.includes(status));
  if (!isComplete || new Set(names).size !== names.length) return `byStatus names ${names.join(' ')}`;
  const isExact = world.traits.total === 'exact';
  for (const { status, count } of told) {
    const right = states.get(status) ?? 0;
    if (count === right || (count === null && (!isExact || mayMiss))) continue;
    if (count !== null && isCountHonest(world, { status, count, right })) continue;
    if (count !== null && isNearEnough({ status, count, right }, broken.get(status) ?? 0, brokenCount))
      continue;
    return `byStatus ${status} ${String(count)} for ${String(right)}`;
  }
  const isUnknownTold = names.includes('UNKNOWN') || filter.status !== undefined || !isExact;
  return unless(isUnknownTold || !states.has('UNKNOWN'), 'no UNKNOWN');
}

interface Counted {
  readonly status: string;
  readonly count: number;
  readonly right: number;
}

/** Whether it is upstream's own word, where that is wrong. What is UNKNOWN is worked out from several words. */
function isCountHonest({ traits }: World, { status, count, right }: Counted): boolean {
  const isWrong = traits.total === 'high' || traits.total === 'low';
  return isWrong && (status === 'UNKNOWN' || count === toldTotal(traits, right));
}

/** What cannot be read may be missing from its state, and be among the unknown. */
function isNearEnough({ status, count, right }: Counted, broken: number, allBroken: number): boolean {
  if (status === 'UNKNOWN') return count > right && count <= right + allBroken;
  return count < right && count >= right - broken;
}

function complaintAboutBuckets(judge: Judge, { buckets }: AnswerCounts): string | null {
  if (buckets === undefined) return null;
  const { world, filter } = judge;
  const days = daysBetween(filter);
  const { nodes, missing, partial } = buckets;
  const starts = nodes.map(({ start }) => start.slice(0, 10));
  if (starts.join() !== days.join()) return `bucket days ${starts.join(' ')}`;
  const rows = matching(world, filter);
  const absent = nodes.filter(({ total }) => total === null).map(({ start }) => start);
  if (absent.join() !== missing.join() || partial !== missing.length > 0)
    return `buckets missing ${missing.join(' ')}`;
  for (const { start, total, byStatus } of nodes) {
    const day = start.slice(0, 10);
    const own = rows.filter(({ createdAt }) => dayOfTime(createdAt) === day);
    const complaint =
      complaintAboutTotal(judge, own, total, `bucket ${day}`) ??
      (byStatus === null ? null : complaintAboutStatesOf(judge, own, byStatus, day));
    if (complaint !== null) return complaint;
  }
  return null;
}

/** The states of a bucket: those that occur. */
function complaintAboutStatesOf(
  judge: Judge,
  rows: readonly RawRow[],
  told: readonly AnswerState[],
  day: string,
): string | null {
  const absent = (judge.filter.status ?? ASKABLE)
    .filter((status) => !told.some((one) => one.status === status))
    .map((status) => ({ status, count: 0 }));
  const complaint = complaintAboutStates(judge, rows, [...told, ...absent]);
  return complaint === null ? null : `bucket ${day}: ${complaint}`;
}
