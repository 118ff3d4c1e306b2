import { z } from 'zod';
import type { FailureSummaryQuery, FailureSummaryQueryVariables } from './generated.ts';
import { filter } from './list-runs.ts';
import { counted, shortened, shortText, time } from './texts.ts';
import { defineTool, told } from './tool.ts';

const QUERY = /* GraphQL */ `
  query failure_summary($filter: ExecutionFilter) {
    executionFailures(filter: $filter) {
      examined
      partial
      groups {
        message
        count
        firstSeen
        lastSeen
        nodeName
        workflow {
          id
          name
        }
        executionIds
      }
    }
  }
`;

/** So many runs of a group are named. */
const MAX_RUNS = 5;

/** What fails most, and why. */
export const failureSummary = defineTool({
  name: 'failure_summary',
  title: 'Summarise failures',
  description:
    'Groups the newest failed runs of the account that is signed in by the reason of their failure: what fails most, since when, in which workflow, with some runs of each. It may cost up to 25 requests of the account’s budget; what was looked up is remembered.',
  input: z.strictObject({
    ...filter,
    limit: z.int().min(1).max(25).default(10).describe('How many groups, the largest first.'),
  }),
  untrusted: z.object({
    groups: z.array(
      z.object({
        message: z.string().nullable().describe('The reason. Null: of these runs it is not known.'),
        count: z.number(),
        firstSeen: time,
        lastSeen: time,
        step: shortText.describe('The step that all of them failed at. Null: several.'),
        workflow: z.object({ id: z.string(), name: shortText }).nullable().describe('Null: several.'),
        runIds: z.array(z.string()).describe('Some of the runs, the newest first.'),
      }),
    ),
  }),
  own: {
    examined: z.number().describe('How many failed runs are in the groups.'),
    partial: z
      .boolean()
      .describe('Whether failed runs that match are in no group: ask again for more of them.'),
  },
  run: async ({ limit, ...given }, ask) => {
    const variables: FailureSummaryQueryVariables = { filter: given };
    const { data, errors } = await ask<FailureSummaryQuery>({
      operationName: 'failure_summary',
      query: QUERY,
      variables,
    });
    const { groups, examined, partial } = told(data.executionFailures, errors);
    const shown = groups.slice(0, limit).map(({ nodeName, workflow, executionIds, ...group }) => ({
      ...group,
      step: shortened(nodeName),
      workflow: workflow && { id: workflow.id, name: shortened(workflow.name) },
      runIds: executionIds.slice(0, MAX_RUNS),
    }));
    const [largest] = groups;
    const summary = [
      `${counted(examined, 'failed run')} examined, in ${counted(groups.length, 'group')} by reason.`,
      ...(largest === undefined ? [] : [`The largest has ${counted(largest.count, 'run')}.`]),
      ...(shown.length < groups.length ? [`The ${String(shown.length)} largest are told.`] : []),
      ...(partial
        ? ['There are more failed runs: ask again, or narrow the filter, to see more of them.']
        : []),
    ].join(' ');
    return { summary, untrusted: { groups: shown }, own: { examined, partial }, errors };
  },
});
