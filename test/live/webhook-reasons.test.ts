import { afterEach, describe, expect, test } from '@jest/globals';
import { failedRun, startOver } from '../support/failing-upstream.ts';
import { DEMO, DEMO_SESSION, OTHER, stopAll, type Answer } from '../support/gateway.ts';
import { createProduct } from '../support/product.ts';
import { postWebhook, runEvent, WEBHOOKS_ON } from '../support/webhooks.ts';

afterEach(stopAll);

const FAILURE = 'id failureKnown failure { nodeId nodeName message code occurredAt }';
const LIST = `{ executions { nodes { ${FAILURE} } } }`;
const ONE = `query ($id: ID!) { execution(id: $id) { ${FAILURE} } }`;
const GROUPS = '{ executionFailures { examined partial groups { message count nodeName sample { id } } } }';

const completion_time = '2024-05-01T11:59:30.000Z';
/** A run whose detail says nothing. */
const SILENT = failedRun(1, null, { more: { completion_time } });
const TOLD = { nodeId: '2', nodeName: 'Send', message: 'No such channel', code: 'E1' };
const KNOWN = { failureKnown: true, failure: { ...TOLD, occurredAt: completion_time } };

/** A webhook that tells why a run has failed. */
function failureOf(runId: string, fields: Readonly<Record<string, unknown>> = {}): string {
  return runEvent({
    instance_id: runId,
    event: 'Workflow Errored',
    status: 'ERRORED',
    failed_node: { node_id: '2', node_name: 'Send', attempts_made: 3 },
    error: { response: { status: 400, data: { error: { message: 'No such channel', code: 'E1' } } } },
    ...fields,
  });
}

function firstIn({ data }: Answer): unknown {
  return (data as { executions: { nodes: unknown[] } }).executions.nodes[0];
}

describe('the reason that a webhook tells', () => {
  test('costs no call, in a list and among what goes wrong most', async () => {
    const { url, query, take } = await startOver([SILENT], { env: WEBHOOKS_ON });
    await postWebhook(url, failureOf(SILENT.id));

    expect(firstIn(await query(LIST))).toMatchObject(KNOWN);
    expect(take()).toEqual(['/execution']);
    const group = { message: 'No such channel', count: 1, nodeName: 'Send', sample: { id: SILENT.id } };
    expect((await query(GROUPS)).data).toEqual({
      executionFailures: { examined: 1, partial: false, groups: [group] },
    });
    expect(take()).toEqual(['/execution', '/execution']);
  });

  test('leaves the steps of a sample to be looked up by who wants them', async () => {
    const { url, query, take } = await startOver([SILENT], { env: WEBHOOKS_ON });
    await postWebhook(url, failureOf(SILENT.id));

    const answer = await query('{ executionFailures { groups { sample { nodes { nodeId } } } } }');

    expect(answer.errors).toEqual([]);
    const nodes = ['1', '2', '3'].map((nodeId) => ({ nodeId }));
    expect(answer.data).toEqual({ executionFailures: { groups: [{ sample: { nodes } }] } });
    expect(take()).toEqual(['/execution', '/execution', `/execution/${SILENT.id}`]);
  });

  test('fills in where the detail says nothing', async () => {
    const { url, query, take } = await startOver([SILENT], { env: WEBHOOKS_ON });
    await postWebhook(url, failureOf(SILENT.id));

    expect((await query(ONE, { id: SILENT.id })).data).toMatchObject({ execution: KNOWN });
    expect(take()).toEqual([`/execution/${SILENT.id}`]);
  });

  test('gives way to what the detail says', async () => {
    const run = failedRun(1, { message: 'gone' });
    const { url, query } = await startOver([run], { env: WEBHOOKS_ON });
    await postWebhook(url, failureOf(run.id));

    expect((await query(ONE, { id: run.id })).data).toMatchObject({
      execution: { failure: { message: 'gone', code: null } },
    });
  });

  test('is not needed: without one the detail is asked for', async () => {
    const run = failedRun(1, { message: 'gone' });
    const { url, query, take } = await startOver([run], { env: WEBHOOKS_ON });
    await postWebhook(url, failureOf(run.id, { error: undefined }));

    expect(firstIn(await query(LIST))).toMatchObject({ failure: { message: 'gone' } });
    expect(take()).toEqual(['/execution', `/execution/${run.id}`]);
  });

  test('has no secrets, and the length of any other', async () => {
    const { url, query } = await startOver([SILENT], { env: { ...WEBHOOKS_ON, REDACT_KEYS: 'house' } });
    const message = `No: https://x.io/?token=hidden house=hidden ${'a'.repeat(2000)}`;
    await postWebhook(
      url,
      failureOf(SILENT.id, { error: message, failed_node: { name: 'password=hidden' } }),
    );

    const shown = firstIn(await query(LIST)) as { failure: { message: string; nodeName: string } };
    expect(shown.failure.message).toMatch(
      /^No: https:\/\/x\.io\/\?token=\[redacted\] house=\[redacted\] a+…$/,
    );
    expect(shown.failure.message).toHaveLength(1000);
    expect(shown.failure.nodeName).toBe('password=[redacted]');
  });

  test('is told only where upstream says that the run has failed', async () => {
    const running = failedRun(1, null, { status: 'RUNNING' });
    const { url, query } = await startOver([running], { env: WEBHOOKS_ON });
    await postWebhook(url, failureOf(running.id));

    expect(firstIn(await query(LIST))).toMatchObject({ failureKnown: true, failure: null });
    expect((await query(ONE, { id: running.id })).data).toMatchObject({ execution: { failure: null } });
  });

  test('is told of no run that upstream does not show', async () => {
    const { url, query } = await startOver([SILENT], { env: WEBHOOKS_ON });
    await postWebhook(url, failureOf('f'.repeat(24)));

    expect((await query(ONE, { id: 'f'.repeat(24) })).data).toEqual({ execution: null });
  });
});

