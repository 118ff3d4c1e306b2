import { z } from 'zod';
import { canonicalId } from '../../domain/id.ts';
import { KNOWN_STATUSES } from '../../domain/model.ts';
import type {
  Application,
  ApplicationRef,
  ConnectedAccount,
  Environment,
  Execution,
  ExecutionDetail,
  ExecutionNode,
  ExecutionSource,
  ExecutionStatus,
  ExecutionType,
  NodeBatch,
  Workflow,
  WorkflowRef,
} from '../../domain/model.ts';
import { badResponse } from '../failure.ts';

/*
 * Upstream's shapes, read leniently: both generations of its API, with any field but the id missing, null, of an
 * unexpected type or of an unknown value. Such a field reads as null. Only what makes an answer useless, a list
 * that is no list or a row without an id, is refused.
 */

const text = z.string().nullable().catch(null);
const number = z.number().nullable().catch(null);
const integer = z.int32().nullable().catch(null);
const flag = z.boolean().nullable().catch(null);
const tags = z.array(z.string()).nullable().catch(null);
const identifier = z.union([z.string().min(1), z.number().transform(String)]);
const optionalId = identifier.nullable().catch(null);
/** ISO 8601 with its zone, or a day; anything looser would be read differently from machine to machine. */
const ISO_DATE = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2}))?$/;
const date = z
  .union([z.string().regex(ISO_DATE), z.number()])
  .transform((value) => new Date(value))
  .refine((value) => value.getUTCFullYear() >= 0 && value.getUTCFullYear() <= 9999)
  .nullable()
  .catch(null);

const STATUSES = new Set<string>(KNOWN_STATUSES);

/** The known status of this spelling, or `UNKNOWN`. */
function statusOf(raw: string | null): ExecutionStatus {
  return raw !== null && STATUSES.has(raw) ? (raw as ExecutionStatus) : 'UNKNOWN';
}

const ENVIRONMENTS: ReadonlyMap<string | null, Environment> = new Map([
  ['test', 'TEST'],
  ['production', 'PRODUCTION'],
]);
const environment = text.transform((raw) => ENVIRONMENTS.get(raw) ?? null);

const TYPES: ReadonlyMap<string | null, ExecutionType> = new Map([
  ['SYNC', 'SYNC'],
  ['ASYNC', 'ASYNC'],
]);
const executionType = text.transform((raw) => TYPES.get(raw) ?? null);

/** The generations spell sources differently: `API Call` and `API_CALL`, `Schedule` and `SCHEDULE`. */
const SOURCES: ReadonlyMap<string | undefined, ExecutionSource> = new Map([
  ['event', 'EVENT'],
  ['schedule', 'SCHEDULE'],
  ['apicall', 'API_CALL'],
]);
function sourceOf(raw: string | null): ExecutionSource | null {
  return SOURCES.get(raw?.toLowerCase().replace(/[ _]/g, '')) ?? null;
}

/** An embedded workflow or application; one without an id cannot be told from another, so it reads as null. */
const embedded = z
  .object({ _id: identifier, name: text, icon: text })
  .transform(({ _id, name, icon }): WorkflowRef & ApplicationRef => ({ id: _id, name, icon }))
  .nullable()
  .catch(null);

const executionFields = z.object({
  name: text,
  status: text,
  createdAt: date,
  updatedAt: date,
  completion_time: date,
  instance_execution_time: number,
  environment,
  execution_source: text,
  trigger_application_event: text,
  type_of_execution: executionType,
  config_id: optionalId,
  associated_event_id: optionalId,
  linked_account_id: text,
  associated_workflow: embedded,
  associated_application: embedded,
});

/** What upstream calls a rerun: it says of which workflow, but not of which run. */
function isRerunName(name: string | null): boolean {
  return name !== null && /^Retry for workflow [0-9a-f]{24}$/i.test(name);
}

/** A row, once its id is known: a list tells it, a look-up may leave it out. */
function executionOf(id: string, row: z.infer<typeof executionFields>): Execution {
  return {
    id,
    name: row.name,
    isNamedRerun: isRerunName(row.name),
    status: statusOf(row.status),
    rawStatus: row.status,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    completedAt: row.completion_time,
    durationMs: row.instance_execution_time,
    environment: row.environment,
    source: sourceOf(row.execution_source) ?? sourceOf(row.trigger_application_event),
    type: row.type_of_execution,
    configId: row.config_id,
    eventId: row.associated_event_id,
    linkedAccountId: row.linked_account_id,
    workflow: row.associated_workflow,
    application: row.associated_application,
  };
}

const ExecutionWire = executionFields
  .extend({ _id: identifier })
  .transform((row) => executionOf(row._id, row));

const NodeWire = z.object({
  node_id: identifier,
  node_name: text,
  node_type: text,
  node_status: text,
  is_batch: flag,
  attempts_made: integer,
  execution_time: number,
  latest_output: z.unknown().optional(),
});

function nodeOf(executionId: string, row: z.infer<typeof NodeWire>): ExecutionNode {
  return {
    executionId,
    id: row.node_id,
    name: row.node_name,
    type: row.node_type,
    status: row.node_status,
    isBatch: row.is_batch,
    attempts: row.attempts_made,
    durationMs: row.execution_time,
    output: row.latest_output ?? null,
  };
}

