import { z } from 'zod';
import { fingerprintOf } from '../domain/fingerprint.ts';
import { hasEnded } from '../domain/model.ts';
import type {
  ExplainRunQuery,
  ExplainRunQueryVariables,
  SimilarRunsQuery,
  SimilarRunsQueryVariables,
} from './generated.ts';
import { RUN, run, runOf } from './run.ts';
import { bytesOf, STEP, step, stepOf, triesOf } from './step.ts';
import { counted, shortText, shortened, time } from './texts.ts';
import { defineTool, told, ToolFailure, type Answer, type Ask } from './tool.ts';

/** One byte of each input and output tells how large it is. */
const QUERY = /* GraphQL */ `
  query explain_run($runId: ID!) {
    execution(id: $runId) {
      ...Run
      completionPercentage
      isChild
      isRerun
      rerunOf {
        id
      }
      reruns {
        id
      }
      failure {
        nodeId
        message
        code
        occurredAt
      }
      nodes {
        ...Step
        input(maxBytes: 1)
        output(maxBytes: 1)
      }
    }
  }
  ${RUN}
  ${STEP}
`;

const SIMILAR = /* GraphQL */ `
  query similar_runs($filter: ExecutionFilter) {
    executionFailures(filter: $filter) {
      examined
      partial
      groups {
        fingerprint
        count
        firstSeen
        lastSeen
        executionIds
      }
    }
  }
`;

/** So many steps are told; a run may have thousands. */
const MAX_STEPS = 50;
/** So many runs that failed for the same reason are named. */
const MAX_RUNS = 10;

const sized = step.extend({
  inputBytes: z
    .number()
    .nullable()
    .describe('How much it was sent, as JSON without secrets; from 65,536 on, at least. Null: nothing.'),
  outputBytes: z.number().nullable().describe('How much it gave out, likewise.'),
});

/** Why a run failed. */
export const explainRun = defineTool({
  name: 'explain_run',
  title: 'Explain a run',
  description:
    'Says how one run went and, where it failed, why: the step, the reason, how often it was tried, how many other runs of the same workflow fail for the same reason and since when, and whether it can be run again. Use it for “why did my run fail?”. `get_step` shows what a step was sent and gave out.',
  input: z.strictObject({
    runId: z.string().min(1).max(128).describe('The `id` of the run.'),
    similar: z
      .boolean()
      .default(true)
      .describe('Whether to look for other runs that failed for the same reason: up to 25 more requests.'),
  }),
  untrusted: z.object({
    run,
    failure: z
      .object({
        message: z.string().nullable().describe('The reason, from the step’s output. Null: not known.'),
        code: shortText,
        occurredAt: time,
      })
      .nullable()
      .describe('Null: the run has not failed.'),
    failedStep: sized.nullable().describe('The step that it failed at.'),
    steps: z.array(sized).describe(`The first ${String(MAX_STEPS)} steps, in order.`),
    similar: z
      .object({
        count: z.number().describe('This run included.'),
        firstSeen: time,
        lastSeen: time,
        runIds: z.array(z.string()).describe('The newest first.'),
      })
      .nullable()
      .describe(
        'Failed runs of the same workflow with the same reason. Null: none is known, or nobody has looked.',
      ),
  }),
  own: {
    canRerun: z
      .boolean()
      .describe('Whether it has ended, so that it can be run again. These tools cannot do that.'),
    stepCount: z.number().nullable().describe('How many steps there are. Null: not known.'),
    rerunIds: z.array(z.string()).describe('Runs that repeat this one, as far as is known.'),
    rerunOfId: z.string().nullable().describe('The run that this one repeats, if it is known to.'),
  },
  run: async ({ runId, similar: isAsked }, ask) => {
    const variables: ExplainRunQueryVariables = { runId };
    const answer = await ask<ExplainRunQuery>({ operationName: 'explain_run', query: QUERY, variables });
    const { failure, nodes, isRerun, rerunOf, reruns, completionPercentage, isChild, ...rest } = told(
      answer.data.execution,
      answer.errors,
    );
    const steps = nodes?.map(sizedOf) ?? [];
    const failedStep =
      steps.findLast(({ nodeId, status }) => nodeId === failure?.nodeId && status !== 'SUCCESS') ?? null;
    const similar =
      isAsked && typeof failure?.message === 'string'
        ? await similarTo(failure.message, rest.workflow?.id, ask)
        : { data: null, errors: [] };
    const rerunIds = reruns?.map(({ id }) => id) ?? [];
    return {
      summary: [
        `The run is ${rest.status}${completionPercentage === null ? '' : `, ${String(completionPercentage)} % done`}.`,
        ...(isChild === true ? ['It is the run of a sub-flow.'] : []),
        ...(failedStep === null
          ? []
          : [
              `It failed at step ${String(steps.indexOf(failedStep) + 1)} of ${String(steps.length)} (${failedStep.status}${triesOf(failedStep)}).`,
            ]),
        ...(failure === null ? [] : [reasonOf(failure.message)]),
        ...(similar.data === null ? [] : [similarityOf(similar.data)]),
        hasEnded(rest.status) ? 'It has ended, so that it can be run again.' : 'It has not ended.',
        ...(isRerun ? ['It repeats another run.'] : []),
        ...(rerunIds.length === 0 ? [] : [`It has been run again ${counted(rerunIds.length, 'time')}.`]),
      ].join(' '),
      untrusted: {
        run: runOf(rest),
        failure: failure && {
          message: failure.message,
          code: shortened(failure.code),
          occurredAt: failure.occurredAt,
        },
        failedStep,
        steps: steps.slice(0, MAX_STEPS),
        similar: similar.data,
      },
      own: {
        canRerun: hasEnded(rest.status),
        stepCount: nodes?.length ?? null,
        rerunIds,
        rerunOfId: rerunOf?.id ?? null,
      },
      errors: [...answer.errors, ...similar.errors],
    };
  },
});

