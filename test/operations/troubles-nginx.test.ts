import { afterEach, expect, test } from '@jest/globals';
import { expectToldOf, troubleOf } from '../support/documented-trouble.ts';
import { startDocumentedProxy, type DocumentedProxy } from '../support/documented-proxy.ts';
import { eventually, inTime } from '../support/eventually.ts';
import { DEMO, DEMO_SESSION, queryAt, startGateway, stopAll } from '../support/gateway.ts';
import { metricOf } from '../support/live-metrics.ts';

const proxies: DocumentedProxy[] = [];

afterEach(async () => {
  for (const proxy of proxies.splice(0)) await proxy.stop();
  await stopAll();
});

/** A gateway behind nginx as the documentation has it, but for what goes wrong. */
async function startBehind(change?: (config: string) => string) {
  const gateway = await startGateway();
  const proxy = await startDocumentedProxy('nginx', [gateway.url, gateway.url], change);
  proxies.push(proxy);
  return { gateway, proxy };
}

const LIST = '{ executions(page: { size: 2 }) { nodes { id } } }';

test('7. A proxy drops the linked account', async () => {
  const { gateway, proxy } = await startBehind();
  const ask = queryAt(`${proxy.url}/graphql`);

  const dropped = await ask(LIST, {}, DEMO);

  await expectToldOf(troubleOf(7), gateway, [dropped]);
  expect(dropped.errors[0]?.message).toBe('x-api-key needs linked_account_id beside it');
  const { linked_account_id: account, ...others } = DEMO;
  expect((await ask(LIST, {}, { ...others, 'linked-account-id': account })).errors).toEqual([]);

  const told = await startBehind((config) =>
    config.replace('listen 4000;', 'underscores_in_headers on;\n$&'),
  );
  expect((await queryAt(`${told.proxy.url}/graphql`)(LIST, {}, DEMO)).errors).toEqual([]);
});

test('8. A proxy holds live updates back', async () => {
  const { gateway, proxy } = await startBehind((config) =>
    config.replace('proxy_http_version 1.1;', 'proxy_ignore_headers X-Accel-Buffering;'),
  );
  let received = '';
  const watching = fetch(`${proxy.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...DEMO_SESSION },
    body: JSON.stringify({ query: 'subscription { executionsChanged { cursor } }' }),
  }).then(async ({ body }) => {
    for await (const text of (body ?? new ReadableStream()).pipeThrough(new TextDecoderStream()))
      received += text;
  });

  await eventually('a message to be sent', async () => (await metricOf(gateway, 'live_messages_total')) > 0);
  // What is sent after it through the same proxy has come, and of the stream nothing has.
  await queryAt(`${proxy.url}/graphql`)(LIST, {}, DEMO_SESSION);
  expect(received).toBe('');
  await expectToldOf(troubleOf(8), gateway, []);

  await gateway.app.stop();
  await inTime('the stream to end', watching);
  expect(received).toContain('executionsChanged');
});
