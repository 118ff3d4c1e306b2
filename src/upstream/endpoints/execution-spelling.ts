import { dayOf } from '../../domain/day.ts';
import type { Execution, ExecutionFilter } from '../../domain/model.ts';
import { notApplied, notTold } from '../../domain/capability.ts';
import type { RowArgument } from '../../domain/row-check.ts';
import { hasTimes } from '../../domain/time-range.ts';
import type { PageWire } from './page-wire.ts';
import type { Ask } from '../call.ts';
import type { Habits, Knowledge } from '../capabilities.ts';
import { isInsideItsDay, nullIfRefused, type CapabilityProbes } from './capability-probes.ts';
import { hasTwoSpellings, listOf, OTHER, spellingFor, type ExecutionQuestion } from './execution-query.ts';
import { readPage } from './page.ts';
import { isWhole, verdictsOnPage } from './row-verdicts.ts';

/** A page, and the spelling of the question that it answers. */
interface Spelled {
  readonly page: PageWire<Execution>;
  readonly spelling: Habits;
}

/** What makes a page useless however its question is spelled. */
const NOT_SPELLED: readonly RowArgument[] = ['executionId', 'workflowId', 'workflowName', 'status', 'type'];

/** What a page is read with, and what is known and found out of spellings. */
export interface SpellingParts {
  readonly ask: Ask;
  readonly knowledge: Knowledge;
  /** The same ones each time, so that they share what they find. */
  readonly probes: () => CapabilityProbes;
}

/**
 * Reads a page whose question upstream has understood: sources, days and times as it spells and means them. The rest of
 * the filter is not looked at.
 * @throws NOT_SUPPORTED naming the argument, where upstream takes it in no spelling
 */
export function readSpelled(parts: SpellingParts, question: ExecutionQuestion): Promise<PageWire<Execution>> {
  if (isSpelled(question.filter)) return readSettled(parts, question);
  const { ask, knowledge } = parts;
  return readPage(ask, listOf(question, spellingFor(knowledge)), question.request, question.since);
}

async function readSettled(parts: SpellingParts, question: ExecutionQuestion): Promise<PageWire<Execution>> {
  const spelled = await readEither(parts, question);
  const verdicts = verdictsOnPage(question, spelled.page);
  if (NOT_SPELLED.some((argument) => verdicts.get(argument) === 'DIFFERS')) return spelled.page;
  const hasWrongTimes = [verdicts.get('createdAfter'), verdicts.get('createdBefore')].includes('DIFFERS');
  if (hasTimes(question.filter) && !hasWrongTimes) {
    await checkTimes(parts, question, spelled.page);
  }
  const understood = await settleSource(parts, question, spelled);
  const ended = await settleEnd(parts, question, understood);
  // With its last day there may be rows, by which it shows what was made of the source.
  const settled = ended === understood ? ended : await settleSource(parts, question, ended);
  // Rows that were wrong show that of themselves, and nothing of the page that was read in their place.
  if (hasWrongTimes && settled !== spelled) await checkTimes(parts, question, settled.page);
  await checkMidnight(parts, question, settled);
  return settled.page;
}

/** Whether a filter has anything that upstream may take in one spelling and not in another. */
function isSpelled(filter: ExecutionFilter): boolean {
  const { source, startDate, endDate } = filter;
  return hasTwoSpellings(source) || startDate !== undefined || endDate !== undefined || hasTimes(filter);
}

async function read({ ask }: SpellingParts, question: ExecutionQuestion, spelling: Habits): Promise<Spelled> {
  const page = await readPage(ask, listOf(question, spelling), question.request, question.since);
  return { page, spelling };
}

/** Where upstream refuses one spelling, the others are tried, each once; what it takes is remembered. */
async function readEither(parts: SpellingParts, question: ExecutionQuestion): Promise<Spelled> {
  const { knowledge } = parts;
  const [first = spellingFor(knowledge), ...others] = spellingsOf(question, spellingFor(knowledge));
  try {
    return await read(parts, question, first);
  } catch (error) {
    nullIfRefused(error);
    for (const spelling of others) {
      const found = await read(parts, question, spelling).catch(nullIfRefused);
      if (found === null) continue;
      if (spelling.sources !== first.sources) noteSources(parts, spelling.sources);
      if (spelling.dates !== first.dates) knowledge.noteHabit('dates', spelling.dates);
      return found;
    }
    if (hasTimes(question.filter)) await checkTimes(parts, question, { items: [], total: 0 });
    throw error;
  }
}

function noteSources({ knowledge }: SpellingParts, sources: Habits['sources']): void {
  knowledge.noteHabit('sources', sources);
  knowledge.note('source', { state: 'SUPPORTED', isVerified: true });
}

async function checkTimes(
  { probes, knowledge }: SpellingParts,
  { filter, request }: ExecutionQuestion,
  { items, total }: Pick<PageWire<Execution>, 'items' | 'total'>,
): Promise<void> {
  const argument = filter.createdAfter === undefined ? 'createdBefore' : 'createdAfter';
  if (!(await probes().takesTimes(items))) throw notApplied(argument);
  // Upstream takes a time and no run tells more: then there must be none that could be wrong.
  const isEmpty = items.length === 0 && (request.number === 1 || total === 0);
  if (!isEmpty && knowledge.findingOn(argument).state !== 'SUPPORTED') throw notTold(argument);
}

