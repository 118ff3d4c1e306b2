import { canonicalId, standInId, timeOfId } from '../../domain/id.ts';
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
import { nodesOf, stepsOf } from './node-wire.ts';
import { pageReader } from './page-wire.ts';
import {
  dateOf,
  environmentOf,
  flagOf,
  idOf,
  isObject,
  numberOf,
  readerBy,
  textOf,
  type Wire,
} from './scalar-wire.ts';

/** A row of a list, or what it embeds. */
type RowWire = Wire<
  | '_id'
  | 'name'
  | 'icon'
  | 'status'
  | 'createdAt'
  | 'updatedAt'
  | 'completion_time'
  | 'instance_execution_time'
  | 'environment'
  | 'trigger_application_event'
  | 'associated_trigger_application'
  | 'type_of_execution'
  | 'config_id'
  | 'associated_event_id'
  | 'linked_account_id'
  | 'is_child_instance'
  | 'associated_workflow'
  | 'associated_application'
>;

/** Anything as a row: what is none has none of its fields. */
function rowOf(value: unknown): RowWire {
  return value ?? {};
}

const STATUSES = new Set<string>([...KNOWN_STATUSES, ...OTHER_STATUSES]);

/** The known status of this spelling, or `UNKNOWN`. */
function statusOf(raw: string | null): ExecutionStatus {
  return raw !== null && STATUSES.has(raw) ? (raw as ExecutionStatus) : 'UNKNOWN';
}

const TYPES: ReadonlyMap<unknown, ExecutionType> = new Map([
  ['SYNC', 'SYNC'],
  ['ASYNC', 'ASYNC'],
]);

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
function triggerOf(value: unknown): string | null {
  return textOf(value) ?? textOf(rowOf(value).name);
}

/** An embedded workflow or application; one without an id cannot be told from another, so it reads as null. */
function embeddedOf(value: unknown): Embedded | null {
  const { _id, name, icon } = rowOf(value);
  const id = idOf(_id);
  return id === null ? null : { id, name: textOf(name), icon: textOf(icon) };
}

const RERUN_LENGTH = 'Retry for workflow '.length + 24;

/** What upstream calls a rerun: it says of which workflow, but not of which run. */
function isRerunName(name: string | null): boolean {
  return name?.length === RERUN_LENGTH && /^Retry for workflow [0-9a-f]{24}$/i.test(name);
}

/** A row, once its id is known: a list tells it, a look-up may leave it out. Lists have many, so it is read by hand. */
function executionOf(id: string, row: RowWire): Execution {
  const name = textOf(row.name);
  const status = textOf(row.status);
  return {
    id,
    name,
    isNamedRerun: isRerunName(name),
    status: statusOf(status),
    rawStatus: status,
    createdAt: dateOf(row.createdAt),
    updatedAt: dateOf(row.updatedAt),
    completedAt: dateOf(row.completion_time),
    durationMs: numberOf(row.instance_execution_time),
    environment: environmentOf(row.environment),
    source:
      sourceOf(textOf(row.trigger_application_event)) ??
      sourceOf(triggerOf(row.associated_trigger_application)),
    type: TYPES.get(row.type_of_execution) ?? null,
    configId: idOf(row.config_id),
    eventId: idOf(row.associated_event_id),
    linkedAccountId: textOf(row.linked_account_id),
    isChild: flagOf(row.is_child_instance),
    workflow: embeddedOf(row.associated_workflow),
    application: embeddedOf(row.associated_application),
  };
}

function readRow(value: unknown): Execution | null {
  const row = rowOf(value);
  const id = idOf(row._id);
  return id === null ? null : executionOf(id, row);
}

/** What a look-up tells besides a row. */
type DetailWire = Wire<'_id' | 'status' | 'completion_percentage' | 'executed_by_thanos' | 'nodes'>;

/** The answer to a look-up of this id, which it may leave out, but must not contradict. */
function detailOf(id: string, body: unknown): ExecutionDetail | null {
  if (!isObject(body)) return null;
  const row: DetailWire = body;
  const steps = stepsOf(row.nodes);
  const found = row._id == null ? null : idOf(row._id);
  const isAnother = found === null ? row._id != null : canonicalId(found) !== canonicalId(id);
  // Without an id, it must look like one in another way.
  if (isAnother || (found === null && textOf(row.status) === null && steps === null)) return null;
  return {
    ...executionOf(found ?? id, rowOf(body)),
    completionPercentage: numberOf(row.completion_percentage),
    nodes: steps && nodesOf({ id, listsBatches: flagOf(row.executed_by_thanos) !== true }, steps),
  };
}

/** Holds the place of a row that cannot be read, at about the time at which it must have been created. */
function executionStandIn(closest: Execution | null, distance: number): Execution {
  const time = closest && (closest.createdAt?.getTime() ?? timeOfId(closest.id));
  const createdAt = time === null ? null : new Date(time);
  return { ...executionOf(standInId(closest, distance), {}), createdAt };
}

/** How many rows are read of a page that is only looked at: upstream may make it larger than it was asked for. */
export const MOST_SAMPLED = 1000;

/** `GET /execution`. */
export const readExecutionPage = pageReader(readRow, 'a page of executions', executionStandIn);
/** `GET /execution/{execution_id}`, for the execution of this id. */
export function readExecution(id: string): (body: unknown) => ExecutionDetail {
  return readerBy((body) => detailOf(id, body), 'an execution');
}
/** `POST /execution/{execution_id}/stop`: what upstream says of it. */
export const readStopped = readerBy((body) => {
  if (!isObject(body)) return null;
  const { message }: Wire<'message'> = body;
  return { message: textOf(message) };
}, 'an answer to stopping');

/** `POST /execution/{execution_id}/rerun`: the id of the new execution. */
export const readRerun = readerBy((body) => {
  if (!isObject(body)) return null;
  // The second generation names the new run `id`, the first one `instanceId`.
  const { id, instanceId }: Wire<'id' | 'instanceId'> = body;
  const found = idOf(id) ?? idOf(instanceId);
  return found === null ? null : { id: found };
}, 'an answer to running again');
