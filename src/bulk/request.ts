import type { BulkAnswer, BulkRequest } from '../domain/bulk.ts';
import type { Credential } from '../domain/credential.ts';
import { badInput, GatewayError } from '../domain/errors.ts';
import type { BulkCaller } from './caller.ts';
import type { JobFinder } from './job-finder.ts';
import type { JobStarter } from './job-starter.ts';
import { createKeyedMutex } from './keyed-mutex.ts';
import { hashOf, snapshot, type JobRecord } from './record.ts';
import { readTargets, type Targets } from './targets.ts';

/** Takes requests for changes; see `BulkOfCaller.request`. */
export type TakeRequest = (request: BulkRequest, caller: BulkCaller) => Promise<BulkAnswer>;

const MAX_NAME_LENGTH = 256;

/**
 * Builds what takes requests.
 * @param maxSize how many executions one change may be about
 */
export function createTakeRequest(finder: JobFinder, starter: JobStarter, maxSize: number): TakeRequest {
  const inTurn = createKeyedMutex();

  /** A job of the same name: it must be about the same, and goes on if it was interrupted. */
  const again = async (
    owner: string,
    id: string,
    requestHash: string,
    credential: Credential,
  ): Promise<JobRecord> => {
    const record = known(await finder.load(owner, id));
    if (record.requestHash !== requestHash) throw badInput('clientMutationId was used for another change');
    if (record.state !== 'INTERRUPTED') return record;
    return (await starter.resume(record, credential, null)) ?? record;
  };

  const start = async (
    kind: BulkRequest['kind'],
    mutation: string | null,
    targets: Targets,
    caller: BulkCaller,
  ) => {
    const { requestHash } = targets;
    const credential = caller.credential();
    const owner = credential.identity;
    if (mutation !== null && !finder.runs(owner, mutation)) await starter.settle(caller.operation);
    const before = mutation === null ? null : await finder.idOf(owner, mutation);
    if (before !== null) return again(owner, before, requestHash, credential);
    const ids = await targets.match(caller.upstream);
    const job = { owner, kind, requestHash, mutation };
    const begun = await starter.begin(job, ids, credential, caller.operation);
    return 'takenBy' in begun ? again(owner, begun.takenBy, requestHash, credential) : begun;
  };

  return async (request, caller) => {
    const { kind, clientMutationId, dryRun } = request;
    const { identity } = caller.credential();
    checkName(clientMutationId);
    const targets = readTargets(request, maxSize);
    if (dryRun) return { clientMutationId, executionIds: await targets.match(caller.upstream), job: null };
    const mutation = clientMutationId === null ? null : hashOf(clientMutationId);
    const startNow = () => start(kind, mutation, targets, caller);
    const record = await (mutation === null ? startNow() : inTurn(`${identity}:${mutation}`, startNow));
    const executionIds = record.items.map(({ executionId }) => executionId);
    return { clientMutationId, executionIds, job: snapshot(record) };
  };
}

/** The job that a name was given to. Without it nobody can tell what was sent. */
function known(record: JobRecord | null): JobRecord {
  if (record !== null) return record;
  throw new GatewayError('NOT_FOUND', 'The job of this clientMutationId is not to be had');
}

function checkName(name: string | null): void {
  if (name === null || (name !== '' && name.length <= MAX_NAME_LENGTH)) return;
  throw badInput(`clientMutationId must have from 1 to ${String(MAX_NAME_LENGTH)} characters`);
}
