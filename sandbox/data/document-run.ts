import { DOCUMENT_WORKFLOW_ID } from './catalogue.ts';
import type { Catalogue } from './catalogue.ts';
import type { LiveRun } from './run.ts';

/** When the document's own execution was created: before any history of the present. */
const DOCUMENT_CREATED_MS = Date.parse('2023-10-31T14:19:34.788Z');
const DOCUMENT_RUNS_MS = 1834;

/** The seed document's own execution, which is the first account's; null for any other account. */
export function documentRun(account: number, catalogue: Catalogue, startedAtMs: number): LiveRun | null {
  const workflow = catalogue.publicWorkflows.find((one) => one.id === DOCUMENT_WORKFLOW_ID);
  if (account !== 0 || workflow === undefined) return null;
  return {
    id: '65410cf6cdf931a12d7ab009',
    createdAtMs: DOCUMENT_CREATED_MS,
    // It has ended whatever the sandbox's clock says.
    startedAtMs: startedAtMs - DOCUMENT_RUNS_MS,
    endsAtMs: startedAtMs,
    finalStatus: 'ERRORED',
    failure: null,
    stoppedAtMs: null,
    source: 'Event',
    type: 'ASYNC',
    workflow,
    retryOf: '65200cfd01af0388e905ad92',
    configId: '12345',
    eventId: '6523dfdeffed0fb7e2c3b90e',
    isOld: true,
    hash: 1,
  };
}
