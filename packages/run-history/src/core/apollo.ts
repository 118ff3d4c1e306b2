import {
  ApolloLink,
  type ApolloCache,
  type ApolloClient,
  type FieldFunctionOptions,
  type Reference,
  type TypePolicies,
} from '@apollo/client';
import { getMainDefinition } from '@apollo/client/utilities';
import { parse, type DocumentNode } from 'graphql';
import { readAnswer, readResponse, unanswered } from './answer.ts';
import { createLinkedClient } from './linked-client.ts';
import { hasStatus, listKeyOf, type ListArguments } from './list-key.ts';
import type { Question } from './live.ts';
import type { RunChange } from './merge.ts';
import { objectOf } from './problem.ts';
import type { Answer, RunClient } from './run-client.ts';
import type { RunFilter } from './run.ts';

/** A cached connection: what of it was asked for. */
interface Connection {
  readonly nodes?: readonly Reference[];
  readonly edges?: readonly { readonly node: Reference }[];
  readonly pageInfo?: PageInfo;
  readonly [field: string]: unknown;
}

type PageInfo = Readonly<
  Partial<Record<'startCursor' | 'endCursor' | 'hasNextPage' | 'hasPreviousPage', unknown>>
>;

interface PageArguments extends ListArguments {
  readonly page?: unknown;
  readonly after?: string | null;
  readonly before?: string | null;
}

/**
 * How Apollo's `InMemoryCache` keeps what the gateway tells. Pages of one list are joined, whatever their sizes; numbered
 * pages stay apart. What has no id of its own belongs to what it is a part of.
 */
export const apolloTypePolicies: TypePolicies = {
  Query: {
    fields: {
      executions: {
        keyArgs: (args) => {
          const { page } = (args ?? {}) as PageArguments;
          return page == null ? listKeyOf(args ?? {}) : `${listKeyOf(args ?? {})}${JSON.stringify(page)}`;
        },
        merge: mergePage,
      },
      viewer: { merge: true },
      executionFailures: { keyArgs: ['filter'] },
    },
  },
  Execution: { keyFields: ['id'], fields: { failure: { merge: true }, nodes: { merge: false } } },
  // Not by `nodeId`: that is the same in every run, and not unique within one.
  ExecutionNode: { keyFields: ['id'] },
  Workflow: { keyFields: ['id'] },
  Application: { keyFields: ['id'] },
  BulkJob: { keyFields: ['id'], fields: { items: { merge: false } } },
  ExecutionFailure: { keyFields: false },
  // Runs come and go in a group: its fingerprint is no key.
  ExecutionFailureGroup: { keyFields: false },
  ExecutionConnection: { keyFields: false },
  Viewer: { keyFields: false, fields: { upstreamBudget: { merge: true } } },
};

/**
 * Asks and watches through an Apollo Client, by its link, and takes all answers into its cache: give that one
 * `apolloTypePolicies`. The link is to sign in, and to carry subscriptions where the page is to be live.
 */
export function createApolloRunClient(client: ApolloClient): RunClient {
  const documents = new Map<string, DocumentNode>();
  const documentOf = ({ query }: Question): DocumentNode => {
    const known = documents.get(query) ?? client.cache.transformDocument(parse(query));
    documents.set(query, known);
    return known;
  };
  const execute = (question: Question) =>
    ApolloLink.execute(
      client.link,
      { query: documentOf(question), variables: question.variables },
      { client },
    );
  return createLinkedClient({
    send: (question, signal) =>
      new Promise((resolve) => {
        const subscription = execute(question).subscribe({
          next: (result) => {
            resolve(readAnswer(result));
          },
          error: (error: unknown) => {
            resolve(answerOf(error));
          },
          complete: () => {
            resolve(unanswered('UNREADABLE', 'There is no answer', { isOutcomeUnknown: true }));
          },
        });
        signal?.addEventListener('abort', () => {
          subscription.unsubscribe();
          resolve(unanswered('ABORTED', 'Nobody waits for the answer any more'));
        });
      }),
    transport: {
      subscribe: (question, { next, error, complete }) => {
        const subscription = execute(question).subscribe({
          next,
          error: (thrown: unknown) => {
            error(endingOf(thrown));
          },
          complete,
        });
        return () => {
          subscription.unsubscribe();
        };
      },
    },
    keep: (question, data) => {
      keepIn(client.cache, documentOf(question), question.variables, data);
    },
  });
}

/**
 * Shows in the cached lists with this filter what `executionsChanged` has told: runs that are new come first, or last in
 * a list that begins with the oldest and is there whole. Runs that are known have changed already, by their ids.
 * `createApolloRunClient` does so by itself. Lists that were asked for by `edges` alone get no new rows, since those have
 * no cursors.
 */
