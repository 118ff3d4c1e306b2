import type { ToldFailure } from '../domain/failure.ts';
import { canonicalId, isLinkedAccountId, isPathId } from '../domain/id.ts';
import { readToldReason } from './told-reason.ts';

/** What upstream tells of, by its spelling in lower case and without anything but letters. */
const EVENTS = {
  workflowcompleted: 'WORKFLOW_COMPLETED',
  workflowerrored: 'WORKFLOW_ERRORED',
  workflowstopped: 'WORKFLOW_STOPPED',
  workflowtimedout: 'WORKFLOW_TIMED_OUT',
  connectioncreated: 'CONNECTION_CREATED',
  connectiondeleted: 'CONNECTION_DELETED',
  connectionexpired: 'CONNECTION_EXPIRED',
} as const;

/** What a webhook tells of. */
export type WebhookEvent = (typeof EVENTS)[keyof typeof EVENTS];

/** A webhook that is understood. Null: it does not say. */
export interface Webhook {
  readonly about: 'RUN' | 'CONNECTION';
  readonly event: WebhookEvent;
  readonly linkedAccountId: string | null;
  /** In its one spelling. */
  readonly runId: string | null;
  /** Why the run has failed. */
  readonly reason: ToldFailure | null;
}

type Fields = Readonly<Record<string, unknown>>;

/** The events after which a run has failed. */
const FAILED: ReadonlySet<WebhookEvent> = new Set(['WORKFLOW_ERRORED', 'WORKFLOW_TIMED_OUT']);
/** No event has a longer name, however it is spelled. */
const MAX_EVENT_LENGTH = 64;
const UTF8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads a webhook, of which its customer may have changed body and headers. Null: nobody can tell what it is about.
 * @param body as it was signed
 */
export function readWebhook(body: Uint8Array): Webhook | null {
  const fields = fieldsOf(body);
  const event = fields === null ? null : eventOf(fields['event']);
  if (fields === null || event === null) return null;
  const linkedAccountId = textOf(fields['linked_account_id']);
  const known = { event, linkedAccountId: isLinkedAccountId(linkedAccountId) ? linkedAccountId : null };
  if (event.startsWith('CONNECTION')) {
    if (known.linkedAccountId === null) return null;
    return { about: 'CONNECTION', ...known, runId: null, reason: null };
  }
  const id = textOf(fields['instance_id']);
  const runId = id !== null && isPathId(id) ? canonicalId(id) : null;
  if (runId === null && known.linkedAccountId === null) return null;
  return { about: 'RUN', ...known, runId, reason: FAILED.has(event) ? readToldReason(fields) : null };
}

/** The fields of the JSON object that a body is; null where it is none. */
function fieldsOf(body: Uint8Array): Fields | null {
  try {
    const value: unknown = JSON.parse(UTF8.decode(body));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
  } catch {
    return null;
  }
}

/** Both of upstream's spellings, `Workflow Errored` and `workflow-errored`, and others like them. */
function eventOf(value: unknown): WebhookEvent | null {
  if (typeof value !== 'string' || value.length > MAX_EVENT_LENGTH) return null;
  const spelled = value.toLowerCase().replace(/[^a-z]/g, '');
  return Object.hasOwn(EVENTS, spelled) ? EVENTS[spelled as keyof typeof EVENTS] : null;
}

/** An id, which may be a number: one that is too large to be exact is none. */
function textOf(value: unknown): string | null {
  if (Number.isSafeInteger(value)) return String(value);
  return typeof value === 'string' ? value : null;
}
