import { standInId } from '../../domain/id.ts';
import type { Workflow } from '../../domain/model.ts';
import { pageReader } from './page-wire.ts';
import {
  dateOf,
  environmentOf,
  flagOf,
  idOf,
  integerOf,
  readerBy,
  textOf,
  type Wire,
} from './scalar-wire.ts';

/** A workflow's application: its id, or an object with what was thought worth embedding. */
function applicationOf(value: unknown): Workflow['application'] {
  const { _id, name, icon }: Wire<'_id' | 'name' | 'icon'> = value ?? {};
  const id = idOf(value) ?? idOf(_id);
  if (id === null) return null;
  // What is not there can be looked up.
  return {
    id,
    ...(typeof name === 'string' && { name }),
    ...(typeof icon === 'string' && { icon }),
  };
}

type WorkflowWire = Wire<
  | '_id'
  | 'name'
  | 'icon'
  | 'description'
  | 'slug'
  | 'workflow_alias'
  | 'published'
  | 'version'
  | 'environment'
  | 'createdAt'
  | 'updatedAt'
  | 'associated_application'
>;

function workflowOf(id: string, row: WorkflowWire): Workflow {
  return {
    id,
    name: textOf(row.name),
    icon: textOf(row.icon),
    description: textOf(row.description),
    slug: textOf(row.slug),
    alias: textOf(row.workflow_alias),
    published: flagOf(row.published),
    version: integerOf(row.version),
    environment: environmentOf(row.environment),
    createdAt: dateOf(row.createdAt),
    updatedAt: dateOf(row.updatedAt),
    application: applicationOf(row.associated_application),
  };
}

function readRow(value: unknown): Workflow | null {
  const row: WorkflowWire = value ?? {};
  const id = idOf(row._id);
  return id === null ? null : workflowOf(id, row);
}

/** As with executions. */
function workflowStandIn(closest: Workflow | null, distance: number): Workflow {
  return { ...workflowOf(standInId(closest, distance), {}), createdAt: closest?.createdAt ?? null };
}

/** `GET /workflow`. */
export const readWorkflowPage = pageReader(readRow, 'a page of workflows', workflowStandIn);
/** `GET /workflow/{id}`. */
export const readWorkflow = readerBy(readRow, 'a workflow');