export function mergeRunChanges(
  cache: ApolloCache,
  changes: readonly RunChange[],
  filter: RunFilter | null = null,
): void {
  const fresh = changes
    .map(({ execution }) => execution)
    .filter(({ status }) => hasStatus(filter, status))
    .sort((one, other) => ((one.createdAt ?? '') < (other.createdAt ?? '') ? 1 : -1));
  const newestFirst = `executions:${listKeyOf({ filter })}`;
  const oldestFirst = `executions:${listKeyOf({ filter, sort: 'ASC' })}`;
  cache.modify<{ executions: Connection | null }>({
    fields: {
      executions: (existing, { storeFieldName, readField, toReference }) => {
        const list = existing as Connection | null;
        if (list?.nodes === undefined || ![newestFirst, oldestFirst].includes(storeFieldName))
          return existing;
        if (storeFieldName === oldestFirst && list.pageInfo?.hasNextPage !== false) return existing;
        const known = new Set(list.nodes.map((node) => readField('id', node)));
        const added = fresh
          .filter(({ id }) => !known.has(id))
          .flatMap(({ id }) => toReference({ __typename: 'Execution', id }) ?? []);
        const nodes =
          storeFieldName === newestFirst ? [...added, ...list.nodes] : [...list.nodes, ...added.toReversed()];
        return added.length === 0 ? existing : { ...list, nodes };
      },
    },
  });
}

function mergePage(
  existing: Connection | null | undefined,
  incoming: Connection | null,
  { args, readField }: FieldFunctionOptions,
): Connection | null {
  const { after, before } = (args ?? {}) as PageArguments;
  if (existing == null || incoming === null || (after == null && before == null)) return incoming;
  const isBefore = after == null;
  const idOf = (node: Reference) => readField('id', node);
  const [front, back] = isBefore ? [incoming, existing] : [existing, incoming];
  const [start, end] = [front.pageInfo, back.pageInfo];
  return {
    ...existing,
    ...incoming,
    ...(incoming.nodes && { nodes: joined(front.nodes ?? [], back.nodes ?? [], idOf) }),
    ...(incoming.edges && {
      edges: joined(front.edges ?? [], back.edges ?? [], ({ node }) => idOf(node)),
    }),
    ...(incoming.pageInfo && {
      pageInfo: {
        ...incoming.pageInfo,
        ...pick(start, ['startCursor', 'hasPreviousPage']),
        ...pick(end, ['endCursor', 'hasNextPage']),
      },
    }),
  };
}

function pick(pageInfo: PageInfo | undefined, names: readonly (keyof PageInfo)[]): PageInfo {
  return Object.fromEntries(
    names.filter((name) => pageInfo?.[name] !== undefined).map((name) => [name, pageInfo?.[name]]),
  );
}

function joined<Row>(
  front: readonly Row[],
  back: readonly Row[],
  idOf: (row: Row) => unknown,
): readonly Row[] {
  const known = new Set(front.map(idOf));
  return [...front, ...back.filter((row) => !known.has(idOf(row)))];
}

function keepIn(
  cache: ApolloCache,
  query: DocumentNode,
  variables: Record<string, unknown>,
  data: unknown,
): void {
  const definition = getMainDefinition(query);
  const operation: string = 'operation' in definition ? definition.operation : 'query';
  const result = data as Record<string, unknown>;
  cache.batch({
    update: () => {
      if (operation === 'query') {
        cache.writeQuery({ query, variables, data: result });
        return;
      }
      const dataId = operation === 'mutation' ? 'ROOT_MUTATION' : 'ROOT_SUBSCRIPTION';
      cache.write({ dataId, query, variables, result });
      cache.evict({ id: dataId });
      const { changes } = objectOf(result['executionsChanged']);
      if (Array.isArray(changes)) {
        mergeRunChanges(cache, changes as RunChange[], variables['filter'] ?? null);
      }
    },
  });
}

/** What an error of a link says: that of an HTTP answer, or of none. */
function answerOf(error: unknown): Answer<never> {
  const { errors, response, bodyText } = objectOf(error);
  if (Array.isArray(errors)) return readAnswer<never>({ data: null, errors });
  if (response instanceof Response && typeof bodyText === 'string') return readResponse(response, bodyText);
  return unanswered('NETWORK', 'The gateway cannot be reached', { isOutcomeUnknown: true });
}

/** The link for WebSockets tells close codes in its words alone. */
function endingOf(error: unknown): unknown {
  const { errors, message } = objectOf(error);
  if (Array.isArray(errors)) return errors;
  const code = /\bclosed with event (\d{4})\b/.exec(typeof message === 'string' ? message : '')?.[1];
  return code === undefined ? error : { code: Number(code) };
}
