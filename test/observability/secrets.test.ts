import { afterEach, expect, test } from '@jest/globals';
import { apiKeyCredential, sessionTokenCredential } from '../../src/domain/credential.ts';
import { addFailed, begin, ended } from '../support/bulk.ts';
import { DEMO, DEMO_SESSION, stopAll } from '../support/gateway.ts';
import { closeStreams, openEvents } from '../support/live-streams.ts';
import { stopCollectors } from '../support/otlp.ts';
import { FAILED } from '../support/sandbox.ts';
import { startTraced } from '../support/traced.ts';
import { postWebhook, runEvent, signatureOf, WEBHOOKS_ON } from '../support/webhooks.ts';

afterEach(async () => {
  closeStreams();
  await stopAll();
  await stopCollectors();
});

const WORKFLOW = '64f7258e35b72267edc02589';

/** Has everything happen that is traced, about and on behalf of somebody. */
async function useAll(gateway: Awaited<ReturnType<typeof startTraced>>): Promise<readonly string[]> {
  const { query, endpoint, url, sandbox, passRetryWaits } = gateway;
  const baggage = { baggage: 'user=canary-of-baggage' };
  const client = {
    'user-agent': 'canary-of-agent',
    'x-forwarded-for': '203.0.113.7',
    cookie: 'canary-of-cookie',
  };
  const ask = (text: string, variables = {}, headers: Record<string, string> = DEMO) =>
    query(text, variables, { ...headers, ...baggage, ...client });
  await ask(
    `query Run($id: ID!) { execution(id: $id) { id nodes { output } workflow { id description } } }`,
    { id: FAILED },
  );
  await ask(
    `{ workflow(id: "${WORKFLOW}") { name } workflows(filter: { name: "canary-of-filter" }) { nodes { id } } }`,
  );
  await ask('query ($name: String) { executions(filter: { workflowName: $name }) { totalCount } }', {
    name: 'canary-of-variable',
  });
  await ask('{ executions { totalCount } viewer { linkedAccountId } }', {}, DEMO_SESSION);
  await ask('{ nothing(text: "canary-of-document") }');
  await ask('{ executions { totalCount } }', {}, { authorization: 'Bearer canary-of-token' });
  sandbox.addFault({ status: 422, body: { message: 'canary-of-upstream', code: 'canary-of-code' } });
  await ask(`{ execution(id: "${FAILED}") { id } }`);
  await fetch(
    `${endpoint}?${new URLSearchParams({ query: '{ executions { totalCount } }', variables: '{"a":"canary-of-url"}' }).toString()}`,
    { headers: DEMO },
  );
  const ids = addFailed(gateway, 2);
  const { id } = await begin(gateway, { ids, clientMutationId: 'canary-of-mutation' });
  await ended(gateway, id);
  const stream = await openEvents(url, { query: 'subscription { executionsChanged { cursor } }' });
  await stream.next();
  const body = runEvent({ instance_id: FAILED, workflow_name: 'canary-of-webhook' });
  await postWebhook(url, body, [['x-cobalt-signature', signatureOf(body)]]);
  await passRetryWaits();
  return [...ids, id];
}

test('nobody is told by a trace: no credential, account, id, variable, document or address', async () => {
  const gateway = await startTraced({ env: WEBHOOKS_ON });
  const ids = await useAll(gateway);
  closeStreams();
  const spans = await gateway.allSpans();
  expect(new Set(spans.map(({ kind }) => kind))).toEqual(new Set(['server', 'client', 'internal']));
  expect(spans.length).toBeGreaterThan(25);

  // As it was sent: names, states and texts that are not decoded here would be found, too.
  const sent = Buffer.concat(gateway.collector.received().map(({ body }) => body)).toString('latin1');
  const { identity: key } = apiKeyCredential('API_KEY', DEMO['x-api-key'], DEMO.linked_account_id);
  const { identity: session } = sessionTokenCredential('session-demo', null);
  for (const word of [
    'canary',
    'demo@',
    'example.com',
    'tk_demo',
    'session-demo',
    FAILED,
    WORKFLOW,
    '203.0.113.7',
    key,
    session,
    ...ids,
  ]) {
    expect([word, sent.includes(word)]).toEqual([word, false]);
  }
});
