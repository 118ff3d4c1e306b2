import { ORG_ID } from '../api/routes.ts';
import type { Traits } from '../api/traits.ts';
import { failedStep } from '../data/nodes.ts';
import { runAt } from '../data/run.ts';
import type { LiveRun } from '../data/run.ts';
import type { ConnectionChange } from '../data/state.ts';

const EVENTS: Readonly<Record<string, string>> = {
  COMPLETED: 'Workflow Completed',
  ERRORED: 'Workflow Errored',
  STOPPED: 'Workflow Stopped',
  TIMED_OUT: 'Workflow Timed Out',
};

function spelled(event: string, { webhookSpelling }: Traits): string {
  return webhookSpelling === 'new' ? event : event.toLowerCase().replaceAll(' ', '-');
}

/** What is told of a run that has ended. Nobody has published where the reason of a failure is: it is anywhere. */
export function runBody(account: string, live: LiveRun, nowMs: number, traits: Traits): string {
  const run = runAt(live, nowMs);
  const step = traits.webhookReasons ? failedStep(run) : null;
  return JSON.stringify({
    linked_account_id: account,
    instance_id: run.id,
    workflow_id: run.workflow.id,
    config_id: run.configId,
    event: spelled(EVENTS[run.status] ?? run.status, traits),
    workflow_name: run.workflow.name,
    status: run.status,
    ...(step !== null && {
      failed_node: {
        node_id: step['node_id'],
        node_name: step['node_name'],
        attempts_made: step['attempts_made'],
      },
      error: step['latest_output'],
    }),
  });
}

/** What is told of a connection. */
export function connectionBody(
  { account, slug, event }: ConnectionChange,
  nowMs: number,
  traits: Traits,
): string {
  return JSON.stringify({
    linked_account_id: account,
    org_id: ORG_ID,
    environment: 'test',
    event: spelled(`Connection ${event}`, traits),
    slug,
    createdAt: new Date(nowMs).toISOString(),
  });
}
