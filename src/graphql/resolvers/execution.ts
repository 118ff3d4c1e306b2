import { badInput, GatewayError } from '../../domain/errors.ts';
import { isSlug } from '../../domain/id.ts';
import type { ExecutionDetail, ExecutionFilter, KnownStatus } from '../../domain/model.ts';
import { keyOf } from '../../lists/order.ts';
import type { ExecutionFilter as ExecutionFilterInput, Resolvers } from './generated.ts';
import { fieldsAtHand, nullIfUnknown } from './embedded-or-loaded.ts';
import { connect, connectionFields } from './connection.ts';
import { checkTexts, daysOf, givenOf } from './filter.ts';
import { lineageFields } from './lineage.ts';

const field = fieldsAtHand<ExecutionDetail>(({ loaders }, id) => loaders.execution.load(id));
const nodesOf = field('nodes');

/** `executions` and `execution`, and the fields of an `Execution` wherever it is met. */
export const executionResolvers: Resolvers = {
  Query: {
    execution: (_root, { id }, { loaders }) => loaders.execution.load(id).catch(nullIfUnknown),
    executions: (_root, args, context) => {
      const filter = readFilter(args.filter);
      const sort = args.sort === 'ASC' ? 'ASC' : 'DESC';
      const list = {
        name: { executions: inAnyOrder(filter), sort },
        keyOf,
        order: sort,
        fromStart: (filter.statuses?.length ?? 0) > 1,
      } as const;
      return connect(args, context, list, (page, since) =>
        context.upstream.execution.list(filter, sort, page, { since }),
      );
    },
  },
  ExecutionConnection: connectionFields,
  Execution: {
    name: field('name'),
    status: field('status'),
    rawStatus: field('rawStatus'),
    createdAt: field('createdAt'),
    updatedAt: field('updatedAt'),
    completedAt: field('completedAt'),
    durationMs: field('durationMs'),
    environment: field('environment'),
    source: field('source'),
    type: field('type'),
    configId: field('configId'),
    eventId: field('eventId'),
    linkedAccountId: field('linkedAccountId'),
    workflow: field('workflow'),
    application: field('application'),
    completionPercentage: field('completionPercentage'),
    nodes: nodesOf,
    node: async (run, { id }, context) => {
      const nodes = await nodesOf(run, {}, context);
      return nodes?.find((node) => node.id === id) ?? null;
    },
    ...lineageFields,
  },
  ExecutionNode: {
    output: ({ output }, { maxBytes }, { showOutput }) => showOutput(output, maxBytes),
    batches: (node, { page, status }, context) => {
      if (node.isBatch === false) throw new GatewayError('NOT_SUPPORTED', 'This is no batch node');
      const wanted = status === null || status === undefined ? undefined : readBatchStatus(status);
      const list = { name: { batches: node.id }, keyOf: null, order: null };
      return connect({ page: page ?? {} }, context, list, (request) =>
        context.upstream.execution.batches(node, wanted, request),
      );
    },
  },
  NodeBatchConnection: {
    nodes: connectionFields.nodes,
    pageInfo: connectionFields.pageInfo,
    totalCount: connectionFields.totalCount,
  },
  NodeBatch: {
    output: ({ output }, { maxBytes }, { showOutput }) => showOutput(output, maxBytes),
  },
};

/** Reads the filter of executions; BAD_USER_INPUT naming the field that cannot be served. */
export function readFilter(input: ExecutionFilterInput | null | undefined): ExecutionFilter {
  const { status, startDate, endDate, applicationSlugs, ...rest } = givenOf(input);
  checkTexts(rest);
  return {
    ...rest,
    ...(status && { statuses: readStatuses(status) }),
    ...daysOf({ ...(startDate && { startDate }), ...(endDate && { endDate }) }),
    ...(applicationSlugs && { applicationSlugs: readSlugs(applicationSlugs) }),
  };
}

/** The filter as cursors are bound to it: the same slugs in another order are the same list. */
function inAnyOrder(filter: ExecutionFilter): ExecutionFilter {
  const { applicationSlugs } = filter;
  return applicationSlugs ? { ...filter, applicationSlugs: applicationSlugs.toSorted() } : filter;
}

/** In one order, whatever the caller's, so that the cursors do not depend on it. */
function readStatuses(statuses: NonNullable<ExecutionFilterInput['status']>): KnownStatus[] {
  const distinct = [...new Set(statuses)].sort();
  if (distinct.length === 0) throw badInput('filter.status must have a value: leave it out to match all');
  return distinct.map((status) => {
    if (status !== 'UNKNOWN') return status;
    throw badInput('filter.status cannot be UNKNOWN: upstream cannot be asked for values not known here');
  });
}

/** Upstream spells these as it likes, so only what cannot be one is refused. */
function readBatchStatus(status: string): string {
  if (/^[\w -]{1,64}$/.test(status)) return status;
  throw badInput('status may only have letters, digits, spaces, - and _, and from 1 to 64 of them');
}

const MAX_SLUGS = 50;

/** Upstream takes them joined by commas, so a slug must not have one. */
function readSlugs(slugs: readonly string[]): string[] {
  const distinct = [...new Set(slugs)];
  if (distinct.length < 1 || distinct.length > MAX_SLUGS) {
    throw badInput(`filter.applicationSlugs must have from 1 to ${String(MAX_SLUGS)} values`);
  }
  if (!distinct.every(isSlug)) {
    throw badInput('filter.applicationSlugs may only have letters, digits, -, _ and .');
  }
  return distinct;
}
