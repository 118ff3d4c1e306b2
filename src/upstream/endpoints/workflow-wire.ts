import { z } from 'zod';
import type { Workflow } from '../../domain/model.ts';
import { pageReader } from './page-wire.ts';
import { date, environment, flag, identifier, integer, optionalId, reader, text } from './scalar-wire.ts';

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
    associated_application: optionalId,
  })
  .transform(({ _id, associated_application, workflow_alias, ...row }): Workflow => ({
    ...row,
    id: _id,
    alias: workflow_alias,
    application: associated_application === null ? null : { id: associated_application },
  }));

/** `GET /workflow`. */
export const readWorkflowPage = pageReader(WorkflowWire, 'a page of workflows');
/** `GET /workflow/{id}`. */
export const readWorkflow = reader(WorkflowWire, 'a workflow');
