import { describe, expect, test } from '@jest/globals';
import { readWebhook, type Webhook } from '../../src/webhooks/webhook.ts';
import { runEvent } from '../support/webhooks.ts';

function read(fields: Readonly<Record<string, unknown>> = {}): Webhook | null {
  return readWebhook(Buffer.from(runEvent(fields)));
}

describe('an event', () => {
  test.each([
    ['Workflow Completed', 'WORKFLOW_COMPLETED'],
    ['workflow-completed', 'WORKFLOW_COMPLETED'],
    ['Workflow Errored', 'WORKFLOW_ERRORED'],
    ['workflow-errored', 'WORKFLOW_ERRORED'],
    ['Workflow Stopped', 'WORKFLOW_STOPPED'],
    ['workflow-stopped', 'WORKFLOW_STOPPED'],
    ['Workflow Timed Out', 'WORKFLOW_TIMED_OUT'],
    ['workflow-timed-out', 'WORKFLOW_TIMED_OUT'],
    ['WORKFLOW_TIMED_OUT', 'WORKFLOW_TIMED_OUT'],
    ['Connection Created', 'CONNECTION_CREATED'],
    ['connection-created', 'CONNECTION_CREATED'],
    ['Connection Deleted', 'CONNECTION_DELETED'],
    ['Connection Expired', 'CONNECTION_EXPIRED'],
    ['connection.expired', 'CONNECTION_EXPIRED'],
  ])('may be spelled %s', (event, expected) => {
    expect(read({ event })?.event).toBe(expected);
  });

  test.each([
    ['Workflow Started'],
    [''],
    ['toString'],
    ['Workflow'],
    [`Workflow Completed${' '.repeat(100)}`],
    [7],
  ])('is none that is %s', (event) => {
    expect(read({ event })).toBeNull();
  });
});

describe('an id', () => {
  test.each<[unknown, string | null]>([
    ['65410CF6CDF931A12D7AB009', '65410cf6cdf931a12d7ab009'],
    ['own_Id-1', 'own_Id-1'],
    [12345, '12345'],
    [1e21, null],
    ['a/b', null],
    ['..', null],
    ['', null],
    [null, null],
    [['65410cf6cdf931a12d7ab009'], null],
  ])('of a run, %j, is read as %j', (instance_id, expected) => {
    expect(read({ instance_id })?.runId).toBe(expected);
  });

  test.each<[unknown, string | null]>([
    ['demo@example.com', 'demo@example.com'],
    [42, '42'],
    ['a\u0000b', null],
    ['x'.repeat(257), null],
    [{}, null],
  ])('of an account, %j, is read as %j', (linked_account_id, expected) => {
    expect(read({ linked_account_id })?.linkedAccountId).toBe(expected);
  });
});

describe('the reason of a failure', () => {
  const told = (fields: Readonly<Record<string, unknown>>) =>
    read({ event: 'Workflow Errored', ...fields })?.reason;
  const GONE = { nodeId: null, nodeName: null, message: 'gone', code: null };

  test.each<[string, Readonly<Record<string, unknown>>, unknown]>([
    ['a message', { message: 'gone' }, GONE],
    ['an error as text', { error: 'gone' }, GONE],
    ['an error with its code', { error: { message: 'gone', code: 'E1' } }, { ...GONE, code: 'E1' }],
    ['an answer', { error_response: { status: 404, data: { message: 'gone' } } }, { ...GONE, code: '404' }],
    ['an error’s body as text', { errorBody: '{"error":{"message":"gone"}}' }, GONE],
    ['a body of an API', { api_error_body: { errors: [{ detail: 'gone' }] } }, GONE],
    [
      'a reason',
      { failure_reason: 'gone', error_code: 'E1', errored_at: 'today', error_type: 'x' },
      { ...GONE, code: 'E1' },
    ],
    [
      'a failed step',
      { failed_node: { node_id: '7', node_name: 'Send', attempts_made: 3 }, error: { message: 'gone' } },
      { ...GONE, nodeId: '7', nodeName: 'Send' },
    ],
    [
      'a failed step with the reason in it',
      { failedNode: { id: 7, name: 'Send', attempts: 3, error: { message: 'gone' } } },
      { ...GONE, nodeId: '7', nodeName: 'Send' },
    ],
    [
      'a list of failed steps',
      { failed_nodes: [{ node_id: '7', node_name: 'Send', latest_output: 'gone' }] },
      { ...GONE, nodeId: '7', nodeName: 'Send' },
    ],
    [
      'a failed step beside the reason',
      { node_id: '7', node_name: 'Send', message: 'gone' },
      { ...GONE, nodeId: '7', nodeName: 'Send' },
    ],
    ['a failed step by its name', { failed_step: 'Send', reason: 'gone' }, { ...GONE, nodeName: 'Send' }],
  ])('is read from %s', (_case, fields, expected) => {
    expect(told(fields)).toEqual(expected);
  });

  test.each<[string, Readonly<Record<string, unknown>>]>([
    ['nothing more', {}],
    ['a step alone', { failed_node: { node_id: '7' } }],
    ['attempts', { attempts: 3, error: null }],
    ['a code alone', { error_code: 'E1', error: { code: 'E1' } }],
  ])('is not known from %s', (_case, fields) => {
    expect(told(fields)).toBeNull();
  });

  test('is none of a run that has not failed', () => {
    expect(read({ event: 'Workflow Completed', error: 'gone' })?.reason).toBeNull();
    expect(read({ event: 'workflow-timed-out', error: 'gone' })?.reason).toEqual(GONE);
  });
});
