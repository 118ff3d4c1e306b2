import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getIntrospectionQuery } from 'graphql';

const ROOT = join(import.meta.dirname, '../..');

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

/** The run that every sandbox has. */
export const RUN_ID = '65410cf6cdf931a12d7ab009';

const DAY_MS = 86_400_000;
const LAST_WEEK = new Date(Date.now() - 7 * DAY_MS).toISOString().slice(0, 10);

const RUN = `id name status rawStatus createdAt updatedAt completedAt durationMs environment source type configId eventId
  linkedAccountId isChild isRerun failureKnown failure { nodeId nodeName message code occurredAt }
  workflow { id name icon description slug published version environment createdAt updatedAt application { id slug } }
  application { id name icon slug description type authType tags connected reauthRequired connectedAccounts { identifier authType connectedAt status } }`;
const PAGE = `pageInfo { hasNextPage hasPreviousPage startCursor endCursor currentPage pageSize totalPages nextPage previousPage startIndex }`;

/** Operations that read all that upstream sends, a route or two each. */
export const READERS = [
  `{ executions(page: { size: 20 }) { totalCount ${PAGE} nodes { ${RUN} } } }`,
  `{ executions(first: 7, sort: ASC) { totalCount ${PAGE} edges { cursor node { ${RUN} } } } }`,
  `{ execution(id: "${RUN_ID}") { ${RUN} completionPercentage rerunOf { id } reruns { id } nodes { id nodeId name type status rawStatus isBatch attempts maxAttempts durationMs input output requestCurl } } }`,
  `{ workflows(first: 50) { totalCount ${PAGE} nodes { id name icon description slug published version environment createdAt updatedAt application { id name } } } }`,
  `{ workflow(id: "64f7258e35b72267edc02589") { id name description slug published version application { id name slug } } }`,
  `{ applications { id name icon slug description type authType ecosystem tags connected reauthRequired connectedAccounts { identifier authType connectedAt status } } }`,
  `{ application(slug: "slack") { id name connected connectedAccounts { identifier } } }`,
  `{ executionCounts(filter: { startDate: "${LAST_WEEK}" }) { total partial byStatus { status count } buckets { partial missing nodes { start total byStatus { status count } } } } }`,
  `{ executionFailures { examined partial groups { fingerprint message count firstSeen lastSeen nodeName executionIds workflow { id name } sample { ${RUN} } } } }`,
  `{ viewer { signIn linkedAccountId environment capabilities { argument state } upstreamBudget { maximum available } } }`,
];

/** Operations that are right: those of the guide, and more. */
export const DOCUMENTS = [
  ...[...read('docs/guide.md').matchAll(/^```graphql\n(.*?)^```$/gms)].map(([, text]) => text ?? ''),
  ...READERS,
  getIntrospectionQuery(),
  `query A($f: ExecutionFilter, $p: PageInput) { executions(filter: $f, page: $p) { nodes { ...R } } } fragment R on Execution { id ...S } fragment S on Execution { name workflow { id } }`,
  `query B($i: Boolean!) { executions { nodes @include(if: $i) { id @skip(if: $i) } } }`,
  `mutation C { rerunExecution(id: "${RUN_ID}") { execution { id } originalExecutionId outcome } }`,
  `mutation D { stopExecutions(input: { ids: ["${RUN_ID}"], dryRun: true }) { matched executionIds userErrors { code message field } } }`,
  `subscription E { executionChanged(id: "${RUN_ID}") { id status } }`,
  `{ __schema { types { name fields { name type { ofType { ofType { name } } } } } } }`,
];

/** What documents are made of: the names of the schema, and what stands between them. */
export const WORDS = [
  ...new Set(globSync('schema/*.graphql', { cwd: ROOT }).flatMap((file) => read(file).match(/\w+/g) ?? [])),
  ...'{ } ( ) [ ] : , ! $ @ = | & ... """ " \\ # # query mutation subscription fragment on @include @skip @deprecated'.split(
    ' ',
  ),
  '__typename',
  '__schema',
  '__type(name: "Query")',
  '...on Execution',
  '...R',
  '@include(if: true)',
  '$f: [[[Int!]!]!]!',
  '99999999999999999999',
  '"\\u0000"',
  '"\\uD800"',
  '{a:{a:{a:{a:1}}}}',
];
