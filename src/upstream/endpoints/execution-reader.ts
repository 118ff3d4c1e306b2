import { notApplied, notTold, type ListArgument } from '../../domain/capability.ts';
import { nullIfUnknown, refusesCaller } from '../../domain/errors.ts';
import { isPathId } from '../../domain/id.ts';
import type { Application, Execution, ExecutionFilter, ExecutionSource } from '../../domain/model.ts';
import { verdictsOn, type RowFacts } from '../../domain/row-check.ts';
import type { PageWire } from './page-wire.ts';
import { NEWER_ARGUMENTS } from './capability-probes.ts';
import { readDetail } from './execution-detail.ts';
import type { ExecutionQuestion } from './execution-query.ts';
import { readSpelled, type SpellingParts } from './execution-spelling.ts';
import { OrderIgnored } from './oldest-first.ts';
import { isWhole, verdictsOnPage } from './row-verdicts.ts';

/** What a list of executions is read with, for one caller. */
export interface ExecutionReaderParts extends SpellingParts {
  /** The catalogue. */
  readonly applications: () => Promise<readonly Application[]>;
}

/**
 * Reads a page of `GET /execution` that is what was asked for, since upstream answers with the whole list where it does not
 * know an argument. Every row is held to the filter. Where that is not enough, because rows are out of sight or do not
 * tell, upstream must be known to apply the argument. What it does not apply is answered in another way where there is
 * one: one execution by its detail, the oldest first from the end of the list.
 * @throws NOT_SUPPORTED naming the argument; OrderIgnored where upstream does not begin with the oldest
 */
export async function readExecutions(
  parts: ExecutionReaderParts,
  question: ExecutionQuestion,
): Promise<PageWire<Execution>> {
  const { knowledge } = parts;
  const { filter, sort } = question;
  const isKnownIgnored = (argument: ListArgument) => knowledge.findingOn(argument).state === 'IGNORED';
  if (filter.executionId !== undefined && !question.isAsApplied && isKnownIgnored('executionId')) {
    return readTheOne(parts, question);
  }
  if (sort === 'ASC' && isKnownIgnored('sort')) throw new OrderIgnored(null);

  const page = withSource(filter.source, await readSpelled(parts, question));
  const verdicts = verdictsOnPage(question, page, await factsFor(parts, filter, page.items));
  for (const [argument, verdict] of verdicts) {
    if (argument !== 'sort' && verdict === 'DIFFERS') return withoutUpstream(parts, argument, question);
  }
  const isSure = isWhole(question, page);
  for (const argument of NEWER_ARGUMENTS) {
    if (filter[argument] === undefined || question.isAsApplied) continue;
    if (isSure && (page.total === 0 || verdicts.get(argument) === 'MATCHES')) continue;
    if (!(await parts.probes().narrowsBy(argument))) return withoutUpstream(parts, argument, question);
  }
  const order = verdicts.get('sort');
  if (order === 'DIFFERS') noteIgnored(parts, 'sort');
  if (sort === 'DESC') {
    if (order === 'DIFFERS') throw notApplied('sort');
    return page;
  }
  if (order === 'MATCHES') knowledge.note('sort', { state: 'SUPPORTED', isVerified: true });
  // Rows that are none, or the only one, are in any order.
  const isOrdered =
    page.items.length === 0 ? page.total !== null && page.total < 2 : isSure && page.items.length < 2;
  if (isOrdered || (order !== 'DIFFERS' && (await parts.probes().sorts()))) return page;
  throw new OrderIgnored(page);
}

function noteIgnored({ knowledge }: ExecutionReaderParts, argument: ListArgument): void {
  if (knowledge.findingOn(argument).state === 'IGNORED') return;
  knowledge.note(argument, { state: 'IGNORED', isVerified: false });
}

/** What there is to answer where upstream ignores an argument. */
function withoutUpstream(
  parts: ExecutionReaderParts,
  argument: ListArgument,
  question: ExecutionQuestion,
): Promise<PageWire<Execution>> {
  noteIgnored(parts, argument);
  if (argument === 'executionId' && !question.isAsApplied) return readTheOne(parts, question);
  throw notApplied(argument);
}

/** The one execution that a filter names, if it matches the rest of it. */
async function readTheOne(
  parts: ExecutionReaderParts,
  { filter, request }: ExecutionQuestion,
): Promise<PageWire<Execution>> {
  const { executionId = '' } = filter;
  const run = isPathId(executionId) ? await readDetail(parts.ask, executionId).catch(nullIfUnknown) : null;
  const whole = { totalPages: null, hasNextPage: false, page: null, limit: null, ...parts.knowledge.now() };
  const nothing = { ...whole, items: [], total: 0 };
  if (run === null) return nothing;
  const verdicts = [...verdictsOn(filter, run, (await factsFor(parts, filter, [run]))(run))];
  if (verdicts.some(([, verdict]) => verdict === 'DIFFERS')) return nothing;
  // A state that this gateway does not know is none of those that can be asked for.
  if (filter.statuses !== undefined && run.status === 'UNKNOWN' && run.rawStatus !== null) return nothing;
  const untold = verdicts.find(([, verdict]) => verdict === 'CANNOT_TELL');
  if (untold !== undefined) throw notTold(untold[0]);
  // Whether a part of a name is enough is upstream's to say.
  const { workflowName } = filter;
  if (workflowName !== undefined && workflowName !== run.workflow?.name) throw notTold('workflowName');
  return { ...whole, items: request.number === 1 ? [run] : [], total: 1 };
}

/** Rows of the first generation do not tell their source: the filter does. */
function withSource(source: ExecutionSource | undefined, page: PageWire<Execution>): PageWire<Execution> {
  if (source === undefined || page.items.every((row) => row.source !== null)) return page;
  return { ...page, items: page.items.map((row) => (row.source === null ? { ...row, source } : row)) };
}

/** What the catalogue tells of a row. */
type FactsOf = (row: Execution) => RowFacts;

const NO_FACTS: RowFacts = {};
const tellsNothing = (): RowFacts => NO_FACTS;

/** What tells of the applications that a filter names: the catalogue, asked for when there are rows. */
function factsFor(
  parts: ExecutionReaderParts,
  { applicationSlugs }: ExecutionFilter,
  rows: readonly Execution[],
): FactsOf | Promise<FactsOf> {
  return applicationSlugs === undefined || rows.length === 0
    ? tellsNothing
    : factsInCatalogue(parts, applicationSlugs);
}

async function factsInCatalogue(
  { applications }: ExecutionReaderParts,
  applicationSlugs: readonly string[],
): Promise<FactsOf> {
  const catalogue = await applications().catch((error: unknown) => {
    throw refusesCaller(error) ? notTold('applicationSlugs') : error;
  });
  const named = catalogue.filter(({ slug }) => slug !== null && applicationSlugs.includes(slug));
  const facts = { applicationIds: new Set(named.map(({ id }) => id)) };
  const known = new Set(catalogue.map(({ id }) => id));
  const namesAll = new Set(named.map(({ slug }) => slug)).size === applicationSlugs.length;
  // An application that the organisation no longer has may be one of those.
  return ({ application }) => (namesAll || known.has(application?.id ?? '') ? facts : NO_FACTS);
}
