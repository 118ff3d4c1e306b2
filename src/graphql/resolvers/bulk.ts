import type { Context } from '../../context.ts';
import type { BulkJob, BulkKind, BulkOutcome } from '../../domain/bulk.ts';
import type { BulkInput, Resolvers } from './generated.ts';
import { readExecutionFilter } from './execution-filter.ts';

/** Changes of many executions, and the jobs that do them. */
export const bulkResolvers: Resolvers = {
  Mutation: {
    rerunExecutions: (_root, { input }, context) => change('RERUN', input, context),
    stopExecutions: (_root, { input }, context) => change('STOP', input, context),
    abortBulkJob: (_root, { id }, { bulk }) => bulk.abort(id),
  },
  Query: {
    bulkJob: (_root, { id, afterRevision }, { bulk }) => bulk.job(id, afterRevision ?? null),
  },
  BulkJob: {
    total: ({ items }) => items.length,
    pending: countOf('PENDING'),
    succeeded: countOf('SUCCEEDED'),
    refused: countOf('REFUSED'),
    failed: countOf('FAILED'),
    unknown: countOf('UNKNOWN'),
  },
};

async function change(kind: BulkKind, input: BulkInput, { bulk }: Context) {
  const answer = await bulk.request({
    kind,
    ids: input.ids ?? null,
    filter: input.filter ? readExecutionFilter(input.filter) : null,
    dryRun: input.dryRun ?? false,
    clientMutationId: input.clientMutationId ?? null,
  });
  return { ...answer, matched: answer.executionIds.length, userErrors: [] };
}

function countOf(wanted: BulkOutcome) {
  return ({ items }: BulkJob) => items.filter(({ outcome }) => outcome === wanted).length;
}