describe('whose the reason is', () => {
  const UNKNOWN = { failureKnown: true, failure: { message: null } };
  const ofAccount = (linked_account_id: string) =>
    failedRun(1, null, { more: { linked_account_id, completion_time } });
  const ofNobody = ofAccount('');

  test.each<[string, Record<string, string>, unknown]>([
    ['that account', DEMO, KNOWN],
    ['another account', OTHER, UNKNOWN],
    ['an account of another organisation', { ...DEMO, 'x-api-key': 'tk_else' }, UNKNOWN],
  ])('is what an API key tells: it is for %s', async (_case, headers, expected) => {
    const { url, query } = await startOver([SILENT], { env: WEBHOOKS_ON });
    await postWebhook(url, failureOf(SILENT.id));

    expect(firstIn(await query(LIST, {}, headers))).toMatchObject(expected as object);
  });

  test('is what a verified token of the product tells', async () => {
    const { env, signIn } = await createProduct();
    const { url, query } = await startOver([SILENT], { env });
    await postWebhook(url, failureOf(SILENT.id));

    expect(firstIn(await query(LIST, {}, await signIn('demo@example.com')))).toMatchObject(KNOWN);
    expect(firstIn(await query(LIST, {}, await signIn('other@example.com')))).toMatchObject(UNKNOWN);
  });

  test.each<[string, ReturnType<typeof failedRun>, unknown]>([
    ['that account’s', ofAccount('demo@example.com'), KNOWN],
    ['another account’s', ofAccount('other@example.com'), UNKNOWN],
    ['nobody can tell whose', { ...ofNobody, more: { completion_time } }, KNOWN],
  ])('is what the rows of a session token tell: the run is %s', async (_case, run, expected) => {
    const { url, query } = await startOver([run], { env: WEBHOOKS_ON });
    await postWebhook(url, failureOf(run.id));

    expect(firstIn(await query(LIST, {}, DEMO_SESSION))).toMatchObject(expected as object);
  });

  test('is not what a webhook says that names another account’s run', async () => {
    const { url, query } = await startOver([SILENT], { env: WEBHOOKS_ON });
    await postWebhook(url, failureOf(SILENT.id));

    await postWebhook(
      url,
      failureOf(SILENT.id, { linked_account_id: 'other@example.com', error: { message: 'forged' } }),
    );

    expect(firstIn(await query(LIST))).toMatchObject(KNOWN);
  });
});
