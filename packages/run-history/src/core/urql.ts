import type { Client, CombinedError, OperationResult } from '@urql/core';
import type { Cache, CacheExchangeOpts, FieldInfo, Variables } from '@urql/exchange-graphcache';
import type { RunsChangedSubscription } from '../documents/generated.ts';
import { readAnswer, unanswered } from './answer.ts';
import { createLinkedClient } from './linked-client.ts';
import { hasStatus, listKeyOf, type ListArguments } from './list-key.ts';
import type { Question } from './live.ts';
import { objectOf } from './problem.ts';
import type { Answer, RunClient } from './run-client.ts';
import type { RunFilter } from './run.ts';

/** Types without an id of their own: they belong to what they are a part of. Of a group of failures, the fingerprint is no key. */
const EMBEDDED = [
  'BulkItem',
  'BulkPayload',
  'Capability',
  'ConnectedAccount',
  'ExecutionBucket',
  'ExecutionBuckets',
  'ExecutionChange',
  'ExecutionChanges',
  'ExecutionConnection',
  'ExecutionCounts',
  'ExecutionEdge',
  'ExecutionFailure',
  'ExecutionFailureGroup',
  'ExecutionFailures',
  'NodeBatch',
  'NodeBatchConnection',
  'PageInfo',
  'RerunExecutionPayload',
  'StatusCount',
  'StopExecutionPayload',
  'UpstreamBudget',
  'UserError',
  'Viewer',
  'WorkflowConnection',
];

/**
 * How urql's `cacheExchange` keeps what the gateway tells. A list that is asked for without a cursor is shown with all of
 * its further pages that are there; one with a cursor is that page alone. What `executionsChanged` tells is in the lists
 * with its filter at once. Give it `schema` beside these if you use one.
 */
export const urqlCacheExchangeOptions = {
  keys: Object.fromEntries(EMBEDDED.map((name) => [name, () => null])),
  resolvers: {
    Query: {
      executions: (_parent, args, cache) => joinPages(args, cache),
    },
  },
  updates: {
    Subscription: {
      executionsChanged: (result, args, cache) => {
        const { executionsChanged } = result as unknown as RunsChangedSubscription;
        addRuns(executionsChanged.changes, (args as PageArguments).filter ?? null, cache);
      },
    },
  },
} satisfies CacheExchangeOpts;

interface PageArguments extends ListArguments {
  readonly page?: unknown;
  readonly first?: number | null;
  readonly after?: string | null;
  readonly last?: number | null;
  readonly before?: string | null;
}

/** Asks and watches through an urql client; give it `urqlCacheExchangeOptions` where it has a normalised cache. */
export function createUrqlRunClient(client: Client): RunClient {
  return createLinkedClient({
    send: (question, signal) =>
      new Promise((resolve) => {
        const source = isMutation(question)
          ? client.mutation(question.query, question.variables)
          : client.query(question.query, question.variables, { requestPolicy: 'network-only' });
        const subscription = source.subscribe((result) => {
          if (result.stale || result.hasNext) return;
          resolve(answerOf(result));
        });
        signal?.addEventListener('abort', () => {
          subscription.unsubscribe();
          resolve(unanswered('ABORTED', 'Nobody waits for the answer any more'));
        });
      }),
    transport: {
      subscribe: (question, { next, error, complete }) => {
        const subscription = client.subscription(question.query, question.variables).subscribe((result) => {
          const { error: failed, hasNext } = result;
          if (failed?.networkError !== undefined) error(failed.networkError);
          else if (failed !== undefined && result.data == null) error(failed.graphQLErrors);
          else if (hasNext) next(resultOf(result));
          else complete();
        });
        return () => {
          subscription.unsubscribe();
        };
      },
    },
    // Its exchanges have done so on the way.
    keep: () => {},
  });
}

function isMutation({ query }: Question): boolean {
  return /^\s*mutation\b/.test(query);
}

function resultOf({ data, error, extensions }: OperationResult): object {
  const errors = error?.graphQLErrors ?? [];
  return { data: (data ?? null) as unknown, extensions, ...(errors.length > 0 && { errors }) };
}

function answerOf(result: OperationResult): Answer<unknown> {
  const { error } = result;
  if (error?.networkError === undefined) return readAnswer(resultOf(result));
  return (
    refusalOf(error) ?? unanswered('NETWORK', 'The gateway cannot be reached', { isOutcomeUnknown: true })
  );
}

