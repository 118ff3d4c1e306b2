import type { Sandbox } from '../../sandbox/server.ts';
import { eventually } from './eventually.ts';
import { DEMO, type Gateway } from './gateway.ts';

const JOB = `id kind state revision createdAt endedAt total pending succeeded refused failed unknown
  items { executionId outcome newExecutionId code }`;
export const RERUN_ALL = `mutation ($input: BulkInput!) {
  change: rerunExecutions(input: $input) { clientMutationId matched executionIds userErrors { code message field } job { ${JOB} } }
}`;
export const STOP_ALL = RERUN_ALL.replace('rerunExecutions', 'stopExecutions');
const READ = `query ($id: ID!, $after: Int) { bulkJob(id: $id, afterRevision: $after) { ${JOB} } }`;
const ABORT = `mutation ($id: ID!) { abortBulkJob(id: $id) { ${JOB} } }`;

export interface Job {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly revision: number;
  readonly endedAt: string | null;
  readonly total: number;
  readonly pending: number;
  readonly succeeded: number;
  readonly refused: number;
  readonly failed: number;
  readonly unknown: number;
  readonly items: readonly {
    readonly executionId: string;
    readonly outcome: string;
    readonly newExecutionId: string | null;
    readonly code: string | null;
  }[];
}

export interface Changed {
  readonly change: {
    readonly clientMutationId: string | null;
    readonly matched: number;
    readonly executionIds: readonly string[];
    readonly job: Job;
  };
}

/** Adds failed executions; answers their ids. */
export function addFailed({ sandbox }: { sandbox: Sandbox }, count: number): readonly string[] {
  return sandbox.addExecutions({ account: DEMO.linked_account_id, status: 'ERRORED', count });
}

/** The executions that upstream was asked to change, in that order. */
export function changesOf({ sandbox }: { sandbox: Sandbox }): string[] {
  return sandbox
    .requests()
    .filter(({ method }) => method === 'POST')
    .map(({ path }) => path.split('/').at(-2) ?? '');
}

/** Starts a job. */
export async function begin(
  { query }: Pick<Gateway, 'query'>,
  input: Record<string, unknown>,
  text = RERUN_ALL,
  headers: Record<string, string> = DEMO,
): Promise<Job> {
  const { data, errors } = await query<{ change: Changed['change'] | null }>(text, { input }, headers);
  if (data.change === null) throw new Error(JSON.stringify(errors));
  return data.change.job;
}

/** The job as it is now, or after this revision. */
export async function read(
  { query }: Gateway,
  id: string,
  after: number | null = null,
  headers: Record<string, string> = DEMO,
): Promise<Job | null> {
  return (await query<{ bulkJob: Job | null }>(READ, { id, after }, headers)).data.bulkJob;
}

/** The job once this holds, watched by long polls. */
export async function jobWhen(gateway: Gateway, id: string, isIt: (job: Job) => boolean): Promise<Job> {
  const look = async (after?: number): Promise<Job> => {
    const found = await read(gateway, id, after);
    if (found === null) throw new Error('There is no such job');
    return found;
  };
  let job = await look();
  await eventually(`job ${id} to be as the test wants it`, async () => {
    if (isIt(job)) return true;
    job = await look(job.revision);
    return false;
  });
  return job;
}

/** The job once it has ended. */
export function ended(gateway: Gateway, id: string): Promise<Job> {
  return jobWhen(gateway, id, ({ state }) => state !== 'RUNNING');
}

export async function abort(
  { query }: Gateway,
  id: string,
  headers: Record<string, string> = DEMO,
): Promise<Job | null> {
  return (await query<{ abortBulkJob: Job | null }>(ABORT, { id }, headers)).data.abortBulkJob;
}

/** How many items have each outcome. */
export function outcomesOf({ items }: Job): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { outcome } of items) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}
