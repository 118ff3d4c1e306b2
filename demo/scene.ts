import { startSandbox, type Sandbox } from '../sandbox/server.ts';
import type { AddedExecutions } from '../sandbox/data/state.ts';
import { ACCOUNTS } from './accounts.ts';
import { LONG_WORKFLOW } from './panel.ts';

const MINUTE_MS = 60_000;

/** About eighty runs a day: enough to fill a week, and few enough to count its days in a few calls. */
const EXECUTIONS = 6000;
/** New ones come every half a minute. */
const ARRIVALS_AN_HOUR = 120;

/** What has happened just now, the minutes ago that it began, oldest first. */
const LATELY: readonly (readonly [minutesAgo: number, run: Omit<AddedExecutions, 'account'>])[] = [
  [11, { workflowName: LONG_WORKFLOW, durationMs: 4 * MINUTE_MS, failure: 'no_such_record' }],
  [9, { slug: 'salesforce', count: 3, durationMs: 20_000 }],
  [7, { slug: 'google_sheets', count: 2, durationMs: 9000, failure: 'rate_limited' }],
  [5, { slug: 'hubspot', durationMs: 12_000, failure: 'invalid_email' }],
  [4, { slug: 'salesforce', durationMs: 15_000 }],
  [3, { workflowName: LONG_WORKFLOW, durationMs: 15 * MINUTE_MS, endStatus: 'COMPLETED' }],
  [1, { slug: 'jira', durationMs: 3 * MINUTE_MS, endStatus: 'COMPLETED' }],
  [0, { slug: 'notion', durationMs: 90_000, endStatus: 'COMPLETED' }],
];

/** A sandbox that has its history, and not yet what has happened lately. */
export interface Scene {
  readonly sandbox: Sandbox;
  /** Lets that happen, so that whoever takes the sandbox's webhooks by then is told of it. */
  readonly play: () => void;
}

/** Starts the sandbox in the middle of a week like any other. */
export async function startScene(port: number): Promise<Scene> {
  const [[longestMinutes] = [0]] = LATELY;
  let behindMs = (longestMinutes + 1) * MINUTE_MS;
  const clock = { now: () => Date.now() - behindMs };
  const options = { port, executions: EXECUTIONS, arrivals: ARRIVALS_AN_HOUR, lively: true, clock };
  const sandbox = await startSandbox(options);
  return {
    sandbox,
    play: () => {
      for (const account of ACCOUNTS) {
        for (const { slug, connected } of sandbox.connections(account)) {
          if (!connected) sandbox.connect({ account, slug, event: 'Created' });
        }
        sandbox.connect({ account, slug: 'salesforce', event: 'Expired' });
      }
      for (const [minutesAgo, run] of LATELY) {
        behindMs = minutesAgo * MINUTE_MS;
        for (const account of ACCOUNTS) sandbox.addExecutions({ account, ...run });
      }
      // Whatever has ended by now is told.
      sandbox.advanceClock(0);
    },
  };
}
