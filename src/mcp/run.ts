import { z } from 'zod';
import type { RunFragment } from './generated.ts';
import { shortened, shortText, time } from './texts.ts';

/** What is asked of every run. It costs nothing beside the run itself. */
export const RUN = /* GraphQL */ `
  fragment Run on Execution {
    id
    name
    status
    rawStatus
    createdAt
    completedAt
    durationMs
    environment
    source
    workflow {
      id
      name
    }
    application {
      name
    }
  }
`;

/** The same as a tool tells it. */
export const run = z.object({
  id: z.string().describe('What the other tools take as `runId`.'),
  name: shortText,
  status: z.string(),
  rawStatus: shortText,
  createdAt: time,
  completedAt: time,
  durationMs: z.number().nullable(),
  environment: z.string().nullable(),
  source: z.string().nullable(),
  workflow: z.object({ id: z.string(), name: shortText }).nullable(),
  application: shortText,
});

/** Makes it of what was asked. */
export function runOf({
  name,
  rawStatus,
  workflow,
  application,
  ...rest
}: RunFragment): z.output<typeof run> {
  return {
    ...rest,
    name: shortened(name),
    rawStatus: shortened(rawStatus),
    workflow: workflow && { id: workflow.id, name: shortened(workflow.name) },
    application: shortened(application?.name ?? null),
  };
}