type Node = NonNullable<NonNullable<ExplainRunQuery['execution']>['nodes']>[number];

function sizedOf({ input, output, ...rest }: Node): z.output<typeof sized> {
  return { ...stepOf(rest), inputBytes: bytesOf(input), outputBytes: bytesOf(output) };
}

function reasonOf(message: string | null): string {
  return message === null
    ? 'Why is not known: the step’s output has no form that is known. `get_step` shows it.'
    : 'Why is in `failure.message`.';
}

/** Failed runs of the same workflow whose reason is of the same kind. Where they cannot be had, the errors say why. */
async function similarTo(
  message: string,
  workflowId: string | undefined,
  ask: Ask,
): Promise<Answer<Similar | null>> {
  const variables: SimilarRunsQueryVariables = { filter: { workflowId } };
  try {
    const { data, errors } = await ask<SimilarRunsQuery>({
      operationName: 'similar_runs',
      query: SIMILAR,
      variables,
    });
    const group = data.executionFailures?.groups.find(
      ({ fingerprint }) => fingerprint === fingerprintOf(message),
    );
    if (group === undefined) return { data: null, errors };
    const { count, firstSeen, lastSeen, executionIds } = group;
    return { data: { count, firstSeen, lastSeen, runIds: executionIds.slice(0, MAX_RUNS) }, errors };
  } catch (error) {
    if (!(error instanceof ToolFailure)) throw error;
    return { data: null, errors: [{ message: error.message, extensions: error.details }] };
  }
}

interface Similar {
  readonly count: number;
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
  readonly runIds: string[];
}

function similarityOf({ count, firstSeen, lastSeen }: Similar): string {
  const since = firstSeen === null || lastSeen === null ? '' : `, from ${firstSeen} to ${lastSeen}`;
  return `${counted(count, 'run')} of those examined failed for this reason${since}.`;
}
