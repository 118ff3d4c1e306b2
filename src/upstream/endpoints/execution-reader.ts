import { notApplied, notTold, type ListArgument } from '../../domain/capability.ts';
import { nullIfUnknown, refusesCaller } from '../../domain/errors.ts';
import { isPathId } from '../../domain/id.ts';
import type { Application, Execution, ExecutionDetail } from '../../domain/model.ts';
import { verdictsOn, type RowFacts } from '../../domain/row-check.ts';
import type { PageWire } from './page-wire.ts';
import type { Ask } from '../call.ts';
import type { Knowledge } from '../capabilities.ts';
import { createCapabilityProbes, NEWER_ARGUMENTS } from './capability-probes.ts';
import type { ExecutionQuestion } from './execution-query.ts';
import { createSpelledReader } from './execution-spelling.ts';
import { OrderIgnored } from './oldest-first.ts';
import { isWhole, verdictsOnPage } from './row-verdicts.ts';

/** What a list of executions is read with, for one caller. */
export interface ExecutionReaderParts {
  readonly ask: Ask;
  readonly knowledge: Knowledge;
  /** Looks one execution up; NOT_FOUND when it is unknown or another account's. */
  readonly get: (id: string) => Promise<ExecutionDetail>;
  /** The catalogue. */
  readonly applications: () => Promise<readonly Application[]>;
}

/** Reads a page of `GET /execution`. */
export type ExecutionReader = (question: ExecutionQuestion) => Promise<PageWire<Execution>>;

/**
 * Builds the reading of pages that are what was asked for, since upstream answers with the whole list where it does not
 * know an argument. Every row is held to the filter. Where that is not enough, because rows are out of sight or do not
 * tell, upstream must be known to apply the argument. What it does not apply is answered in another way where there is
 * one: one execution by its detail, the oldest first from the end of the list.
 * @throws NOT_SUPPORTED naming the argument; OrderIgnored where upstream does not begin with the oldest
 */
export function createExecutionReader(parts: ExecutionReaderParts): ExecutionReader {
  const { ask, knowledge } = parts;
  const probes = createCapabilityProbes(ask, knowledge);
  const readSpelled = createSpelledReader(ask, knowledge, probes);
  const factsFor = createFacts(parts);
  const readDetail = createDetailReader(parts, factsFor);

  const noteIgnored = (argument: ListArgument) => {
    if (knowledge.findingOn(argument).state === 'IGNORED') return;
    knowledge.note(argument, { state: 'IGNORED', isVerified: false });
  };

  /** What there is to answer where upstream ignores an argument. */
  const withoutUpstream = (
    argument: ListArgument,
    question: ExecutionQuestion,
  ): Promise<PageWire<Execution>> => {
    noteIgnored(argument);
    if (argument === 'executionId' && !question.isAsApplied) return readDetail(question);
    throw notApplied(argument);
  };

  const read: ExecutionReader = async (question) => {
    const { filter, sort } = question;
    const isKnownIgnored = (argument: ListArgument) => knowledge.findingOn(argument).state === 'IGNORED';
    if (filter.executionId !== undefined && !question.isAsApplied && isKnownIgnored('executionId')) {
      return readDetail(question);
    }
    if (sort === 'ASC' && isKnownIgnored('sort')) throw new OrderIgnored(null);

    const page = await readSpelled(question);
    const verdicts = verdictsOnPage(question, page, await factsFor(filter, page.items));
    for (const [argument, verdict] of verdicts) {
      if (argument !== 'sort' && verdict === 'DIFFERS') return withoutUpstream(argument, question);
    }
    const isSure = isWhole(question, page);
    for (const argument of NEWER_ARGUMENTS) {
      if (filter[argument] === undefined || question.isAsApplied) continue;
      if (isSure && (page.total === 0 || verdicts.get(argument) === 'MATCHES')) continue;
      if (!(await probes.narrowsBy(argument))) return withoutUpstream(argument, question);
    }
    const order = verdicts.get('sort');
    if (order === 'DIFFERS') noteIgnored('sort');
    if (sort === 'DESC') {
      if (order === 'DIFFERS') throw notApplied('sort');
      return page;
    }
    if (order === 'MATCHES') knowledge.note('sort', { state: 'SUPPORTED', isVerified: true });
    const isOrdered = page.total !== null && page.total < 2;
    if (isOrdered || (order !== 'DIFFERS' && (await probes.sorts()))) return page;
    throw new OrderIgnored(page);
  };
  return async (question) => withSource(question, await read(question));
}

/** Builds the reading of the one execution that a filter names, if it matches the rest of it. */
function createDetailReader(
  { get, knowledge }: ExecutionReaderParts,
  factsFor: ReturnType<typeof createFacts>,
): ExecutionReader {
  return async ({ filter, request }) => {
    const { executionId = '' } = filter;
    const run = isPathId(executionId) ? await get(executionId).catch(nullIfUnknown) : null;
    const whole = { totalPages: null, hasNextPage: false, page: null, limit: null, ...knowledge.now() };
    const nothing = { ...whole, items: [], total: 0 };
    if (run === null) return nothing;
    const verdicts = [...verdictsOn(filter, run, (await factsFor(filter, [run]))(run))];
    if (verdicts.some(([, verdict]) => verdict === 'DIFFERS')) return nothing;
    // A state that this gateway does not know is none of those that can be asked for.
    if (filter.statuses !== undefined && run.status === 'UNKNOWN' && run.rawStatus !== null) return nothing;
    const untold = verdicts.find(([, verdict]) => verdict === 'CANNOT_TELL');
    if (untold !== undefined) throw notTold(untold[0]);
    return { ...whole, items: request.number === 1 ? [run] : [], total: 1 };
  };
}

/** Rows of the first generation do not tell their source: the filter does. */
function withSource(
  { filter: { source } }: ExecutionQuestion,
  page: PageWire<Execution>,
): PageWire<Execution> {
  if (source === undefined || page.items.every((row) => row.source !== null)) return page;
  return { ...page, items: page.items.map((row) => (row.source === null ? { ...row, source } : row)) };
}

/** Builds what tells of the applications that a filter names: the catalogue, asked for when there are rows. */
function createFacts({ applications }: ExecutionReaderParts) {
  return async (
    { applicationSlugs }: ExecutionQuestion['filter'],
    rows: readonly Execution[],
  ): Promise<(row: Execution) => RowFacts> => {
    if (applicationSlugs === undefined || rows.length === 0) return () => ({});
    const catalogue = await applications().catch((error: unknown) => {
      throw refusesCaller(error) ? notTold('applicationSlugs') : error;
    });
    const named = catalogue.filter(({ slug }) => slug !== null && applicationSlugs.includes(slug));
    const facts = { applicationIds: new Set(named.map(({ id }) => id)) };
    const known = new Set(catalogue.map(({ id }) => id));
    const namesAll = new Set(named.map(({ slug }) => slug)).size === applicationSlugs.length;
    // An application that the organisation no longer has may be one of those.
    return ({ application }) => (namesAll || known.has(application?.id ?? '') ? facts : {});
  };
}
