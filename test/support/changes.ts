import { list } from './sandbox.ts';
import { startStill, type Gateway, type Setup } from './gateway.ts';

const ACCOUNT = 'demo@example.com';

export const RERUN = `mutation ($id: ID!) {
  change: rerunExecution(id: $id) {
    execution { id status name completionPercentage nodes { id } }
    executionId originalExecutionId userErrors { code message field }
  }
}`;

export const STOP = `mutation ($id: ID!) {
  change: stopExecution(id: $id) { execution { id status } message userErrors { code message field } }
}`;

export interface Data {
  readonly change: {
    readonly execution: { readonly id: string; readonly status: string };
    readonly executionId: string | null;
    readonly message: string | null;
    readonly userErrors: unknown;
  };
  readonly a: { readonly executionId: string };
  readonly b: { readonly executionId: string };
  readonly execution: { readonly status: string };
}

/** The changes that upstream was asked for. */
export function posts({ sandbox }: Gateway) {
  return sandbox.requests().filter(({ method }) => method === 'POST');
}

/** How many executions there are. */
export async function countOf({ sandbox }: Gateway): Promise<number> {
  return (await list(sandbox, 'limit=1')).totalDocs;
}

/** A gateway over 20 executions that stand still, one of them running for a long time; and that one's id. */
export async function startOverRunning(setup: Setup = {}) {
  const gateway = await startStill({ ...setup, sandbox: { executions: 20, ...setup.sandbox } });
  const [id = ''] = gateway.sandbox.addExecutions({
    account: ACCOUNT,
    status: 'RUNNING',
    durationMs: 600_000,
  });
  return { ...gateway, id };
}
