import { z } from 'zod';
import type { GetStepQuery, GetStepQueryVariables } from './generated.ts';
import { sizeOf, STEP, step, stepOf, triesOf } from './step.ts';
import { defineTool, told } from './tool.ts';

const QUERY = /* GraphQL */ `
  query get_step($runId: ID!, $stepId: ID!, $maxBytes: Int!) {
    execution(id: $runId) {
      node(id: $stepId) {
        ...Step
        input(maxBytes: $maxBytes)
        output(maxBytes: $maxBytes)
      }
    }
  }
  ${STEP}
`;

const CUT = 'Cut where it is too large: `{ truncated, bytes, preview }`. Secrets read `[redacted]`.';

/** What a step was sent, and what it gave out. */
export const getStep = defineTool({
  name: 'get_step',
  title: 'Show a step',
  description:
    'Shows one step of a run: what it was sent and what it gave out, without secrets, and cut where it is too large. `explain_run` tells which steps there are. Costs one request of the account’s budget at the most.',
  input: z.strictObject({
    runId: z.string().min(1).max(128).describe('The `id` of the run.'),
    stepId: z
      .string()
      .min(1)
      .max(512)
      .describe('The `id` of the step, as `explain_run` tells it; not its `nodeId`.'),
    maxBytes: z
      .int()
      .min(1)
      .max(32_768)
      .default(8192)
      .describe('How many bytes of the input, and of the output, are shown at the most.'),
  }),
  untrusted: z.object({
    step,
    input: z.unknown().describe(CUT),
    output: z.unknown().describe(CUT),
  }),
  run: async ({ runId, stepId, maxBytes }, ask) => {
    const variables: GetStepQueryVariables = { runId, stepId, maxBytes };
    const { data, errors } = await ask<GetStepQuery>({ operationName: 'get_step', query: QUERY, variables });
    const { input, output, ...rest } = told(told(data.execution, errors).node, errors);
    const shown = [sizeOf('input', input), sizeOf('output', output)].join(', ');
    return {
      summary: `The step is ${rest.status}${triesOf(rest)}: ${shown}.`,
      untrusted: { step: stepOf(rest), input: input ?? null, output: output ?? null },
      errors,
    };
  },
});