/** What upstream has made of the source in an answer. */
async function readingOf(parts: SpellingParts, question: ExecutionQuestion, { page, spelling }: Spelled) {
  const { knowledge, probes } = parts;
  const verdict = verdictsOnPage(question, page).get('source');
  if (verdict === 'DIFFERS') return 'IGNORED';
  if (knowledge.habit('sources') === spelling.sources) return 'READ';
  if (verdict === 'MATCHES' && isWhole(question, page)) return 'FITS';
  const reading = await probes().reads(question, page, spelling);
  if (reading === 'READ') noteSources(parts, spelling.sources);
  return reading;
}

/** Makes sure that upstream has read the source, and tries its other spelling once where it has not. */
async function settleSource(
  parts: SpellingParts,
  question: ExecutionQuestion,
  spelled: Spelled,
): Promise<Spelled> {
  if (!hasTwoSpellings(question.filter.source)) return spelled;
  const reading = await readingOf(parts, question, spelled);
  if (reading === 'READ' || reading === 'FITS') return spelled;
  const { spelling } = spelled;
  const other = { ...spelling, sources: OTHER.sources[spelling.sources] };
  const again = await read(parts, question, other).catch(nullIfRefused);
  const readingAgain = again === null ? 'IGNORED' : await readingOf(parts, question, again);
  if (again !== null && (readingAgain === 'READ' || readingAgain === 'FITS')) {
    noteSources(parts, other.sources);
    return again;
  }
  // There are no such runs in either spelling, or in one and the other is ignored.
  if (reading === 'NO_ROWS') return spelled;
  if (again !== null && readingAgain === 'NO_ROWS') return again;
  parts.knowledge.note('source', { state: 'IGNORED', isVerified: false });
  throw notApplied('source');
}

/** Makes sure that the last day is in the range with all of its runs, and none of the next. */
async function settleEnd(
  parts: SpellingParts,
  question: ExecutionQuestion,
  spelled: Spelled,
): Promise<Spelled> {
  const { knowledge, probes } = parts;
  const { page, spelling } = spelled;
  const { endDate } = question.filter;
  if (endDate === undefined || hasTimes(question.filter) || spelling.dates === 'TIME') return spelled;
  const readWith = (endOfRange: Habits['endOfRange']) => {
    if (endOfRange === spelling.endOfRange) return spelled;
    return read(parts, question, { ...spelling, endOfRange });
  };
  const readAs = (endOfRange: Habits['endOfRange']) => {
    knowledge.noteHabit('endOfRange', endOfRange);
    return readWith(endOfRange);
  };
  const told = page.items.filter(isInsideItsDay);
  // Upstream was asked for the next day's start: that it answers more of that day shows that it means its end now.
  if (told.some(({ createdAt }) => dayOf(createdAt) > endDate)) {
    return spelling.endOfRange === 'START_OF_DAY' ? readAs('END_OF_DAY') : spelled;
  }
  const isEnd = spelling.endOfRange === 'END_OF_DAY';
  if (isEnd && told.some(({ createdAt }) => dayOf(createdAt) === endDate)) return readAs('END_OF_DAY');
  // It may have become known since this page was asked for, by another list that is read at the same time.
  const known = knowledge.habit('endOfRange');
  if (known !== null) return readWith(known);
  const found = await probes().endOfRange(page.items);
  if (found === 'UNTOLD') throw notTold('endDate');
  return found === 'NO_ROWS' ? spelled : readAs(found);
}

/** Where the next day's start was asked for, a run of that moment must not be in the list: it would move the others. */
async function checkMidnight(
  { probes }: SpellingParts,
  question: ExecutionQuestion,
  { page, spelling }: Spelled,
): Promise<void> {
  const { filter, sort, request } = question;
  if (filter.endDate === undefined || hasTimes(filter) || spelling.dates === 'TIME') return;
  if (spelling.endOfRange === 'END_OF_DAY' || page.total === 0) return;
  const newest = sort === 'DESC' && request.number === 1 ? page.items[0] : undefined;
  // The newest row of all would be that run.
  if (newest?.createdAt != null) return;
  if (!(await probes().endsBeforeMidnight(question, spelling))) throw notApplied('endDate');
}

/** The spellings that upstream may take, the likeliest first; only what the filter has is spelled differently. */
function spellingsOf({ filter }: ExecutionQuestion, spelling: Habits): Habits[] {
  const { sources, dates } = spelling;
  const hasDays = (filter.startDate !== undefined || filter.endDate !== undefined) && !hasTimes(filter);
  return [dates, ...(hasDays ? [OTHER.dates[dates]] : [])].flatMap((day) =>
    [sources, ...(hasTwoSpellings(filter.source) ? [OTHER.sources[sources]] : [])].map((source) => ({
      ...spelling,
      sources: source,
      dates: day,
    })),
  );
}
