import { z } from 'zod';
import { canonicalId, standInId } from '../../domain/id.ts';
import {
  KNOWN_STATUSES,
  OTHER_STATUSES,
  type Embedded,
  type Execution,
  type ExecutionDetail,
  type ExecutionSource,
  type ExecutionStatus,
  type ExecutionType,
} from '../../domain/model.ts';
import { nodeList, nodesOf } from './node-wire.ts';
import { pageReader } from './page-wire.ts';
import {
  date,
  environment,
  flag,
  identifier,
  idOf,
  lenient,
  number,
  optionalId,
  reader,
  text,
  textOf,
} from './scalar-wire.ts';

const STATUSES = new Set<string>([...KNOWN_STATUSES, ...OTHER_STATUSES]);

/** The known status of this spelling, or `UNKNOWN`. */
function statusOf(raw: string | null): ExecutionStatus {
  return raw !== null && STATUSES.has(raw) ? (raw as ExecutionStatus) : 'UNKNOWN';
}

const TYPES: ReadonlyMap<unknown, ExecutionType> = new Map([
  ['SYNC', 'SYNC'],
  ['ASYNC', 'ASYNC'],
]);
const executionType = lenient((value) => TYPES.get(value) ?? null);

/** What is neither a schedule nor an `API Call`, spelled `API_CALL` too, is the name of an event. */
const SOURCES: ReadonlyMap<string, ExecutionSource> = new Map([
  ['schedule', 'SCHEDULE'],
  ['apicall', 'API_CALL'],
]);
function sourceOf(raw: string | null): ExecutionSource | null {
  if (raw === null || raw === '') return null;
  return SOURCES.get(raw.toLowerCase().replace(/[ _]/g, '')) ?? 'EVENT';
}

/** What started a run, as a text or as something that has a name. */
const trigger = lenient((value) => {
  const { name } = (value ?? {}) as Record<string, unknown>;
  return textOf(value) ?? textOf(name);
});

/** An embedded workflow or application; one without an id cannot be told from another, so it reads as null. */
const embedded = lenient((value): Embedded | null => {
  const { _id, name, icon } = (value ?? {}) as Record<string, unknown>;
  const id = idOf(_id);
  return id === null ? null : { id, name: textOf(name), icon: textOf(icon) };
});

/** What upstream calls a rerun: it says of which workflow, but not of which run. */
function isRerunName(name: string | null): boolean {
  return name !== null && /^Retry for workflow [0-9a-f]{24}$/i.test(name);
}

const executionFields = z.object({
  name: text,
  status: text,
  createdAt: date,
  updatedAt: date,
  completion_time: date,
  instance_execution_time: number,
  environment,
  trigger_application_event: text,
  associated_trigger_application: trigger,
  type_of_execution: executionType,
  config_id: optionalId,
  associated_event_id: optionalId,
  linked_account_id: text,
  is_child_instance: flag,
  associated_workflow: embedded,
  associated_application: embedded,
});

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
    source: sourceOf(row.trigger_application_event) ?? sourceOf(row.associated_trigger_application),
    type: row.type_of_execution,
    configId: row.config_id,
    eventId: row.associated_event_id,
    linkedAccountId: row.linked_account_id,
    isChild: row.is_child_instance,
    workflow: row.associated_workflow,
    application: row.associated_application,
  };
}

const ExecutionWire = executionFields
  .extend({ _id: identifier })
  .transform((row) => executionOf(row._id, row));

/** One execution by its id, which the answer may leave out, but must not contradict. */
function detailOf(id: string): z.ZodType<ExecutionDetail> {
  return (
    executionFields
      .extend({
        _id: identifier.nullish().refine((found) => found == null || canonicalId(found) === canonicalId(id)),
        completion_percentage: number,
        executed_by_thanos: flag,
        nodes: nodeList,
      })
      // Without an id, it must look like one in another way.
      .refine(({ _id, status, nodes }) => _id != null || status !== null || nodes !== null)
      .transform((row) => ({
        ...executionOf(row._id ?? id, row),
        completionPercentage: row.completion_percentage,
        nodes: row.nodes && nodesOf({ id, listsBatches: row.executed_by_thanos !== true }, row.nodes),
      }))
  );
}

/** Holds the place of a row that cannot be read, at about the time at which it must have been created. */
function executionStandIn(closest: Execution | null, distance: number): Execution {
  const nothing = executionOf(standInId(closest, distance), executionFields.parse({}));
  return { ...nothing, createdAt: closest?.createdAt ?? null };
}

/** How many rows are read of a page that is only looked at: upstream may make it larger than it was asked for. */
export const MOST_SAMPLED = 1000;

/** `GET /execution`. */
export const readExecutionPage = pageReader(ExecutionWire, 'a page of executions', executionStandIn);
/** `GET /execution/{execution_id}`, for the execution of this id. */
export const readExecution = (id: string) => reader(detailOf(id), 'an execution');
/** `POST /execution/{execution_id}/stop`: what upstream says of it. */
export const readStopped = reader(z.object({ message: text }), 'an answer to stopping');
/** The second generation names the new run `id`, the first one `instanceId`. */
const RerunWire = z
  .object({ id: optionalId, instanceId: optionalId })
  .transform(({ id, instanceId }) => id ?? instanceId)
  .pipe(z.string())
  .transform((id) => ({ id }));

/** `POST /execution/{execution_id}/rerun`: the id of the new execution. */
export const readRerun = reader(RerunWire, 'an answer to running again');
