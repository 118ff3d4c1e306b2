import { z } from 'zod';
import { standInId } from '../../domain/id.ts';
import type { Workflow } from '../../domain/model.ts';
import { pageReader } from './page-wire.ts';
import { date, environment, flag, identifier, integer, reader, text } from './scalar-wire.ts';

/** A workflow's application: its id, or an object with what was thought worth embedding. */
const application = z
  .union([
    identifier.transform((id) => ({ id })),
    z.object({ _id: identifier, name: text, icon: text }).transform(({ _id, name, icon }) => ({
      id: _id,
      // What is not there can be looked up.
      ...(name !== null && { name }),
      ...(icon !== null && { icon }),
    })),
  ])
  .nullable()
  .catch(null);

const WorkflowWire = z
  .object({
    _id: identifier,
    name: text,
    icon: text,
    description: text,
    slug: text,
    workflow_alias: text,
    published: flag,
    version: integer,
    environment,
    createdAt: date,
    updatedAt: date,
    associated_application: application,
  })
  .transform(({ _id, associated_application, workflow_alias, ...row }): Workflow => ({
    ...row,
    id: _id,
    alias: workflow_alias,
    application: associated_application,
  }));

/** As with executions. */
function workflowStandIn(closest: Workflow | null, distance: number): Workflow {
  const nothing = WorkflowWire.parse({ _id: standInId(closest, distance) });
  return { ...nothing, createdAt: closest?.createdAt ?? null };
}

/** `GET /workflow`. */
export const readWorkflowPage = pageReader(WorkflowWire, 'a page of workflows', workflowStandIn);
/** `GET /workflow/{id}`. */
export const readWorkflow = reader(WorkflowWire, 'a workflow');
