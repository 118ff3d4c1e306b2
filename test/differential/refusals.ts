import { callsOf, type AnswerError, type GatewayAnswer } from './answer.ts';
import type { World } from './world.ts';
import { daysBetween, matching } from './model.ts';
import type { Filter, Question } from './questions.ts';
import { DAY_MS, type OptionalField, type RawRow } from './raw-rows.ts';

/** The calls that an operation must have made before it may say that it has made too many. */
const MANY_CALLS = 20;

/**
 * Holds an error to what this upstream makes impossible: an answer may be refused for that, and for nothing else.
 * @returns what is wrong with it; null: it is an honest refusal
 */
export function complaintAboutError(
  world: World,
  question: Question,
  answer: GatewayAnswer,
  { message, extensions: { code } }: AnswerError,
): string | null {
  return isHonest(world, question, answer, code, message) ? null : `refused without need: ${code} ${message}`;
}

function isHonest(
  world: World,
  question: Question,
  answer: GatewayAnswer,
  code: string,
  message: string,
): boolean {
  switch (code) {
    case 'NOT_SUPPORTED':
      return isUnsupported(world, question, message);
    case 'UPSTREAM_BAD_RESPONSE':
      return isEndUnknown(world, question);
    case 'COST_LIMIT_EXCEEDED':
      return callsOf(answer) >= MANY_CALLS || message.includes('could need');
    case 'BAD_USER_INPUT':
      return 'filter' in question && isEmptyRange(question.filter);
    default:
      return false;
  }
}

/** Whether a range ends before it begins, or where it begins. */
function isEmptyRange({ startDate, endDate, createdAfter, createdBefore }: Filter): boolean {
  const starts = [startDate, createdAfter].flatMap((time) => (time === undefined ? [] : [Date.parse(time)]));
  const ends = createdBefore === undefined ? [] : [Date.parse(createdBefore)];
  if (endDate !== undefined) ends.push(Date.parse(endDate) + DAY_MS);
  return Math.max(...starts) >= Math.min(...ends);
}

/** Whether the answer begins at the end of a list, and upstream's word for where that is cannot be relied on. */
function isEndUnknown({ traits }: World, question: Question): boolean {
  if (question.kind !== 'list' || traits.total === 'exact') return false;
  const { sort, paging } = question;
  const isTurned = sort === 'ASC' && traits.ignored.has('sortAsc');
  return isTurned || (paging.kind === 'walk' && paging.from === 'last');
}

function isUnsupported(world: World, question: Question, message: string): boolean {
  const argument = /^(?:filter\.)?(\w+)/.exec(message)?.[1] ?? '';
  const { ignored } = world.traits;
  if (argument === 'sort') {
    return question.kind === 'list' && question.sort === 'ASC' && ignored.has('sortAsc');
  }
  if (!('filter' in question) || !Object.hasOwn(question.filter, argument)) return false;
  const { filter } = question;
  // Every day of a chart may be asked for by itself.
  if (question.kind === 'counts' && question.fields.includes('buckets') && argument === 'endDate') {
    if (daysBetween(filter).some((endDate) => isNextDayIncluded(world, { endDate }))) return true;
  }
  // Nothing is changed where a row does not tell that it is meant.
  if (
    question.kind === 'dry run' &&
    matching(world, filter).some((row) => isUntold(row, argument as keyof Filter))
  ) {
    return true;
  }
  return isImpossible(world, filter, argument as keyof Filter);
}

function isImpossible(world: World, filter: Filter, argument: keyof Filter): boolean {
  const { traits } = world;
  const { ignored } = traits;
  const isByDetail = filter.executionId !== undefined && ignored.has('execution_id');
  // Of names that share words, only upstream knows which it takes for the same.
  if (isByDetail && (argument === 'workflowName' || isUntold(rowOf(world, filter.executionId), argument))) {
    return true;
  }
  switch (argument) {
    case 'executionId':
      return ignored.has('execution_id');
    case 'workflowId':
      return ignored.has('workflow_id');
    case 'workflowName':
      return ignored.has('workflow_name');
    case 'applicationSlugs':
      return ignored.has('slug') || traits.catalogue === 'refused';
    case 'createdAfter':
    case 'createdBefore':
      return traits.times !== 'honoured' || isNoTimeTold(world);
    case 'source':
      return isSourceUnprovable(world, filter);
    case 'startDate':
      return hasImpossibleTimes(world, filter);
    case 'endDate':
      return hasImpossibleTimes(world, filter) || isNextDayIncluded(world, filter) || isNoTimeTold(world);
    case 'status':
    case 'type':
      return false;
  }
}

function rowOf({ rows }: World, id: string | undefined): RawRow | undefined {
  return rows.find((row) => row.id === id);
}

const TOLD_BY: Readonly<Partial<Record<keyof Filter, OptionalField>>> = {
  source: 'trigger_application_event',
  type: 'type_of_execution',
  workflowId: 'associated_workflow',
  workflowName: 'associated_workflow',
  applicationSlugs: 'associated_application',
  startDate: 'createdAt',
  endDate: 'createdAt',
  createdAfter: 'createdAt',
  createdBefore: 'createdAt',
};

/** Whether a row that was looked up by its id does not tell this. */
function isUntold(row: RawRow | undefined, argument: keyof Filter): boolean {
  const field = TOLD_BY[argument];
  return row !== undefined && field !== undefined && row.omitted.has(field);
}

/** Whether no run tells when it was created, so that nothing shows what becomes of times. */
function isNoTimeTold({ rows }: World): boolean {
  return rows.every(({ shape, omitted }) => shape !== 'whole' || omitted.has('createdAt'));
}

/** Whether a range has bounds that upstream cannot be asked for. */
function hasImpossibleTimes({ traits }: World, { createdAfter, createdBefore }: Filter): boolean {
  return traits.times !== 'honoured' && (createdAfter !== undefined || createdBefore !== undefined);
}

/** Whether the answers for all sources look the same: nothing is left of any of them. */
function isSourceUnprovable(world: World, filter: Filter): boolean {
  return ['SCHEDULE', 'API_CALL'].every((source) => matching(world, { ...filter, source }).length === 0);
}

/**
 * Whether upstream cannot end a range with a day: it means the day's start, and the next day's has a run of that very
 * moment.
 */
function isNextDayIncluded({ traits, rows }: World, { endDate = '' }: Filter): boolean {
  const next = Date.parse(endDate) + DAY_MS;
  return traits.days === 'start' && rows.some(({ createdAt }) => createdAt === next);
}
