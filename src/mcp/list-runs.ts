import { z } from 'zod';
import { KNOWN_STATUSES } from '../domain/model.ts';
import type { ListRunsQuery, ListRunsQueryVariables } from './generated.ts';
import { RUN, run, runOf } from './run.ts';
import { counted } from './texts.ts';
import { defineTool, told } from './tool.ts';

const QUERY = /* GraphQL */ `
  query list_runs($filter: ExecutionFilter, $first: Int, $after: String, $sort: SortDirection) {
    executions(filter: $filter, first: $first, after: $after, sort: $sort) {
      totalCount
      nodes {
        ...Run
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
  ${RUN}
`;

const day = z.iso.date();

/** Which runs: what both lists and summaries can be narrowed by. */
export const filter = {
  workflowId: z.string().min(1).max(128).optional().describe('Runs of this workflow.'),
  workflowName: z.string().min(1).max(256).optional().describe('Runs of workflows of exactly this name.'),
  applicationSlugs: z
    .array(z.string().min(1).max(128))
    .min(1)
    .max(10)
    .optional()
    .describe('Runs of workflows of these applications, such as `slack`.'),
  startDate: day.optional().describe('Created on this day (UTC) or later.'),
  endDate: day.optional().describe('Created on this day (UTC) or earlier.'),
};

/** Which runs there are. */
export const listRuns = defineTool({
  name: 'list_runs',
  title: 'List runs',
  description:
    'Lists runs of workflows of the account that is signed in, newest first. Use it to find the run that somebody speaks of; `explain_run` then says why it failed. Each status that is asked for costs one request of the account’s budget.',
  input: z.strictObject({
    ...filter,
    status: z
      .array(z.enum(KNOWN_STATUSES))
      .min(1)
      .max(KNOWN_STATUSES.length)
      .optional()
      .describe('Runs in any of these states. Failed runs are ERRORED and TIMED_OUT.'),
    sort: z.enum(['DESC', 'ASC']).default('DESC').describe('DESC: newest first.'),
    limit: z.int().min(1).max(50).default(10).describe('How many runs.'),
    after: z
      .string()
      .min(1)
      .max(4096)
      .optional()
      .describe('The `nextCursor` of the answer before, with the same filter and sort.'),
  }),
  untrusted: z.object({ runs: z.array(run) }),
  own: {
    totalCount: z.number().nullable().describe('How many runs match. Null: not known.'),
    nextCursor: z
      .string()
      .nullable()
      .describe('Pass it as `after` for those that follow. Null: there are none.'),
  },
  run: async ({ limit, after, sort, ...given }, ask) => {
    const variables: ListRunsQueryVariables = { filter: given, first: limit, after, sort };
    const { data, errors } = await ask<ListRunsQuery>({
      operationName: 'list_runs',
      query: QUERY,
      variables,
    });
    const { nodes, totalCount, pageInfo } = told(data.executions, errors);
    const nextCursor = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    return {
      summary: summaryOf(nodes, totalCount, nextCursor !== null),
      untrusted: { runs: nodes.map(runOf) },
      own: { totalCount, nextCursor },
      errors,
    };
  },
});

function summaryOf(
  runs: readonly { readonly status: string }[],
  totalCount: number | null,
  hasMore: boolean,
): string {
  const states = Map.groupBy(runs, ({ status }) => status);
  const told = [...states].map(([status, { length }]) => `${String(length)} ${status}`);
  return [
    `${counted(runs.length, 'run')}${totalCount === null ? '' : ` of ${String(totalCount)}`}${told.length === 0 ? '' : `: ${told.join(', ')}`}.`,
    ...(hasMore ? ['More follow: pass `nextCursor` as `after`.'] : []),
  ].join(' ');
}