/** One execution by its id, which the answer may leave out, but must not contradict. */
function detailOf(id: string): z.ZodType<ExecutionDetail> {
  return executionFields
    .extend({
      _id: identifier.nullish().refine((found) => found == null || canonicalId(found) === canonicalId(id)),
      completion_percentage: number,
      nodes: z.array(NodeWire).nullable().catch(null),
    })
    .transform((row) => ({
      ...executionOf(row._id ?? id, row),
      completionPercentage: row.completion_percentage,
      nodes: row.nodes?.map((node) => nodeOf(id, node)) ?? null,
    }));
}

const BatchWire = z
  .object({ batch_index: integer, status: text, output: z.unknown().optional() })
  .transform(({ batch_index, status, output }): NodeBatch => ({
    index: batch_index,
    status,
    output: output ?? null,
  }));

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

/** Picks what is safe to show: an account may come with more than its name. */
const ConnectedAccountWire = z
  .object({ identifier: z.unknown().optional(), auth_type: text, connectedAt: date, status: text })
  .transform((row): ConnectedAccount => ({
    identifier: row.identifier ?? null,
    authType: row.auth_type,
    connectedAt: row.connectedAt,
    status: row.status,
  }));

const ApplicationWire = z
  .object({
    app_id: optionalId,
    _id: optionalId,
    name: text,
    icon: text,
    slug: text,
    description: text,
    type: text,
    auth_type: text,
    ecosystem: text,
    tags,
    connected: flag,
    reauth_required: flag,
    connected_accounts: z.array(ConnectedAccountWire).nullable().catch(null),
  })
  .transform((row, context): Application => {
    const id = row.app_id ?? row._id;
    if (id === null) {
      context.addIssue({ code: 'custom', message: 'an application without an id' });
      return z.NEVER;
    }
    return {
      id,
      name: row.name,
      icon: row.icon,
      slug: row.slug,
      description: row.description,
      type: row.type,
      authType: row.auth_type,
      ecosystem: row.ecosystem,
      tags: row.tags,
      connected: row.connected,
      reauthRequired: row.reauth_required,
      connectedAccounts: row.connected_accounts,
    };
  });

/** A page as upstream answers it. Null: the answer does not tell. */
export interface WirePage<T> {
  readonly items: readonly T[];
  readonly total: number | null;
  readonly totalPages: number | null;
  readonly hasNextPage: boolean | null;
  /** The page that this is, which should be the one asked for. */
  readonly page: number | null;
  /** Its size, which should be the one asked for. */
  readonly limit: number | null;
  /** When it was answered, epoch milliseconds. */
  readonly at: number;
}

const count = z.int32().nonnegative().nullable().catch(null);

/**
 * A page of mongoose-paginate's envelope. Of its ten fields the second generation leaves some out, and all but
 * the total follow from the page that was asked for: so only what leads to the total is read, and what tells
 * whether this is that page.
 */
function pageOf<T>(row: z.ZodType<T>) {
  return z
    .object({
      docs: z.array(row),
      totalDocs: count,
      totalPages: count,
      hasNextPage: flag,
      page: count,
      limit: count,
    })
    .transform(({ docs, totalDocs, ...rest }) => ({ items: docs, total: totalDocs, ...rest }));
}

function reader<T>(shape: z.ZodType<T>, what: string): (body: unknown) => T {
  return (body) => {
    const result = shape.safeParse(body);
    if (result.success) return result.data;
    throw badResponse(`Upstream's answer is not the shape of ${what}`);
  };
}

function pageReader<T>(row: z.ZodType<T>, what: string): (body: unknown, at: number) => WirePage<T> {
  const read = reader(pageOf(row), what);
  return (body, at) => ({ ...read(body), at });
}

/** `GET /execution`. Throws UPSTREAM_BAD_RESPONSE, as all of these do, when the shape is not the expected one. */
export const readExecutionPage = pageReader(ExecutionWire, 'a page of executions');
/** `GET /execution/{execution_id}`, for the execution of this id. */
export const readExecution = (id: string) => reader(detailOf(id), 'an execution');
/** `GET /execution/{execution_id}/nodes/{node_id}/batches`. */
export const readBatchPage = pageReader(BatchWire, 'a page of batches');
/** `POST /execution/{execution_id}/stop`: what upstream says of it. */
export const readStopped = reader(z.object({ message: text }), 'an answer to stopping');
/** `POST /execution/{execution_id}/rerun`: the id of the new execution. */
export const readRerun = reader(z.object({ id: identifier }), 'an answer to running again');
/** `GET /workflow`. */
export const readWorkflowPage = pageReader(WorkflowWire, 'a page of workflows');
/** `GET /workflow/{id}`. */
export const readWorkflow = reader(WorkflowWire, 'a workflow');
/** `GET /application`. */
export const readApplications = reader(z.array(ApplicationWire), 'a list of applications');
/** `GET /application/{slug}`. */
export const readApplication = reader(ApplicationWire, 'an application');