/** An answer by HTTP that is not GraphQL. */
function refusalOf({ response }: CombinedError): Answer<never> | null {
  const { status } = objectOf(response);
  if (status === 401) return unanswered('UNAUTHENTICATED', 'The sign-in is refused');
  if (typeof status !== 'number' || status < 200) return null;
  const isOutcomeUnknown = status < 400 || status >= 500;
  return unanswered('UNREADABLE', `The answer is not GraphQL, with status ${String(status)}`, {
    isOutcomeUnknown,
  });
}

function joinPages(args: PageArguments, cache: Cache) {
  const own = cache.resolve('Query', 'executions', args as Variables);
  if (typeof own !== 'string' || isPart(args)) return own;
  const pages = pagesOf(listKeyOf(args), cache);
  const nodes = nodesOf(own, cache);
  let last = own;
  for (const seen = new Set([own]); ;) {
    const next = pages.get(String(pageInfoOf(last, cache)['endCursor']));
    if (next === undefined || seen.has(next)) break;
    seen.add(next);
    nodes.push(...nodesOf(next, cache).filter((node) => !nodes.includes(node)));
    last = next;
  }
  if (last === own) return own;
  const pageInfo = { ...pageInfoOf(own, cache), ...endOf(pageInfoOf(last, cache)) };
  const totalCount = cache.resolve(own, 'totalCount');
  return { __typename: 'ExecutionConnection', nodes, pageInfo, totalCount };
}

function isPart({ after, before, last, page }: PageArguments): boolean {
  return after != null || before != null || last != null || page != null;
}

/** The further pages of a list, by the cursor that each begins behind. */
function pagesOf(list: string, cache: Cache): ReadonlyMap<string, string> {
  const pages = new Map<string, string>();
  for (const { args, fieldKey } of listFields(cache)) {
    if (typeof args.after !== 'string' || listKeyOf(args) !== list) continue;
    const page = cache.resolve('Query', fieldKey);
    if (typeof page === 'string') pages.set(args.after, page);
  }
  return pages;
}

function listFields(cache: Cache): readonly { readonly args: PageArguments; readonly fieldKey: string }[] {
  return cache
    .inspectFields('Query')
    .filter(({ fieldName }: FieldInfo) => fieldName === 'executions')
    .map(({ arguments: args, fieldKey }) => ({ args: args ?? {}, fieldKey }));
}

function nodesOf(page: string, cache: Cache): unknown[] {
  const nodes = cache.resolve(page, 'nodes');
  return Array.isArray(nodes) ? [...(nodes as readonly unknown[])] : [];
}

const PAGE_FIELDS = [
  'startCursor',
  'hasPreviousPage',
  'endCursor',
  'hasNextPage',
  'currentPage',
  'pageSize',
  'totalPages',
  'nextPage',
  'previousPage',
  'startIndex',
];

function pageInfoOf(page: string, cache: Cache): Readonly<Record<string, unknown>> {
  const pageInfo = cache.resolve(page, 'pageInfo');
  if (typeof pageInfo !== 'string') return {};
  const known = PAGE_FIELDS.map((name) => [name, cache.resolve(pageInfo, name)] as const);
  return { __typename: 'PageInfo', ...Object.fromEntries(known.filter(([, value]) => value !== undefined)) };
}

function endOf({ endCursor, hasNextPage }: Readonly<Record<string, unknown>>) {
  return { endCursor, hasNextPage };
}

function addRuns(
  changes: RunsChangedSubscription['executionsChanged']['changes'],
  filter: RunFilter | null,
  cache: Cache,
): void {
  const fresh = changes
    .map(({ execution }) => execution)
    .filter(({ status }) => hasStatus(filter, status))
    .sort((one, other) => ((one.createdAt ?? '') < (other.createdAt ?? '') ? 1 : -1))
    .map(({ id }) => cache.keyOfEntity({ __typename: 'Execution', id }))
    .filter((key) => key !== null);
  for (const { args, fieldKey } of listFields(cache)) {
    const page = cache.resolve('Query', fieldKey);
    if (typeof page !== 'string' || isPart(args) || listKeyOf(args) !== listKeyOf({ filter })) continue;
    const shown = [page, ...pagesOf(listKeyOf(args), cache).values()].flatMap((one) => nodesOf(one, cache));
    const added = fresh.filter((key) => !shown.includes(key));
    if (added.length > 0) cache.link(page, 'nodes', [...added, ...(nodesOf(page, cache) as string[])]);
  }
}
